import type { GeneratorContext, Relation } from './generator-context.ts';
import { quoted } from './random-schema.ts';

/** A query with `*`, alone or with EXCLUDE, REPLACE, RENAME or COLUMNS. */
export function starQuery(context: GeneratorContext): Relation {
  const { draw } = context;
  const inner = context.makeQuery(context);
  const [first, ...others] = inner.columns;
  const second = others[0];
  if (!first) return inner;
  const alias = draw.fresh('d');
  const name = quoted(first.name);
  const from = `from (${inner.sql}) ${alias}`;
  const replacement = first.kind === 'text' ? `${name} || '!'` : `coalesce(${name}, ${name})`;
  const forms: readonly Relation[] = [
    { sql: `select * ${from}`, columns: inner.columns },
    { sql: `${from}`, columns: inner.columns },
    { sql: `select * replace (${replacement} as ${name}) ${from}`, columns: inner.columns },
    { sql: `select columns('.*') ${from}`, columns: inner.columns },
    { sql: `select columns(c -> c <> 'zz') ${from}`, columns: inner.columns },
    { sql: `select min(columns(*)) ${from}`, columns: [] },
    {
      sql: `select * rename (${name} as renamed) ${from}`,
      columns: [{ ...first, name: 'renamed', sql: 'renamed' }, ...others],
    },
    ...(second ? [{ sql: `select ${alias}.* exclude (${name}) ${from}`, columns: others }] : []),
  ];
  return draw.pick(forms);
}
