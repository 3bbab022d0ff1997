// Clause 4.8(b): the records are as clause 6.1 and the profile have them.

import { readFileSync } from "node:fs";
import { NotSupported } from "./outcomes.mjs";
import { reader } from "./columns.mjs";
import { RULES } from "./rules.mjs";

/** The Service Reference Variants, each with the User Roles that may send it: `tadp variants --format csv`. */
export const VARIANTS = new Map(
  readFileSync(new URL("variants.csv", import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => [line.split(",", 1)[0], line.split(",").at(-1).split(" ")]),
);

const CHARACTERS = {
  "printable-ascii": /^[\x20-\x7E\n]*$/,
  ascii: /^[\x00-\x7F]*$/,
  "utf-8": /^[^\x00-\x09\x0B-\x1F\x7F-\x9F\uFFFD]*$/,
  "latin-1": /^[\n\x20-\x7E\xA0-\xFF]*$/,
};
/** What programs write for null, and what some take for the end of a line, in UTF-8. */
const NULLS = /^(null|nil|none|nan|#?n\/a|na|undefined|\\n|--?| +|""|'')$/i;
const BREAKS = /\r|\xC2\x85|\xE2\x80[\xA8\xA9]/;

/** Return what is wrong with a file, or nothing. */
export function faultOfRecords(data, manifest, profile) {
  const file = profile.files[manifest.kind];
  const readings = { ...profile.readings, ...file.readings };
  const clause = file.clause;
  for (const entry of ["records", "composed"])
    if (file[entry]) throw new NotSupported(`files.${manifest.kind}.${entry}`);
  if (readings["null-form"] === "words") throw new NotSupported("words for null");
  if ((file.quoting ?? "none") !== "none" || readings.quotes === "rfc4180")
    throw new NotSupported("quotation marks");
  if (file.record_end === "separator") throw new NotSupported("record_end");

  const blame = (part, place) => ({
    requirement: String(part).includes("-") ? part : `${clause}-${part}`,
    ...place,
  });
  const encoding = file.characters === "utf-8" ? "utf8" : "latin1";
  const text = data.toString(encoding);
  const bytes = (line) => Buffer.from(line, encoding).toString("latin1");
  const lines = text.split("\n");
  const ended = lines.at(-1) === "";
  if (ended) lines.pop();

  if (data.subarray(0, 3).equals(Buffer.from("\uFEFF"))) return blame(2, { offset: 0 });
  const sign = data.indexOf("▲");
  if (sign >= 0) return blame("6.1-6", { offset: sign });
  const admitted = (line) => CHARACTERS[file.characters].test(line) && !line.includes("\r");
  const broken = lines.findIndex(
    (line) =>
      BREAKS.test(bytes(line)) &&
      !(admitted(line) && line.split(",").length === file.columns.length),
  );
  // With LF CR, the CR is at the start of the record after the one that it ends.
  if (broken >= 0) return blame("6.1-3", { record: lines[broken][0] === "\r" ? broken : broken + 1 });
  const final = file.final_separator ?? readings["final-line-feed"];
  if (lines.length && (ended ? ["refused", "separator"] : ["required", "terminator"]).includes(final))
    return blame("6.1-3", { record: lines.length });
  const odd = lines.findIndex((line) => !admitted(line));
  if (odd >= 0 && !lines[odd].includes("\t")) return blame(1, { record: odd + 1 });

  const names = file.columns.map((column) => column.name);
  const isHeader = lines[0]?.toLowerCase() === names.join(",").toLowerCase();
  if (isHeader !== (file.header === "names")) return blame(isHeader ? 3 : 17, { record: 1 });
  const first = isHeader ? 1 : 0;
  const count = lines.length - first;
  if (count < (file.minimum_records ?? 0) || count > (file.maximum_records ?? Infinity)) return blame(5);

  const readers = file.columns.map((column) => reader(column, readings, VARIANTS));
  const records = [];
  for (let index = first; index < lines.length; index++) {
    const line = lines[index];
    const record = index + 1;
    if (bytes(line).length > file.maximum_record_bytes) return blame(6, { record });
    const fields = line.split(",");
    if (fields.length !== names.length) {
      const other = [";", "\t", "|"].some(
        (mark) => line.includes(mark) && fields.length + line.split(mark).length > names.length,
      );
      return blame(other ? "6.1-2" : 7, { record });
    }
    const values = {};
    for (const [at, field] of fields.entries()) {
      const column = file.columns[at];
      const place = { record, field: at + 1 };
      if (field === "" && column.nullable) {
        values[column.name] = null;
        continue;
      }
      const isNull = column.nullable && NULLS.test(field);
      if (isNull && column.type === "text") return blame("6.1-4", place);
      const { fault, value } = readers[at](field);
      if (fault === undefined) values[column.name] = value;
      else if (field === "") return blame(9, place);
      else if (isNull) return blame("6.1-4", place);
      else if (field.includes('"')) return blame(4, place);
      else if (column.type === "action")
        return blame(manifest.quarantine?.set_by === "dcc" ? "4.13(b)-2" : "4.7(b)-2", place);
      else return blame(fault, place);
    }
    records.push({ record, values });
  }
  if (file.key.length && readings["duplicate-rules"] !== "last-wins") {
    const twice = repeated(records, file.key);
    if (twice) return blame(12, { record: twice });
  }
  for (const rule of file.rules ?? []) {
    if (!RULES[rule.rule]) throw new NotSupported(`rule = "${rule.rule}"`);
    const fault = RULES[rule.rule](rule, { records, manifest, profile, columns: file.columns, readings });
    if (fault) return blame(fault.part, { record: fault.record, message: rule.id });
  }
  return null;
}

/** Return the first record whose values in some columns are those of an earlier one. */
export function repeated(records, columns) {
  const seen = new Set();
  for (const { record, values } of records) {
    const key = JSON.stringify(columns.map((name) => String(values[name])));
    if (seen.has(key)) return record;
    seen.add(key);
  }
  return null;
}
