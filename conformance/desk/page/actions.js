// The actions for what a quarantine report has: for all, by variant, or one by one.

import {ask} from "/asking.js";
import {filesOf, keep, named, visible} from "/files.js";

const MOST_ROWS = 200;
// The report of step 1 that is answered: a QCAF is of one report.
const answered = {one: null};

export const reportOf = files => files.filter(one => one === answered.one);

export function chooseActions(form) {
  const report = document.querySelector(form.dataset.report);
  const choices = form.querySelector(".choices");
  const wanting = form.querySelector(".wanting");
  const which = form.querySelector(".which");
  const late = choices.querySelector(".late");
  const wanted = wanting.textContent;
  let last = null;
  report.addEventListener("chosen", () => {
    const files = filesOf(report);
    // Of several, the one that was answered stays the one.
    const select = which.querySelector("select");
    select.replaceChildren(...files.map(one => new Option(visible(one.path), one.path)));
    if (files.includes(answered.one)) select.value = answered.one.path;
    else answered.one = files[0];
    which.hidden = files.length < 2;
    show();
  });
  which.addEventListener("change", () => {
    answered.one = filesOf(report).find(one => one.path === which.querySelector("select").value);
    show();
  });
  form.elements.at.addEventListener("change", warn);

  async function show() {
    const one = answered.one;
    if (last && one && one !== last) forget();
    if (one) last = one;
    choices.querySelectorAll("table, details").forEach(part => part.remove());
    choices.hidden = !one;
    late.hidden = true;
    wanting.hidden = Boolean(one);
    wanting.textContent = wanted;
    if (!one) return;
    let refusal = null;
    const sheet = await sheetOf(one).catch(error => { refusal = error; });
    // Another may have been chosen meanwhile.
    if (answered.one !== one) return;
    if (sheet) choices.append(...tables(sheet));
    await warn();
    if (!refusal) return;
    choices.hidden = true;
    wanting.hidden = false;
    // The first of what is wrong in it says more than the message, if it was read at all.
    const why = refusal.lines?.find(one => one.startsWith("  "))?.trim() || refusal.message;
    wanting.textContent = `No actions can be chosen for ${visible(one.path)}, as no quarantine report can be read in it. ${visible(why)}`;
  }

  // What no action changes is said before one is chosen.
  async function warn() {
    const one = answered.one;
    const data = new FormData();
    const at = form.elements.at.value.trim();
    data.append("file", one.file, one.path);
    if (at) for (const [name, value] of [["at", at], ["zone", form.elements.zone.value]]) data.append(name, value);
    const answer = await ask("deadline", data).then(found => found.blob.text()).then(JSON.parse).catch(() => null);
    if (answered.one !== one) return;
    late.hidden = !answer?.summary.expired;
    if (!late.hidden) late.textContent = lateness(answer);
  }

  return data => {
    const [one] = reportOf(filesOf(report));
    if (one) data.append("report", one.file, one.path);
    const given = [...form.elements].some(field => ["action", "variant"].includes(field.name) && field.value);
    const rows = [...choices.querySelectorAll("select[data-row]")].filter(select => select.value);
    if (data.getAll("advice").length > 1) {
      throw new Error("What DCC advised for all is chosen, and there is a record with its advice, too. Use one of the two.");
    }
    if (rows.length && data.has("actions")) {
      throw new Error("Actions are chosen one by one, and there is a sheet of actions, too. Use one of the two: remove the sheet, or set each choice one by one to “as for its variant”.");
    }
    if (rows.length) {
      const {head, separator, action} = choices.sheet;
      const lines = rows.map(select => {
        const cells = choices.sheet.rows[select.dataset.row].slice();
        cells[action] = select.value;
        return cells.join(separator);
      });
      data.append("actions", new Blob([[head.join(separator), ...lines, ""].join("\n")]), "actions.csv");
    }
    if (one && !given && !data.has("actions") && !data.has("advice")) {
      throw new Error("No action is chosen. Choose one for all, for a Service Reference Variant or for each communication, or give a sheet of actions.");
    }
  };

  // What was chosen for another report, and made of it, does not go with this one.
  function forget() {
    const made = document.querySelector(form.dataset.handsTo);
    for (const select of form.querySelectorAll("[name=action], select[name=advice]")) select.value = "";
    for (const input of [...form.querySelectorAll("[type=file]"), made]) keep(input, []);
  }

  function tables(sheet) {
    choices.sheet = sheet;
    const made = [];
    const variants = new Map();
    for (const row of sheet.rows) {
      const variant = row[sheet.variant];
      if (variant) variants.set(variant, (variants.get(variant) || 0) + 1);
    }
    if (variants.size > 1) {
      const rows = [...variants].map(([variant, count]) => {
        const select = choice(`Action for Service Reference Variant ${variant}`, "as for all");
        select.name = "variant";
        select.dataset.prefix = `${variant}=`;
        return [named(variant), count.toLocaleString("en-GB"), select];
      });
      made.push(table(["Service Reference Variant", "Communications", "Action"], rows));
    }
    const few = sheet.rows.slice(0, MOST_ROWS).map((row, number) => {
      const select = choice(`Action for ${row[0]}`, "as for its variant");
      select.dataset.row = number;
      return [named(row[0]), named(row[sheet.variant] || ""), select];
    });
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = `One by one (${sheet.rows.length.toLocaleString("en-GB")})`;
    details.append(summary, table([sheet.head[0], "Variant", "Action"], few));
    if (sheet.rows.length > MOST_ROWS) {
      const more = document.createElement("p");
      more.textContent = `The first ${MOST_ROWS} are here. Use a sheet for the others.`;
      details.append(more);
    }
    made.push(details);
    return made;
  }
}

