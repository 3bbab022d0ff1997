// The rules of a profile: each gives the part of the clause that is broken, and the record.

import { plainEui64 } from "./columns.mjs";
import { repeated, VARIANTS } from "./records.mjs";

const OPERATORS = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
};
const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
const isQcaf = ({ manifest }) => manifest.kind === "qcaf";

function meets(values, when = []) {
  return when.every(({ column, null: isNull, in: among, not_in: outside }) => {
    const value = values[column];
    if (isNull !== undefined) return (value === null) === isNull;
    if (value === null) return false;
    const found = (among ?? outside).some((one) => (one === "infinity" ? value === Infinity : value == one));
    return among ? found : !found;
  });
}

/** Return a rule that looks at each record that meets its conditions. */
const each = (part, keeps) => (rule, file) => {
  const of = (values) => rule.columns?.map((name) => values[name]);
  const broken = file.records.find(
    ({ values }) => meets(values, rule.when) && !keeps(of(values), rule, values, file),
  );
  return broken && { part: part(file), record: broken.record };
};
const together = () => 16;

export const RULES = {
  compare: each((file) => (isQcaf(file) ? 15 : 13), (_, rule, values) => {
    const left = values[rule.left.column];
    const right = rule.right.column ? values[rule.right.column] : rule.right.value;
    if (left === null || right === null) return rule.null !== "fails";
    return OPERATORS[rule.op](order(left, right));
  }),
  "one-sender": each((file) => (isQcaf(file) ? 13 : 14), ([sender], rule, values, { manifest }) =>
    sender === null || sender.slice(0, 23) === plainEui64(manifest.sender.user_id)),
  "eligible-variant": each(() => 15, ([role, variant]) =>
    role === null || variant === null || VARIANTS.get(variant).includes(role)),
  "breach-fits": each(() => 14, ([breach], rule, values, { manifest, profile }) =>
    profile.breaches[breach] === manifest.quarantine.set_by),
  require: each(together, (fields) => fields.every((value) => value !== null)),
  forbid: each(together, (fields) => fields.every((value) => value === null)),
  "one-of": each(together, (_, rule, values) =>
    values[rule.column] === null || meets(values, [{ column: rule.column, in: rule.values }])),
  unique(rule, { records }) {
    const record = repeated(records.filter(({ values }) => meets(values, rule.when)), rule.columns);
    return record && { part: 16, record };
  },
  sorted(rule, { records }) {
    const looked = records.filter(({ values }) => meets(values, rule.when));
    const broken = looked.find(({ values }, index) => {
      for (const { column, order: way } of index ? rule.by : []) {
        const [before, now] = [looked[index - 1].values[column], values[column]];
        const sign = before === now ? 0 : before === null ? -1 : now === null ? 1 : order(before, now);
        if (sign) return way === "descending" ? sign < 0 : sign > 0;
      }
      return false;
    });
    return broken && { part: 16, record: broken.record };
  },
};
