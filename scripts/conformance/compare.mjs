import { createHash } from 'node:crypto';
import { sqlTokens } from './sql-tokens.mjs';

/**
 * @typedef {{ readonly compiled_sha256: string | null, readonly status: readonly [string, number | null] | null }} GoldenNode
 *
 * @typedef {object} GoldenTable
 * @property {string} type
 * @property {number} rows
 * @property {string} hash of all rows, in any order
 * @property {readonly (readonly [string, string])[]} columns names and types
 *
 * @typedef {GoldenTable & { readonly rounded?: string }} Table `rounded`: the hash with floating-point numbers of nine digits
 * @typedef {{ readonly nodes: { readonly [id: string]: GoldenNode }, readonly tables: { readonly [name: string]: GoldenTable } }} Golden
 *
 * @typedef {object} Build what Fenceline or dbt made of a project
 * @property {{ readonly [id: string]: string | null }} texts compiled SQL by unique id
 * @property {{ readonly [id: string]: readonly [string, number | null] }} statuses
 * @property {{ readonly [name: string]: Table }} tables
 *
 * @typedef {object} Difference
 * @property {'text' | 'status' | 'table'} what
 * @property {string} name
 * @property {string} golden
 * @property {string} ours
 * @property {string | undefined} rule why it is none, where a run of dbt on the same day shows it
 */

/** Rules that a run of dbt on the same day decides. docs/conformance.md says what they mean. */
const SAME_DAY = 'same-day';
const SUM_ORDER = 'sum-order';

/** A rule that the results show: the node ran as in dbt, and its text is not written down. */
const WITHHELD = 'withheld';

/**
 * Holds a build against a golden.
 * @param {Golden} golden
 * @param {Build} ours
 * @param {Build} dbt a run of dbt on the same day, or nothing
 */
export function compareWithGolden(golden, ours, dbt) {
  const counts = { nodes: 0, identical: 0, tokens: 0, statuses: 0, equalStatuses: 0, tables: 0, equalTables: 0 };
  /** @type {Difference[]} */
  const differences = [];
  for (const [id, node] of Object.entries(golden.nodes)) {
    if (node.compiled_sha256 !== null) {
      counts.nodes++;
      const text = ours.texts[id];
      const isIdentical = typeof text === 'string' && isTextOf(text, node.compiled_sha256);
      if (isIdentical) counts.identical++;
      if (isIdentical || hasEqualTokens(text, dbt.texts[id])) counts.tokens++;
      else {
        const words =
          text === undefined ? 'no such node' : text === null ? 'no SQL' : firstDifference(text, dbt.texts[id]);
        const ran = text === null && ['success', 'pass', 'fail', 'warn'].includes(ours.statuses[id]?.[0] ?? '');
        const rule = ran ? WITHHELD : undefined;
        differences.push({ what: 'text', name: id, golden: 'its hash', ours: words, rule });
      }
    }
    if (node.status !== null) {
      counts.statuses++;
      const status = spell(ours.statuses[id]);
      if (status === spell(node.status)) counts.equalStatuses++;
      else {
        const rule = isUncountedTest(ours.statuses[id], node.status)
          ? WITHHELD
          : status === spell(dbt.statuses[id])
            ? SAME_DAY
            : undefined;
        differences.push({ what: 'status', name: id, golden: spell(node.status), ours: status, rule });
      }
    }
  }
  for (const [name, table] of Object.entries(golden.tables)) {
    counts.tables++;
    const difference = compareTables(name, table, ours.tables[name], dbt.tables[name]);
    if (difference) differences.push(difference);
    else counts.equalTables++;
  }
  for (const name of Object.keys(ours.tables).filter((name) => !golden.tables[name])) {
    const rule = spell(ours.tables[name]) === spell(dbt.tables[name]) ? SAME_DAY : undefined;
    differences.push({ what: 'table', name, golden: 'none', ours: 'is there', rule });
  }
  for (const id of Object.keys(ours.statuses).filter((id) => !golden.nodes[id] && !isUncounted(id))) {
    differences.push({ what: 'status', name: id, golden: 'none', ours: spell(ours.statuses[id]), rule: undefined });
  }
  return { counts, differences };
}

/**
 * @param {string} name
 * @param {GoldenTable} golden
 * @param {Table | undefined} ours
 * @param {Table | undefined} dbt
 * @returns {Difference | undefined}
 */
function compareTables(name, golden, ours, dbt) {
  const plain = (/** @type {Table | undefined} */ table) =>
    table && spell({ type: table.type, rows: table.rows, hash: table.hash, columns: table.columns });
  if (plain(ours) === plain(golden)) return undefined;
  const isSameDay = ours !== undefined && plain(ours) === plain(dbt);
  const isRounded =
    ours !== undefined &&
    dbt !== undefined &&
    ours.rounded === dbt.rounded &&
    spell(ours.columns) === spell(dbt.columns);
  const rule = isSameDay ? SAME_DAY : isRounded ? SUM_ORDER : undefined;
  return { what: 'table', name, golden: plain(golden) ?? 'none', ours: plain(ours) ?? 'none', rule };
}

/**
 * Whether a test ended as in dbt, and only its number is missing: it may be a value of a row.
 * @param {readonly [string, number | null] | undefined} ours @param {readonly [string, number | null]} golden
 */
function isUncountedTest(ours, golden) {
  return ours !== undefined && ours[1] === null && ours[0] === golden[0];
}

/** Goldens leave out unit tests. @param {string} id */
function isUncounted(id) {
  return id.startsWith('unit_test.');
}

/** @param {string} text @param {string} hash sha256 of the text with or without one newline at its end */
function isTextOf(text, hash) {
  const trimmed = text.replace(/\n$/, '');
  return [trimmed, `${trimmed}\n`].some((spelled) => createHash('sha256').update(spelled).digest('hex') === hash);
}

/** @param {string | null | undefined} ours @param {string | null | undefined} dbt */
function hasEqualTokens(ours, dbt) {
  if (typeof ours !== 'string' || typeof dbt !== 'string') return false;
  return sqlTokens(ours).join('\0') === sqlTokens(dbt).join('\0');
}

/** @param {string} ours @param {string | null | undefined} dbt */
function firstDifference(ours, dbt) {
  if (typeof dbt !== 'string') return 'another hash';
  const [left, right] = [sqlTokens(ours), sqlTokens(dbt)];
  const index = right.findIndex((token, place) => token !== left[place]);
  const at = index < 0 ? right.length : index;
  const around = (/** @type {readonly string[]} */ tokens) => tokens.slice(Math.max(0, at - 4), at + 6).join(' ');
  return `${around(left)} ⟵ dbt: ${around(right)}`;
}

/** @param {unknown} value */
function spell(value) {
  return value === undefined ? 'none' : JSON.stringify(value);
}
