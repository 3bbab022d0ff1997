// The actions for what a quarantine report has: for all, by variant, or one by one.

import {ask} from "/asking.js";
import {filesOf, keep, named, visible} from "/files.js";

const MOST_ROWS = 200;

export function chooseActions(form) {
  const report = document.querySelector(form.dataset.report);
  const choices = form.querySelector(".choices");
  const wanting = form.querySelector(".wanting");
  const wanted = wanting.textContent;
  let last = null;
  report.addEventListener("chosen", async () => {
    const files = filesOf(report);
    if (last && files.length === 1 && files[0] !== last) forget();
    if (files.length === 1) last = files[0];
    choices.querySelectorAll("table, details").forEach(one => one.remove());
    choices.hidden = files.length !== 1;
    wanting.hidden = files.length === 1;
    wanting.textContent = wanted;
    if (files.length !== 1) return;
    let refusal = null;
    const sheet = await sheetOf(files[0]).catch(error => { refusal = error; });
    // Another may have been chosen meanwhile.
    if (filesOf(report)[0] !== files[0]) return;
    if (sheet) choices.append(...tables(sheet));
    if (!refusal) return;
    choices.hidden = true;
    wanting.hidden = false;
    // The first of what is wrong in it says more than the message, if it was read at all.
    const why = refusal.lines?.find(one => one.startsWith("  "))?.trim() || refusal.message;
    wanting.textContent = `No actions can be chosen for ${visible(files[0].path)}, as no quarantine report can be read in it. ${visible(why)}`;
  });
  return data => {
    const [one] = filesOf(report);
    if (one) data.append("report", one.file, one.path);
    const given = [...form.elements].some(field => ["action", "variant"].includes(field.name) && field.value);
    const rows = [...choices.querySelectorAll("select[data-row]")].filter(select => select.value);
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
    form.elements.action.value = "";
    const made = document.querySelector(form.dataset.handsTo);
    for (const input of [form.elements.actions, form.elements.advice, made]) keep(input, []);
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
