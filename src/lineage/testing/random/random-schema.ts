import type { Draw } from '../draw.ts';

/** The family of a column's type, as the generator knows it: `int` has BIGINT and DECIMAL as well. */
export type Kind = 'text' | 'int' | 'bool' | 'date' | 'list' | 'struct' | 'json';

export interface TableColumn {
  readonly name: string;
  readonly kind: Kind;
  readonly type: string;
  /** Replaces the `CHANGES` of its kind, where these do not fit the values. */
  readonly changes?: readonly string[];
  /** Expression of a generated column, and the columns that it reads. A generated column has no value in `rows`. */
  readonly generated?: { readonly as: string; readonly from: readonly string[] };
}

/** A table of a test's database. */
export interface Table {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  /** Values as SQL, in one text or one for each column. */
  readonly rows: readonly (readonly string[])[];
}

export type Schema = readonly Table[];

const TYPES: Readonly<Record<Kind, readonly string[]>> = {
  text: ['varchar'],
  int: ['integer', 'bigint', 'smallint', 'decimal(9,2)'],
  bool: ['boolean'],
  date: ['date', 'timestamp'],
  list: ['varchar[]'],
  struct: ['struct(a varchar, b integer)'],
  json: ['json'],
};

/** Values as SQL. They are few, and the same for every column, so that joins of random tables find rows. */
const VALUES: Readonly<Record<Kind, readonly string[]>> = {
  text: ["'ann@x.test'", "'bob@y.test'", "'Ann'", 'null', "'k'", "'red'", "'cat@x.test'", "'Dan'"],
  int: ['1', '2', '3', '5', '4', 'null', '7', '31'],
  bool: ['true', 'false', 'true', 'null'],
  date: ["'2024-01-31'", "'2023-07-04'", 'null', "'2024-02-29'", "'2024-01-31'"],
  list: ["['red', 'blue']", "['blue']", '[]', "['green', 'red', 'k']", 'null'],
  struct: ["{'a': 'Oak', 'b': 1}", "{'a': 'Elm', 'b': 2}", 'null', "{'a': 'k', 'b': 3}"],
  json: [`'{"a": "Oak", "b": [1, 2]}'`, `'{"a": "k", "b": []}'`, 'null', `'{"b": [3]}'`, `'["red"]'`],
};

/**
 * Expressions that change a column (`#`), four for each kind: one alone may leave some output as it was. `rowid` makes
 * equal values of several rows differ.
 */
export const CHANGES: Readonly<Record<Kind, readonly string[]>> = {
  text: ['# || rowid', 'null', 'reverse(#)', "'k'"],
  int: ['# + 1', 'null', '2 + rowid % 2', '7 - #'],
  bool: ['not #', 'null', 'true', 'rowid % 2 = 0'],
  date: ['# + interval 40 day', 'null', "'2024-02-29'", "date '2023-07-04' + rowid::int"],
  list: ["list_prepend('zz' || rowid, #)", 'list_reverse(#)', "['k', 'red']", '[]'],
  struct: ["{'a': #.a || rowid, 'b': #.b}", 'null', "{'a': #.a, 'b': 10 - #.b}", "{'a': 'k', 'b': 2}"],
  json: [
    `json_merge_patch(#, json_object('a', 'z' || rowid))`,
    'null',
    `json_merge_patch(#, '{"b": [9, 8]}')`,
    `'{"a": "k"}'`,
  ],
};

