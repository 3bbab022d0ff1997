"use strict";
// Each form names its operation, and is sent as it stands. What comes back is shown or saved.

// What files of a media type are called, and how a person would.
const ENDINGS = {"text/html": "html", "application/json": "json", "text/calendar": "ics"};
const WORDS = {"text/html": "a page (HTML)", "application/json": "JSON", "text/calendar": "reminders for a calendar (.ics)"};

for (const form of document.forms) {
  form.addEventListener("submit", event => {
    event.preventDefault();
    send(form);
  });
  for (const area of form.querySelectorAll(".drop")) takeDrops(area);
}

function takeDrops(area) {
  const input = area.querySelector("input[type=file]:not([webkitdirectory])");
  const stop = event => { event.preventDefault(); };
  area.addEventListener("dragover", event => { stop(event); area.classList.add("over"); });
  area.addEventListener("dragleave", () => area.classList.remove("over"));
  area.addEventListener("drop", event => {
    stop(event);
    area.classList.remove("over");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
  });
}

// A required file may come as a folder instead.
document.addEventListener("change", event => {
  const form = event.target.form;
  for (const input of form ? form.querySelectorAll("input[webkitdirectory]") : []) {
    const other = form.querySelector(`input[name=${input.name}]:not([webkitdirectory])`);
    other.required = input.files.length === 0;
  }
});

// The questions are those of the API's description, for the kind of file that is chosen.
async function askQuestions(form) {
  const answer = await fetch("/api/openapi.json");
  const post = (await answer.json()).paths[`/api/${form.dataset.operation}`].post;
  const fields = post.requestBody.content["multipart/form-data"].schema.properties;
  const place = form.querySelector(".questions");
  for (const [name, field] of Object.entries(fields)) {
    if (!field["x-kinds"]) continue;
    const line = document.createElement("p");
    const label = document.createElement("label");
    const input = document.createElement("input");
    label.append(field.description, " ", input);
    input.name = name;
    input.type = field.format === "binary" ? "file" : "text";
    line.dataset.kinds = field["x-kinds"].join(" ");
    line.append(label);
    place.append(line);
  }
  const choose = () => {
    for (const line of place.children) {
      line.hidden = !line.dataset.kinds.split(" ").includes(form.elements.kind.value);
      for (const input of line.querySelectorAll("input")) input.disabled = line.hidden;
    }
  };
  form.elements.kind.addEventListener("change", choose);
  choose();
}

for (const form of document.querySelectorAll("[data-questions]")) askQuestions(form);

// What happens in a watched folder, if the desk was given a journal of it.
async function follow() {
  const section = document.getElementById("watched");
  const answer = await fetch("/api/journal").catch(() => null);
  if (answer && answer.ok) {
    const events = (await answer.json()).events;
    if (events === null) return;
    const rows = events.map(event => {
      const row = document.createElement("tr");
      const what = event.verdict || event.event;
      for (const text of [event.at, what, event.source, (event.failed || []).join(", ") || event.why]) {
        const cell = document.createElement("td");
        cell.textContent = text || "";
        row.append(cell);
      }
      row.className = what.replace(" ", "-");
      return row;
    });
    section.querySelector("tbody").replaceChildren(...rows);
    section.hidden = false;
  }
  setTimeout(follow, 2000);
}

follow();

function fieldsOf(form) {
  const data = new FormData();
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    if (field.type === "file") {
      for (const file of field.files) data.append(field.name, file, file.webkitRelativePath || file.name);
    } else if (field.value) {
      data.append(field.name, field.value);
    }
  }
  return data;
}

function ask(form, accept, progressed) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/${form.dataset.operation}`);
    if (accept) request.setRequestHeader("Accept", accept);
    request.responseType = "blob";
    request.upload.onprogress = event => progressed(event.loaded, event.total);
    request.onerror = () => reject(new Error("The desk does not answer. Start tadp desk again."));
    request.onload = async () => {
      if (request.status === 200) {
        resolve({blob: request.response, media: request.getResponseHeader("Content-Type") || "",
          name: /filename="([^"]+)"/.exec(request.getResponseHeader("Content-Disposition") || "")});
        return;
      }
      let problem = {detail: `The desk answered ${request.status}.`, lines: []};
      try { problem = JSON.parse(await request.response.text()); } catch { /* no more is known */ }
      reject(Object.assign(new Error(problem.detail), {lines: problem.lines || []}));
    };
    request.send(fieldsOf(form));
  });
}

async function send(form) {
  const button = form.querySelector("button");
  const result = resultOf(form);
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", "Sent so far");
  result.replaceChildren(bar);
  button.disabled = true;
  try {
    const answer = await ask(form, form.dataset.show, (loaded, total) => {
      bar.max = total;
      bar.value = loaded;
      // All is sent. The server works on it, and does not say how far it is.
      if (loaded === total) bar.removeAttribute("value");
    });
    if (form.dataset.show) await show(form, result, answer);
    else save(answer.blob, answer.name ? answer.name[1] : "answer", result);
  } catch (error) {
    showProblem(result, error);
  } finally {
    button.disabled = false;
  }
}

function resultOf(form) {
  let result = form.querySelector(".result");
  if (!result) {
    result = document.createElement("div");
    result.className = "result";
    result.setAttribute("role", "status");
    form.append(result);
  }
  return result;
}

async function show(form, result, answer) {
  const saves = document.createElement("p");
  saves.className = "saves";
  for (const media of form.dataset.saves.split(" ")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `Save as ${WORDS[media]}`;
    button.addEventListener("click", async () => {
      try {
        const again = media === form.dataset.show ? answer : await ask(form, media, () => {});
        save(again.blob, `${form.dataset.operation}.${ENDINGS[media]}`);
      } catch (error) {
        showProblem(result, error);
      }
    });
    saves.append(button, " ");
  }
  const frame = document.createElement("iframe");
  frame.title = "The answer";
  // Nothing in a report is run here, and it cannot reach this page.
  frame.setAttribute("sandbox", "");
  frame.srcdoc = await answer.blob.text();
  result.replaceChildren(saves, frame);
}

function showProblem(result, error) {
  const line = document.createElement("p");
  line.className = "problem";
  line.textContent = error.message;
  const more = document.createElement("pre");
  more.textContent = (error.lines || []).join("\n");
  result.replaceChildren(line, ...(more.textContent ? [more] : []));
}

function save(blob, name, result) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  if (result) result.textContent = `Saved as ${name}, where your browser puts what it downloads.`;
}
