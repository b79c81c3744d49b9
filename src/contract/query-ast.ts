/** Parse tree of a query, as `json_serialize_sql` gives it and `json_deserialize_sql` takes it. */
export type Json = { readonly [key: string]: unknown };

/** Reads a parse tree. Numbers become marked texts, since JavaScript would round them. */
export function parseAst(text: string): Json {
  const kept = text.replace(/("(?:[^"\\]|\\.)*")|-?\d[\d.eE+-]*/g, (match, string?: string) =>
    string === undefined ? JSON.stringify(MARK + match) : match,
  );
  return objectOf(JSON.parse(kept)) ?? {};
}

export function writeAst(ast: Json): string {
  return JSON.stringify(ast).replace(/"\\u0001(-?\d[\d.eE+-]*)"/g, '$1');
}

/** Begins the text of a number. JSON escapes the character, so no string of a query can begin with it. */
const MARK = '\u0001';

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** The objects of a list; DuckDB writes null for some empty lists. */
export function objectsOf(value: unknown): readonly Json[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.map(objectOf).filter((entry) => entry !== undefined);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Walks all objects of a value, each before those inside it. */
export function* objectsIn(value: unknown): Iterable<Json> {
  if (Array.isArray(value)) for (const entry of value) yield* objectsIn(entry);
  const object = objectOf(value);
  if (!object) return;
  yield object;
  for (const entry of Object.values(object)) yield* objectsIn(entry);
}
