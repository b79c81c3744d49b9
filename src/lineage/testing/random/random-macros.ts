import { quoted, type Schema } from './random-schema.ts';

/** Statements that create the macros. DuckDB binds the query in `newest` anew at each call of the macro. */
export function macrosOf([first]: Schema): readonly string[] {
  const text = first?.columns.find(({ kind }) => kind === 'text')?.name;
  const newest =
    text === undefined ? 'x' : `(select max(${quoted(text)}) from ${first?.name} where ${quoted(text)} >= x)`;
  return [
    "create or replace macro pair_of(x, y) as x || '&' || y",
    'create or replace macro one_of(c, x, y) as case when c then x else y end',
    `create or replace macro newest(x) as ${newest}`,
  ];
}

/** Templates of the macro calls, for expressions of kind text. */
export const MACRO_CALLS = ['pair_of(<text>, <text>)', 'one_of(<bool>, <text>, <text>)', 'newest(<text>)'];