/** Two tables with a column of each kind, for queries written by hand. */
export const USERS_AND_ORDERS: Schema = [
  {
    name: 'users',
    columns: [
      { name: 'id', kind: 'int', type: 'integer' },
      { name: 'email', kind: 'text', type: 'varchar' },
      { name: 'name', kind: 'text', type: 'varchar' },
      { name: 'age', kind: 'int', type: 'integer' },
      { name: 'addr', kind: 'struct', type: 'struct(a varchar, b integer)' },
      { name: 'tags', kind: 'list', type: 'varchar[]' },
      { name: 'active', kind: 'bool', type: 'boolean' },
      { name: 'born', kind: 'date', type: 'date' },
      { name: 'doc', kind: 'json', type: 'json' },
    ],
    rows: [
      `1, 'ann@x.test', 'Ann', 31, {'a': 'Oak', 'b': 1}, ['red', 'blue'], true, '2001-05-09', '{"a": "Oak", "b": [1]}'`,
      `2, 'bob@y.test', 'Bob', 42, {'a': 'Elm', 'b': 2}, ['blue'], false, '1999-12-31', '{"a": "k"}'`,
      `3, 'cat@x.test', 'Cat', 31, {'a': 'Oak', 'b': 3}, [], true, null, '{"b": [2, 3]}'`,
      `4, null, 'Dan', null, {'a': 'Fir', 'b': 4}, ['green', 'red', 'k'], true, '2001-05-09', null`,
      `5, 'eve@z.test', 'Ann', 25, null, null, null, '1980-01-01', '["k"]'`,
    ].map((row) => [row]),
  },
  {
    name: 'orders',
    columns: [
      { name: 'id', kind: 'int', type: 'integer' },
      { name: 'uid', kind: 'int', type: 'integer' },
      { name: 'amt', kind: 'int', type: 'integer' },
      { name: 'note', kind: 'text', type: 'varchar' },
      { name: 'day', kind: 'date', type: 'date' },
    ],
    rows: [
      "1, 1, 10, 'Ann', '2024-01-05'",
      "2, 1, 25, 'cat@x.test', '2024-01-31'",
      "3, 2, 7, 'k', '2024-02-29'",
      "4, 3, 3, null, '2024-02-29'",
      "5, 9, 40, 'late', null",
      "6, 4, 2, 'red', '2023-07-04'",
    ].map((row) => [row]),
  },
];

const NAMES = ['users', 'orders', 'events'];

/** Two or three tables with three to six rows, and a key `id` and two to six other columns each. */
export function randomSchema(draw: Draw): Schema {
  return NAMES.slice(0, 2 + draw.below(2)).map((name) => randomTable(name, draw));
}

function randomTable(name: string, draw: Draw): Table {
  const others = Array.from({ length: 2 + draw.below(5) }, (_, index): TableColumn => {
    const kind = draw.pick(['text', 'int', 'date', 'bool', 'list', 'struct', 'json', 'text'] as const);
    return { name: draw.once(4) ? `Odd "${kind}" ${index}` : `${kind}${index}`, kind, type: draw.pick(TYPES[kind]) };
  });
  const columns: readonly TableColumn[] = [{ name: 'id', kind: 'int', type: 'integer' }, ...others];
  const rows = Array.from({ length: 3 + draw.below(4) }, (_, row) =>
    columns.map(({ kind }, index) => (index === 0 ? String(row + 1) : draw.pick(VALUES[kind]))),
  );
  return { name, columns: [...columns, ...generatedColumns(columns, draw)], rows };
}

/** A generated column (GENERATED ALWAYS AS), in half of the tables that have a text column. */
function generatedColumns(columns: readonly TableColumn[], draw: Draw): readonly TableColumn[] {
  const from = columns.find(({ kind }) => kind === 'text');
  if (!from || draw.once(2)) return [];
  const generated = draw.pick([
    { as: `lower(${quoted(from.name)})`, from: [from.name] },
    { as: `${quoted(from.name)} || id`, from: [from.name, 'id'] },
  ]);
  return [{ name: 'made', kind: 'text', type: 'varchar', generated }];
}

/** The name as a SQL identifier: in quotes only where it needs them. */
export function quoted(name: string): string {
  return /^[a-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Statements that create a table in a schema, and insert its rows. */
export function createTable(schema: string, { name, columns, rows }: Table): string {
  const list = columns
    .map(({ name: column, type, generated }) => `${quoted(column)} ${type}${generated ? ` as (${generated.as})` : ''}`)
    .join(', ');
  const create = `create table ${schema}.${name} (${list})`;
  if (rows.length === 0) return create;
  return `${create}; insert into ${schema}.${name} values ${rows.map((row) => `(${row.join(', ')})`).join(', ')}`;
}
