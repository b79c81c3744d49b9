import { type ByteOffset, byteOffset } from './offset.ts';
import { type SqlErrorKind, sqlErrorKind } from './sql-error.ts';

/**
 * An object of a parse tree as DuckDB serializes it (`json_serialize_sql`). Numbers are kept as texts, since JavaScript
 * would round them: {@link valueText} reads one.
 */
export type ParseNode = { readonly [key: string]: unknown };

/** The answer of DuckDB's parser to a text. Only queries are serialized; any other statement is `not implemented`. */
export type ParseAnswer =
  | { readonly ok: true; readonly tree: ParseNode; readonly statements: readonly ParseNode[] }
  | { readonly ok: false; readonly kind: SqlErrorKind };

/** @param serialized the answer of `json_serialize_sql` */
export function readParseAnswer(serialized: string): ParseAnswer {
  const tree = parseTree(serialized);
  if (tree['error'] !== false) return { ok: false, kind: sqlErrorKind(textOf(tree['error_type'])) };
  return { ok: true, tree, statements: objectsOf(tree['statements']) };
}

function parseTree(serialized: string): ParseNode {
  const marked = serialized.replaceAll(TOKEN, (token) => {
    if (!token.startsWith('"')) return JSON.stringify(MARK + token);
    return token.startsWith(ESCAPED_MARK) ? ESCAPED_MARK + token.slice(1) : token;
  });
  return objectOf(JSON.parse(marked)) ?? {};
}

/** The tree as JSON, for `json_deserialize_sql`. */
export function serializeTree(tree: ParseNode): string {
  return JSON.stringify(tree).replaceAll(TOKEN, (token) => {
    if (token.startsWith(`${ESCAPED_MARK}\\u0001`)) return `"${token.slice(ESCAPED_MARK.length)}`;
    return token.startsWith(ESCAPED_MARK) ? token.slice(ESCAPED_MARK.length, -1) : token;
  });
}

/** A text or a number of JSON; the engine also writes Infinity and NaN, which JSON does not have. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:\d[\d.eE+-]*|Infinity|NaN)/g;

/**
 * Prefix of a number of a parse tree while JavaScript has it as a text, since it would round the number. A text of the
 * tree that begins with the prefix gets it a second time.
 */
const MARK = '\u0001';
const ESCAPED_MARK = String.raw`"\u0001`;

export function objectOf(value: unknown): ParseNode | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ParseNode) : undefined;
}

/** DuckDB writes null for some empty lists. */
export function objectsOf(value: unknown): readonly ParseNode[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.map(objectOf).filter((entry) => entry !== undefined);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A text, number or boolean of a tree as a query would write it; `null` is the empty text. */
export function valueText(value: unknown): string {
  if (typeof value !== 'string') return value === null || value === undefined ? '' : String(value);
  return value.startsWith(MARK) ? value.slice(MARK.length) : value;
}

/** All objects in a value, at any depth; an object comes before those inside of it. */
export function* objectsIn(value: unknown): Iterable<ParseNode> {
  if (Array.isArray(value)) for (const entry of value) yield* objectsIn(entry);
  const object = objectOf(value);
  if (!object) return;
  yield object;
  for (const entry of Object.values(object)) yield* objectsIn(entry);
}

/** Applies `change` to each object of a tree, outermost first. */
export function mapTree(value: unknown, change: (node: ParseNode) => ParseNode): unknown {
  if (Array.isArray(value)) return value.map((entry) => mapTree(entry, change));
  const object = objectOf(value);
  if (!object) return value;
  const entries = Object.entries(change(object)).map(([key, entry]) => [key, mapTree(entry, change)] as const);
  return Object.fromEntries(entries);
}

/** A node without its place, for a comparison with a node at another place. */
export function withoutPlaces(node: ParseNode): ParseNode {
  const { query_location: _, ...rest } = node;
  return rest;
}

/** Offset at which an object begins; behind the end of any text if the parser gives none. */
export function placeOf(node: ParseNode): ByteOffset {
  const place = node['query_location'];
  const bytes = place === undefined ? Number.MAX_SAFE_INTEGER : Number(valueText(place));
  return byteOffset(Math.min(bytes, Number.MAX_SAFE_INTEGER));
}
