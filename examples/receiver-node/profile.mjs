// Profiles: as much of TOML as they are written in, and what they extend.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const isTable = (value) => value?.constructor === Object;

/** Return the table that a TOML text states. */
export function parse(text) {
  let at = 0;
  const fail = () => {
    throw new Error(`not read as TOML: ${text.slice(at, at + 40)}`);
  };
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found;
  };
  const blank = () => take(/(?:\s|#[^\n]*)*/y);
  const expect = (sign) => take(sign) ?? fail();

  function word() {
    const basic = take(/"(?:[^"\\\n]|\\.)*"/y);
    if (basic) return JSON.parse(basic[0]);
    const literal = take(/'([^'\n]*)'/y);
    return literal ? literal[1] : null;
  }
  function keys() {
    const names = [];
    do {
      take(/[ \t]*/y);
      names.push(word() ?? expect(/[A-Za-z0-9_-]+/y)[0]);
    } while (take(/[ \t]*\./y));
    take(/[ \t]*/y);
    return names;
  }
  function items(end, one) {
    for (blank(); !take(end); blank()) {
      one();
      blank();
      if (!take(/,/y)) return void (blank(), expect(end));
    }
  }
  function value() {
    const long = take(/"""\n?([^]*?)"""|'''\n?([^]*?)'''/y);
    if (long) return long[2] ?? JSON.parse(`"${long[1].replace(/\\\s*\n\s*/g, "").replaceAll("\n", "\\n")}"`);
    const quoted = word();
    if (quoted !== null) return quoted;
    if (take(/\[/y)) {
      const list = [];
      items(/\]/y, () => list.push(value()));
      return list;
    }
    if (take(/\{/y)) {
      const table = {};
      items(/\}/y, () => assign(table));
      return table;
    }
    const other = expect(/[A-Za-z0-9+._-]+/y)[0];
    if (other === "true" || other === "false") return other === "true";
    const number = Number(other.replaceAll("_", ""));
    return Number.isNaN(number) ? fail() : number;
  }
  function assign(table) {
    const names = keys();
    expect(/=[ \t]*/y);
    const last = names.pop();
    inside(table, names)[last] = value();
  }
  const inside = (table, names) =>
    names.reduce((outer, name) => {
      const inner = (outer[name] ??= {});
      return Array.isArray(inner) ? inner.at(-1) : inner;
    }, table);

  const root = {};
  let table = root;
  for (blank(); at < text.length; blank()) {
    const opening = take(/\[\[?/y)?.[0];
    if (!opening) {
      assign(table);
      continue;
    }
    const names = keys();
    expect(opening === "[" ? /\]/y : /\]\]/y);
    if (opening === "[") table = inside(root, names);
    else {
      const list = (inside(root, names.slice(0, -1))[names.at(-1)] ??= []);
      list.push((table = {}));
    }
  }
  return root;
}

/** Return a profile merged over the one that it extends: entry by entry, lists as a whole. */
export function merge(below, above) {
  const merged = { ...below };
  for (const [name, value] of Object.entries(above))
    merged[name] = isTable(value) && isTable(below[name]) ? merge(below[name], value) : value;
  return merged;
}

/** Return the profile in a file, merged over those that it extends. */
export function profileAt(path) {
  const profile = parse(readFileSync(path, "utf8"));
  if (!profile.extends) return profile;
  const beside = join(dirname(path), profile.extends);
  return merge(profileAt(existsSync(beside) ? beside : `${beside}.toml`), profile);
}
