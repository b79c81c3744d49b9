import type { GeneratorContext, Relation } from './generator-context.ts';

/** A query that reads a whole row of a subquery as one value, as text, JSON or struct, or a field of that value. */
export function wholeRowQuery(context: GeneratorContext): Relation {
  const { draw } = context;
  const inner = context.makeQuery(context);
  const [first] = inner.columns;
  if (!first) return inner;
  const alias = draw.fresh('d');
  const name = draw.fresh('c');
  const forms: readonly Relation[] = [
    { sql: `${alias}::varchar`, columns: [{ sql: name, name, kind: 'text' }] },
    { sql: `to_json(${alias})`, columns: [{ sql: name, name, kind: 'json' }] },
    { sql: `to_json(${alias})->>'${first.name}'`, columns: [{ sql: name, name, kind: 'text' }] },
    { sql: `struct_extract(${alias}, '${first.name}')`, columns: [{ sql: name, name, kind: first.kind }] },
    { sql: `max(${alias})::varchar`, columns: [{ sql: name, name, kind: 'text' }] },
  ];
  const { sql, columns } = draw.pick(forms);
  return { sql: `select ${sql} as ${name} from (${inner.sql}) ${alias}`, columns };
}
