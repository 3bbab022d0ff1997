// What a field of each type may be: a reader gives its value, or the part of the clause that it breaks.

import { NotSupported } from "./outcomes.mjs";

const FORM = { fault: 8 };
const LIMIT = { fault: 10 };
const CODE = { fault: 11 };
const DIGITS = { YYYY: 4, MM: 2, DD: 2, hh: 2, mm: 2, ss: 2 };
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

/** Return a function that reads the fields of a column. */
export function reader(column, readings, variants) {
  const read = TYPES[column.type]?.(column, readings, variants);
  if (!read) throw new NotSupported(`type = "${column.type}"`);
  const words = new Map((column.also ?? []).map(({ word, means }) => [word, meaning(word, means, read)]));
  return (field) => (words.has(field) ? { value: words.get(field) } : read(field));
}

function meaning(word, means, read) {
  if (means === undefined) return word;
  if (means === "infinity") return Infinity;
  return typeof means.value === "number" ? means.value : read(means.value).value;
}

function eui64Pattern({ form = "hyphens", case: letters }, readings) {
  const wanted = letters ?? readings["eui64-case"] ?? "any";
  const digit = { upper: "[0-9A-F]", lower: "[0-9a-f]", any: "[0-9A-Fa-f]" }[wanted];
  return Array(8).fill(digit + "{2}").join({ hyphens: "-", colons: ":", none: "" }[form]);
}

/** Return an EUI-64 with hyphens and in upper case, whatever form it has. */
export const plainEui64 = (text) => text.replace(/[-:]/g, "").toUpperCase().match(/../g).join("-");

function number({ signed, width, pad = "0", digits, maximum_digits, minimum, maximum }) {
  const minus = signed ? "-?" : "";
  const pattern = width
    ? pad === "0" ? `${minus}[0-9]+` : ` *${minus}(?:0|[1-9][0-9]*)`
    : digits ? `${minus}[0-9]+` : `${minus}(?:0|[1-9][0-9]*)`;
  const whole = new RegExp(`^${pattern}$`);
  return (field) => {
    if (!whole.test(field) || /^-0+$/.test(field) || (width && field.length !== width)) return FORM;
    const size = field.replace("-", "").length;
    if (digits && size !== digits) return FORM;
    const value = BigInt(field);
    if (size > (maximum_digits ?? size) || value < (minimum ?? value) || value > (maximum ?? value)) return LIMIT;
    return { value };
  };
}

function decimal(column) {
  const { signed, fraction_digits, maximum_fraction_digits, point, width } = column;
  if (width || point === "implied") throw new NotSupported("decimals with a width or without a point");
  const some = fraction_digits ? `\\.[0-9]{${fraction_digits}}` : `(?:\\.[0-9]{1,${maximum_fraction_digits ?? ""}})?`;
  const whole = new RegExp(`^${signed ? "-?" : ""}(?:0|[1-9][0-9]*)${some}$`);
  return (field) => {
    const value = Number(field);
    if (!whole.test(field)) return FORM;
    return value < (column.minimum ?? value) || value > (column.maximum ?? value) ? LIMIT : { value };
  };
}

function moment(format) {
  const formats = [format].flat().map((one) => {
    const parts = one.match(/YYYY|MM|DD|hh|mm|ss/g);
    const source = one.split(/(YYYY|MM|DD|hh|mm|ss)/).map((part) => (DIGITS[part] ? `([0-9]{${DIGITS[part]}})` : escaped(part)));
    return { parts, pattern: new RegExp(`^${source.join("")}$`) };
  });
  return (field) => {
    for (const { parts, pattern } of formats) {
      const found = pattern.exec(field);
      if (!found) continue;
      const is = { YYYY: 2000, MM: 1, DD: 1, hh: 0, mm: 0, ss: 0 };
      parts.forEach((part, index) => (is[part] = Number(found[index + 1])));
      const date = new Date(0);
      date.setUTCFullYear(is.YYYY, is.MM - 1, is.DD);
      const exists = is.YYYY > 0 && date.getUTCMonth() === is.MM - 1 && date.getUTCDate() === is.DD;
      if (!exists || is.hh > 23 || is.mm > 59 || is.ss > 59) return FORM;
      return { value: date.setUTCHours(is.hh, is.mm, is.ss) };
    }
    return FORM;
  };
}

/** Return a function that gives the moment of what the clocks of a zone show, or nothing if they skip it. */
function clocks(zone) {
  if (zone === "Z") return (shown) => shown;
  const style = { timeZone: zone, dateStyle: "short", timeStyle: "medium" };
  const format = new Intl.DateTimeFormat("sv", style); // YYYY-MM-DD hh:mm:ss
  const show = (at) => Date.parse(`${format.format(at).replace(" ", "T")}Z`);
  const day = 86_400_000;
  return (shown) =>
    [-day, day]
      .map((apart) => shown - (show(shown + apart) - (shown + apart)))
      .find((at) => show(at) === shown);
}

function instant({ format = "YYYY-MM-DDThh:mm:ssZ", zone = "Z" }) {
  const [read, at] = [moment(format), clocks(zone)];
  return (field) => {
    const { value } = read(field);
    const moment = value === undefined ? value : at(value);
    return moment === undefined ? FORM : { value: moment };
  };
}

function period({ codes, form, minimum, maximum }) {
  if (form === "iso-8601") throw new NotSupported("durations of ISO 8601");
  if (codes) return (field) => (Object.hasOwn(codes, field) ? { value: BigInt(codes[field]) } : CODE);
  return number({ minimum: minimum ?? 1, maximum });
}

const TYPES = {
  eui64(column, readings) {
    const whole = new RegExp(`^${eui64Pattern(column, readings)}$`);
    return (field) => (whole.test(field) ? { value: plainEui64(field) } : FORM);
  },
  "request-id"(column, readings) {
    const one = eui64Pattern(column, readings);
    const mark = escaped(column.separator ?? ":");
    const whole = new RegExp(`^(${one})${mark}(${one})${mark}(0|[1-9][0-9]*)$`);
    return (field) => {
      const found = whole.exec(field);
      if (!found) return FORM;
      if (BigInt(found[3]) > 2n ** 64n - 1n) return LIMIT;
      return { value: [plainEui64(found[1]), plainEui64(found[2]), found[3]].join(":") };
    };
  },
  integer: number,
  decimal,
  period,
  instant,
  date: ({ format = "YYYY-MM-DD" }) => moment(format),
  time: ({ format = "hh:mm:ss" }) => moment(format),
  code({ values, values_from: from }, readings, variants) {
    if (from && from !== "service-reference-variants") throw new NotSupported(`values_from = "${from}"`);
    const codes = new Set(values ?? variants.keys());
    return (field) => (codes.has(field) ? { value: field } : CODE);
  },
  constant: ({ value }) => (field) => (field === value ? { value } : CODE),
  text({ pattern, minimum_length: least = 0, maximum_length: most = Infinity }) {
    const whole = new RegExp(`^(?:${pattern ?? "[^]*"})$`, "u");
    return (field) => {
      const length = [...field].length;
      return whole.test(field) && length >= least && length <= most ? { value: field } : FORM;
    };
  },
  action({ codes = { Release: "Release", Delete: "Delete" } }, readings) {
    const any = readings["action-case"] === "any-case";
    const same = (one, other) => one === other || (any && one.toLowerCase() === other.toLowerCase());
    return (field) => {
      const found = Object.entries(codes).find(([, code]) => same(code, field));
      return found ? { value: found[0] } : CODE;
    };
  },
  nothing: () => () => FORM,
};
