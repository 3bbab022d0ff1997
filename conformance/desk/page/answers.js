// What comes back for a form: how far it is, the answer in a frame, or what is wrong.

import {save} from "/asking.js";
import {filesOf, sized, visible} from "/files.js";

const ENDINGS = {"text/html": "html", "application/json": "json", "text/calendar": "ics"};
const WORDS = {"text/html": "a page (HTML)", "application/json": "JSON", "text/calendar": "reminders (.ics)"};
let latest = null;

export function resultOf(form) {
  let result = form.nextElementSibling;
  if (!result?.classList.contains("result")) {
    result = document.createElement("div");
    result.className = "result";
    form.after(result);
  }
  return result;
}

// Take an answer away whose form has other files or words now, at once or when it has come.
export function outdate(form) {
  form.dataset.changed = "yes";
  const result = form.nextElementSibling;
  if (form.getAttribute("aria-busy") === "true" || !result?.matches(".result:has(*)")) return;
  URL.revokeObjectURL(result.querySelector("iframe")?.src);
  result.replaceChildren(line("The answer was about what was chosen before. Press the button again for what is chosen now.", "status", "status"));
}

function line(text, kind, role) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  if (role) made.setAttribute("role", role);
  return made;
}

function button(text, act, kind = "second") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

// Show that something is sent, then worked on; return how to say how far it is, and how to end.
export function working(result, stop) {
  const bar = document.createElement("progress");
  const said = line("Sending", "status", "status");
  const time = document.createElement("span");
  // Read out once, not each second.
  time.setAttribute("aria-hidden", "true");
  const row = document.createElement("p");
  row.append(time, " ", button("Stop", stop));
  bar.setAttribute("aria-label", "Sent so far");
  result.replaceChildren(said, bar, row);
  const begun = Date.now();
  const clock = setInterval(() => {
    time.textContent = `${Math.round((Date.now() - begun) / 1000)} seconds so far`;
  }, 1000);
  const progressed = (loaded, total) => {
    bar.max = total;
    if (loaded < total) {
      bar.value = loaded;
      time.textContent = `${sized(loaded)} of ${sized(total)} sent`;
    } else {
      bar.removeAttribute("value");
      said.textContent = `Working on it: ${sized(total)} were sent`;
    }
  };
  return {progressed, end: () => clearInterval(clock)};
}

export async function showAnswer(form, result, answer, again) {
  const saves = document.createElement("p");
  saves.className = "saves";
  const said = line("", "status", "status");
  for (const media of form.dataset.saves.split(" ")) {
    saves.append(button(`Save as ${WORDS[media]}`, async () => {
      try {
        const one = media === form.dataset.show ? answer : await again(media);
        const name = `${form.dataset.operation}.${ENDINGS[media]}`;
        save(media === "text/html" ? new Blob([inWordsOf(await one.blob.text(), form)], {type: media}) : one.blob, name);
        said.textContent = savedAs(name);
      } catch (error) {
        showProblem(form, error);
      }
    }), " ");
  }
  const frame = document.createElement("iframe");
  saves.append(button("Print", () => { latest = frame; print(); }));
  frame.title = "The answer";
  // No script runs in it. The page may look at it, to make it as long as it is and to print it.
  frame.setAttribute("sandbox", "allow-same-origin");
  // Its own script would only be refused. What comes from files is escaped, and stays.
  const whole = (await answer.blob.text()).replace(/<script>[^]*?<\/script>/g, "");
  // Not srcdoc, where a link to a place in the report would load the desk instead.
  frame.src = URL.createObjectURL(new Blob([inWordsOf(whole, form)], {type: "text/html"}));
  frame.addEventListener("load", () => {
    const root = frame.contentDocument.documentElement;
    // A bar to scroll with would make it narrower, so longer, and so on.
    root.style.overflow = "hidden";
    new ResizeObserver(() => { frame.style.height = `${root.offsetHeight}px`; }).observe(root);
  });
  URL.revokeObjectURL(result.querySelector("iframe")?.src);
  result.replaceChildren(line("Here is the answer.", "status hidden", "status"), ...notesOf(form, answer), saves, said, frame);
  latest = frame;
}

// The report as it is shown and saved: in the words of this page. Nothing in it is run or fetched here.
function inWordsOf(whole, form) {
  const report = new DOMParser().parseFromString(whole, "text/html");
  inWordsOfSections(report.body, form);
  return `<!DOCTYPE html>${report.documentElement.outerHTML}`;
}

