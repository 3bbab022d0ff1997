// Each form names its operation, and is sent as it stands. What comes back is shown or saved.

import {chooseActions, reportOf} from "/actions.js";
import {outdate, resultOf, showAnswer, showProblem, showSaved, working} from "/answers.js";
import {ask, save} from "/asking.js";
import {filesOf, keep, takeFiles, visible} from "/files.js";

const more = new Map();
const handed = new Map();

for (const area of document.querySelectorAll(".drop")) takeFiles(area);
for (const form of document.querySelectorAll("[data-report]")) more.set(form, chooseActions(form));
for (const form of document.querySelectorAll("[data-questions]")) askQuestions(form);
for (const form of document.forms) {
  form.addEventListener("submit", event => {
    event.preventDefault();
    send(form);
  });
  // An answer is about what was chosen when it was asked for, and not about another file.
  for (const kind of ["chosen", "change"]) form.addEventListener(kind, () => forgetAnswer(form));
}
// A file that misses its field is not opened in the place of this page.
for (const kind of ["dragover", "drop"]) addEventListener(kind, event => event.preventDefault());
addEventListener("hashchange", () => turnTo(true));
turnTo(false);
follow();

// One section at a time.
function turnTo(moved) {
  const sections = [...document.querySelectorAll("main > section")];
  const wanted = sections.find(one => `#${one.id}` === location.hash) || sections[0];
  for (const one of sections) one.hidden = one !== wanted;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${wanted.id}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (moved) {
    wanted.querySelector("h2").focus({preventScroll: true});
    scrollTo(0, 0);
  }
}

function fieldsOf(form) {
  const data = new FormData();
  for (const field of form.elements) {
    if (!field.name || field.disabled || (field.type === "checkbox" && !field.checked)) continue;
    // The zone goes with a time that was typed, and with no other.
    if (field.dataset.with && !form.elements[field.dataset.with].value.trim()) continue;
    if (field.type === "file") {
      for (const one of filesOf(field)) data.append(field.name, one.file, one.path);
    } else {
      // A line each of what may be given several times.
      for (const value of field.type === "textarea" ? field.value.split("\n") : [field.value]) {
        if (value.trim()) data.append(field.name, (field.dataset.prefix || "") + value);
      }
    }
  }
  more.get(form)?.(data);
  return data;
}

async function send(form) {
  const {operation, show} = form.dataset;
  // Not disabled, which would take the focus away from whoever pressed it.
  if (form.getAttribute("aria-busy") === "true") return;
  const result = resultOf(form);
  const stopping = new AbortController();
  const {progressed, end} = working(result, () => stopping.abort());
  form.setAttribute("aria-busy", "true");
  delete form.dataset.changed;
  try {
    const data = fieldsOf(form);
    const again = accept => ask(operation, data, {accept});
    const answer = await ask(operation, data, {accept: show, progressed, signal: stopping.signal});
    if (show) await showAnswer(form, result, answer, again);
    else saveAnswer(form, answer);
  } catch (error) {
    takeBack(form);
    showProblem(form, error);
  } finally {
    end();
    form.removeAttribute("aria-busy");
    if (form.dataset.changed) forgetAnswer(form);
  }
}

function forgetAnswer(form) {
  outdate(form);
  if (form.getAttribute("aria-busy") !== "true") takeBack(form);
}

const targetsOf = form => document.querySelectorAll(form.dataset.handsTo?.replaceAll(" #", ", #") || "none");

// What was made before is not in the steps that follow once it is not what is chosen, nor is what came with it.
function takeBack(form) {
  for (const input of targetsOf(form)) {
    if (filesOf(input).some(one => one.file === handed.get(form))) keep(input, []);
  }
  handed.delete(form);
}

// What was made is ready for the steps that follow, in place of what was of another file.
function saveAnswer(form, answer) {
  save(answer.blob, answer.name);
  showSaved(form, answer, form.dataset.next);
  const file = new File([answer.blob], answer.name);
  // A record goes with the files that it names.
  const along = form.dataset.along === undefined ? []
    : [...form.elements].filter(field => field.type === "file" && !field.disabled).flatMap(filesOf);
  for (const input of targetsOf(form)) keep(input, [...along, {file, path: answer.name}]);
  handed.set(form, file);
}

for (const button of document.querySelectorAll("[data-template]")) {
  button.addEventListener("click", async () => {
    const form = button.form;
    const data = new FormData();
    data.append("kind", "qcaf");
    for (const one of reportOf(filesOf(document.querySelector(form.dataset.report)))) data.append("report", one.file, one.path);
    try {
      const answer = await ask("template", data);
      save(answer.blob, answer.name);
      showSaved(form, answer);
    } catch (error) {
      showProblem(form, error);
    }
  });
}

// The files of a step go along to Evidence: the file, its signature, and what it is compared with.
const SIGNATURES = /\.(p7s|sig)$/i;
const CERTIFICATES = /\.(pem|cer|crt|der)$/i;