function lateness({summary, limit, groups}) {
  const counts = new Map();
  for (const {state, variant, count} of groups) {
    if (state === "expired") counts.set(variant, (counts.get(variant) || 0) + count);
  }
  const each = [...counts].map(([variant, count]) => `${count.toLocaleString("en-GB")} of ${visible(variant || "a variant that is not known")}`);
  return `The ${limit.hours} hours are over for ${summary.expired.toLocaleString("en-GB")} of ${summary.communications.toLocaleString("en-GB")} communications: ${each.join(", ")}. `
    + "By the User Guidance (1.2) they can no longer be released: choose Delete for them, and send new Service Requests for what is still wanted. "
    + "The guidance has the QCAF within these hours whatever its actions are, so it departs from UG1.2-1 with Delete, too. "
    + "Clauses 4.7 and 4.13 want an action for each all the same: a file with Delete can be signed, and one with Release is refused."
    + (groups.some(one => one.state === "expired" && one.set_by === "dcc")
      ? " If DCC advised Release for one of these, ask DCC what to do: no action is both as advised (4.13) and in time." : "");
}

// The rows of a report, as the sheet for its actions has them.
async function sheetOf(report) {
  const data = new FormData();
  data.append("kind", "qcaf");
  data.append("report", report.file, report.path);
  const [text, profile] = await Promise.all([
    ask("template", data, {accept: "text/csv"}).then(answer => answer.blob.text()),
    ask("profile", new FormData()).then(answer => answer.blob.text()).then(JSON.parse),
  ]);
  const [first, ...lines] = text.trimEnd().split(/\r?\n/);
  const columns = profile.files.qcaf.columns;
  const known = columns.filter(column => first.includes(column.name));
  const separator = first.slice(known[0].name.length, known[0].name.length + 1);
  const head = first.split(separator);
  const place = role => head.indexOf(columns.find(column => column.role === role)?.name);
  const rows = lines.map(one => one.split(separator));
  if (place("action") < 0 || rows.some(row => row.length !== head.length)) return null;
  return {head, rows, separator, action: place("action"), variant: place("variant")};
}

function choice(label, otherwise) {
  const select = document.createElement("select");
  select.setAttribute("aria-label", label);
  for (const [value, text] of [["", otherwise], ["Release", "Release"], ["Delete", "Delete"]]) {
    select.append(new Option(text, value));
  }
  return select;
}

function table(heads, rows) {
  const made = document.createElement("table");
  const top = made.createTHead().insertRow();
  for (const text of heads) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = text;
    top.append(cell);
  }
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const [number, part] of row.entries()) {
      const cell = line.insertCell();
      cell.dataset.label = heads[number];
      cell.append(part);
    }
  }
  return made;
}