// A report says how to give what is missing, and how to look further, in the words of commands.
function inWordsOfSections(body, form) {
  const evidence = document.querySelector("#evidence form");
  const register = form.elements.register && filesOf(form.elements.register).length > 0;
  for (const line of body.querySelectorAll("#how li bdi")) {
    line.textContent = line.textContent.replace(/(heading "[^"]*", )?option --([a-z-]+)/, (whole, heading, name) => {
      if (register && heading) return `${heading.slice(0, -2)} of the register`;
      const label = labelOf(evidence, name);
      return label ? `“${label}” under Evidence` : whole;
    });
  }
  for (const label of body.querySelectorAll(".pair dt")) {
    const place = label.nextElementSibling?.querySelector("bdi") || label.nextElementSibling;
    if (label.textContent === "fix" && place?.textContent.includes("`tadp ")) place.textContent = inWordsOfPage(place.textContent, form);
  }
  const title = body.querySelector("#how h2");
  if (title) title.textContent = "How to give what is missing";
  for (const line of body.querySelectorAll("p.meta")) {
    if (/\btadp (explain|report verify)\b/.test(line.textContent)) line.remove();
  }
  // A long list is laid out as it is scrolled to; a short one is there at once.
  const submissions = body.querySelectorAll(".submission");
  if (submissions.length < 50) for (const one of submissions) one.classList.add("few");
}

// Words of a command, as this page has them: the label of a field, the name of a section.
const SECTIONS = {make: "thresholds", template: "thresholds", "make qcaf": "quarantine", deadline: "quarantine",
  evidence: "evidence", diff: "compare", profile: "profile", check: "check"};

function inWordsOfPage(text, form) {
  // The name of a file that a message begins with stays as it is.
  const begun = /^[a-z]+ (?!.*: )/.test(text) ? text[0].toUpperCase() + text.slice(1) : text;
  return begun.replace(/`tadp ((make )?[a-z]+)[^`]*`/g, (whole, words, first) => {
    const section = SECTIONS[words] || SECTIONS[first?.trim()];
    return section ? `“${document.querySelector(`nav [href="#${section}"]`).textContent}”` : whole;
  }).replace(/(?:--|[Tt]he field )([a-z][a-z-]*)/g, (option, name) => {
    const label = labelOf(form, name);
    return label ? `“${label}”` : option;
  });
}

function labelOf(form, name) {
  const field = form.querySelector(`:is(input, select, textarea)[name="${name}"]`);
  const words = field?.type === "file" ? field.closest("fieldset").querySelector("legend") : field?.labels[0];
  // Of the actions by variant, the words above the column: there is one for each variant.
  if (field?.dataset.prefix) return field.closest("table").querySelector("th").textContent;
  if (field?.type === "checkbox") return words.textContent.trim();
  return field?.getAttribute("aria-label") || words?.firstChild.textContent.trim();
}

export function showProblem(form, error) {
  const result = resultOf(form);
  const more = document.createElement("pre");
  more.textContent = inWordsOfPage((error.lines || []).join("\n"), form);
  more.tabIndex = 0;
  result.replaceChildren(line(inWordsOfPage(error.message, form), "problem", "alert"), ...(more.textContent ? [more] : []));
}

export function showSaved(form, answer, next = "") {
  resultOf(form).replaceChildren(line(`${savedAs(answer.name)} ${next}`, "status done", "status"), ...notesOf(form, answer));
}

// What the command printed beside its answer, such as warnings: to be seen, and read out.
function notesOf(form, answer) {
  return answer.notes.map(note => line(visible(inWordsOfPage(note, form).replace(/^(warning|wrote|the)\b/, word => word[0].toUpperCase() + word.slice(1))), note.startsWith("warning: ") ? "problem" : "note", "status"));
}

function savedAs(name) {
  return `Saved as ${name}, where your browser puts what it downloads.`;
}

// A frame is cut where a page of paper ends, so the answer is printed in the place of this page.
let printed = null;

addEventListener("beforeprint", () => {
  const shown = [...document.querySelectorAll("section:not([hidden]) iframe")];
  const frame = shown.includes(latest) ? latest : shown.pop();
  if (!frame) return;
  const body = document.importNode(frame.contentDocument.body, true);
  for (const script of body.querySelectorAll("script")) script.remove();
  for (const fold of body.querySelectorAll("details")) fold.open = true;
  const style = document.importNode(frame.contentDocument.querySelector("style"), true);
  const sheet = document.querySelector("link[rel=stylesheet]");
  printed = {body, style, sheet, title: document.title};
  sheet.disabled = true;
  document.body.style.display = "none";
  document.head.append(style);
  document.documentElement.append(body);
  document.title = frame.contentDocument.title;
});

addEventListener("afterprint", () => {
  if (!printed) return;
  printed.body.remove();
  printed.style.remove();
  printed.sheet.disabled = false;
  document.body.style.display = "";
  document.title = printed.title;
  printed = null;
});