for (const button of document.querySelectorAll("[data-evidence]")) {
  button.addEventListener("click", () => {
    const form = document.querySelector("#evidence form");
    const kind = button.dataset.evidence;
    const other = document.querySelector(kind === "qcaf" ? "#report" : "#thresholds [name=old]");
    const [compared] = kind === "qcaf" ? reportOf(filesOf(other)) : filesOf(other);
    const files = filesOf(button.form.elements.file);
    const own = files.filter(one => ![SIGNATURES, CERTIFICATES, /\.json$/i].some(ending => ending.test(one.path)) && one.path !== compared?.path);
    const first = chosen => chosen ? [chosen] : [];
    form.elements.kind.value = kind;
    form.elements.kind.dispatchEvent(new Event("change", {bubbles: true}));
    const fields = {
      file: first(own[0]),
      signature: first(files.find(one => SIGNATURES.test(one.path))),
      certificate: first(files.find(one => CERTIFICATES.test(one.path))),
      [kind === "qcaf" ? "report-file" : "replaces"]: first(compared),
    };
    for (const [name, entries] of own.length ? Object.entries(fields) : []) {
      const input = form.querySelector(`[type=file][name="${name}"]`);
      if (input) keep(input, entries);
    }
    const advice = document.querySelector("#quarantine [name=advice]:not([type=file])").value;
    if (kind === "qcaf" && advice) form.elements.advice.value = advice;
    location.hash = "evidence";
  });
}

// The questions are those of the API's description, for the kind of file that is chosen.
async function askQuestions(form) {
  const answer = await fetch("/api/openapi.json");
  const post = (await answer.json()).paths[`/api/${form.dataset.operation}`].post;
  const fields = post.requestBody.content["multipart/form-data"].schema.properties;
  const place = form.querySelector(".questions");
  for (const [name, field] of Object.entries(fields)) {
    if (!field["x-kinds"]) continue;
    let input = document.createElement("input");
    const label = document.createElement("label");
    let line = label;
    if (field.format === "binary") {
      line = document.createElement("fieldset");
      line.className = "drop";
      const legend = document.createElement("legend");
      legend.textContent = field.description;
      input.type = "file";
      label.append("Choose the file ", input);
      line.append(legend, label);
      takeFiles(line);
      if (field["x-absent"]) line.append(absence(name, field["x-absent"]));
    } else {
      if (field["x-answers"]) {
        input = document.createElement("select");
        input.append(new Option("not answered", ""), ...field["x-answers"].map(one => new Option(one)));
      }
      label.append(field.description, " ");
      if (field["x-hint"]) {
        const hint = document.createElement("span");
        hint.className = "hint";
        hint.textContent = field["x-hint"];
        line.hintOf = kind => { hint.textContent = field["x-hints"]?.[kind] ?? field["x-hint"]; };
        label.append(hint);
      }
      label.append(input);
    }
    input.name = name;
    line.dataset.kinds = field["x-kinds"].join(" ");
    place.append(line);
  }
  const choose = () => {
    for (const line of place.children) {
      line.hintOf?.(form.elements.kind.value);
      line.hidden = !line.dataset.kinds.split(" ").includes(form.elements.kind.value);
      for (const input of line.querySelectorAll("input, select")) input.disabled = line.hidden;
    }
  };
  form.elements.kind.addEventListener("change", choose);
  choose();
}

function absence(name, value) {
  const tick = document.createElement("input");
  const label = document.createElement("label");
  tick.type = "checkbox";
  tick.name = name;
  tick.value = value;
  label.className = "tick";
  label.append(tick, " There was none");
  return label;
}

// What happens in a watched folder, if the desk was given a journal of it.
async function follow() {
  const section = document.getElementById("watched");
  const answer = await fetch("/api/journal").catch(() => null);
  if (answer?.ok) {
    const {events} = await answer.json();
    if (events === null) return;
    document.querySelector("nav [href='#watched']").hidden = false;
    const rows = events.map(event => {
      const row = document.createElement("tr");
      const what = event.verdict || event.event;
      const time = event.at.replace("T", " ").replace("Z", "");
      const rest = [(event.failed || []).join(", "), event.why].filter(Boolean).join("; ");
      for (const [label, text] of [["When (UTC)", time], ["What", what], ["Submission", [event.source, event.part].filter(Boolean).join(": ")], ["Failed, or why", rest]]) {
        const cell = row.insertCell();
        cell.dataset.label = label;
        const value = document.createElement("bdi");
        value.textContent = visible(text || "");
        cell.append(value);
      }
      if (event.reports?.some(one => one.endsWith(".html"))) {
        const link = document.createElement("a");
        link.href = `/api/report?source=${encodeURIComponent(event.source)}`;
        link.target = "_blank";
        link.rel = "noopener";
        link.append(...row.cells[2].childNodes);
        row.cells[2].append(link);
      }
      row.className = what.replace(" ", "-");
      return row;
    });
    section.querySelector("tbody").replaceChildren(...rows);
    section.querySelector(".wide").hidden = rows.length === 0;
    section.querySelector(".wanting").hidden = rows.length > 0;
  }
  setTimeout(follow, 2000);
}
