/** A query as DuckDB takes it apart (`json_serialize_sql`) and puts it together again (`json_deserialize_sql`). */
export type Json = { readonly [key: string]: unknown };

/** Numbers are kept as the text they are, since JavaScript would round them. */
export function parseAst(text: string): Json {
  const kept = text.replace(/("(?:[^"\\]|\\.)*")|-?\d[\d.eE+-]*/g, (match, string?: string) =>
    string === undefined ? JSON.stringify(MARK + match) : match,
  );
  return objectOf(JSON.parse(kept)) ?? {};
}

export function writeAst(ast: Json): string {
  return JSON.stringify(ast).replace(/"\\u0001(-?\d[\d.eE+-]*)"/g, '$1');
}

/** JSON text never holds the character itself, so no string of a query begins with it unseen. */
const MARK = '\u0001';

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** DuckDB writes null for some empty lists. */
export function objectsOf(value: unknown): readonly Json[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.map(objectOf).filter((entry) => entry !== undefined);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The object and all below it. */
export function* objectsIn(value: unknown): Iterable<Json> {
  if (Array.isArray(value)) for (const entry of value) yield* objectsIn(entry);
  const object = objectOf(value);
  if (!object) return;
  yield object;
  for (const entry of Object.values(object)) yield* objectsIn(entry);
}
