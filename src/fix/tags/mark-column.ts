import { isDeepStrictEqual } from 'node:util';
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { readYaml, type YamlPath } from '../../config/read-yaml.ts';
import { sameName } from '../../name.ts';
import { yamlName } from '../../yaml-name.ts';

/** A column of a source or seed, and whether its YAML is to call it personal. */
interface ColumnMark {
  readonly column: string;
  /** The `meta.pii_type` of a personal column; `undefined` for one that is not personal. */
  readonly piiType: string | undefined;
}

/**
 * Marks a column in the text of a properties file: `tags: [pii]` with `meta: {pii: true, pii_type: …}`, or
 * `meta: {pii: false}`. All other text stays as it is, with its comments and in its style. An entry that the column or its
 * table lacks is added.
 * @param table path of the table's entry in the document
 * @returns `undefined` where the mark cannot be written without a change of something else, as in a list that others share
 */
export function markColumn(text: string, table: YamlPath, mark: ColumnMark): string | undefined {
  const withMeta = applied(text, (root) => metaEdit({ text, root, table }, mark));
  const marked =
    mark.piiType === undefined || withMeta === undefined
      ? withMeta
      : applied(withMeta, (root) => tagEdit({ text: withMeta, root, table }, mark));
  return marked !== undefined && isOnlyMarked(text, marked, table, mark) ? marked : undefined;
}

/** Text in the place of the characters between two offsets. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** `done`: nothing is to be changed. */
type Change = Edit | 'done' | undefined;

interface Place {
  readonly text: string;
  readonly root: unknown;
  readonly table: YamlPath;
}

function applied(text: string, change: (root: unknown) => Change): string | undefined {
  const document = parseDocument(text, { uniqueKeys: false, version: '1.1' });
  const edit = document.errors.length > 0 ? undefined : change(document.contents);
  if (edit === undefined || edit === 'done') return edit && text;
  return text.slice(0, edit.from) + edit.text + text.slice(edit.to);
}

/** Adds `meta`, with the whole entry of the column where that is missing. */
function metaEdit({ text, root, table }: Place, mark: ColumnMark): Change {
  const entry = nodeAt(root, table);
  if (!isMap(entry)) return undefined;
  const columns = pairOf(entry, 'columns');
  const { flow, block } = newEntry(text, mark);
  if (!columns) {
    const indent = indentOf(text, entry);
    const lines = block.map((line) => `${indent}  ${line}`);
    return entry.flow
      ? lastInFlow(entry, `columns: [${flow}]`)
      : linesAfter(text, endOf(entry), [`${indent}columns:`, ...lines]);
  }
  const list = columns.value;
  if (isScalar(list) && list.value === null) return replaced(list, ` [${flow}]`);
  if (!isSeq(list)) return undefined;
  const column = columnIn(list, mark.column);
  if (column) return metaOf(text, column, mark);
  if (list.flow) return lastInFlow(list, flow);
  const last = list.items.at(-1);
  const indent = indentOf(text, list);
  const lines = isMap(last) && last.flow ? [`- ${flow}`] : block;
  return linesAfter(
    text,
    endOf(list),
    lines.map((line) => `${indent}${line}`),
  );
}

/** Adds the tag to a column that has an entry. */
function tagEdit({ text, root, table }: Place, { column: name }: ColumnMark): Change {
  const entry = nodeAt(root, table);
  const list = isMap(entry) ? pairOf(entry, 'columns')?.value : undefined;
  const column = isSeq(list) ? columnIn(list, name) : undefined;
  if (!column) return undefined;
  const tags = ownOrConfigured(column, 'tags');
  if (!tags) return newKey(text, keyHolder(column), `tags: [pii]`);
  const { value } = tags;
  if (isScalar(value) && typeof value.value === 'string' && value.range) {
    const written = text.slice(value.range[0], value.range[1]);
    return written.includes('\n') ? undefined : replaced(value, `[${written}, pii]`);
  }
  if (!isSeq(value)) return undefined;
  if (value.items.some((item) => isScalar(item) && item.value === 'pii')) return 'done';
  if (value.flow) return lastInFlow(value, 'pii');
  const indent = indentOf(text, value);
  return linesAfter(text, endOf(value), [`${indent}- pii`]);
}

function metaOf(text: string, column: YAMLMap, { piiType }: ColumnMark): Change {
  const meta = ownOrConfigured(column, 'meta');
  const wanted = metaEntries(piiType);
  if (!meta) return newKey(text, keyHolder(column), `meta: ${inBraces(text, wanted.map(entryText))}`);
  const { value } = meta;
  if (!isMap(value)) return undefined;
  const written = pairOf(value, 'pii')?.value;
  if (isScalar(written)) return replaced(written, String(piiType !== undefined));
  const missing = wanted.filter(([key]) => !pairOf(value, key)).map(entryText);
  if (value.flow) return lastInFlow(value, missing.join(', '));
  const indent = indentOf(text, value);
  return linesAfter(
    text,
    endOf(value),
    missing.map((line) => `${indent}${line}`),
  );
}

function metaEntries(piiType: string | undefined): readonly (readonly [key: string, value: string])[] {
  return piiType === undefined
    ? [['pii', 'false']]
    : [
        ['pii', 'true'],
        ['pii_type', piiType],
      ];
}

function entryText([key, value]: readonly [key: string, value: string]): string {
  return `${key}: ${value}`;
}

/** The whole entry of a column, on one line and on several. */
function newEntry(text: string, { column, piiType }: ColumnMark) {
  const meta = `meta: ${inBraces(text, metaEntries(piiType).map(entryText))}`;
  const parts = [`name: ${yamlName(column)}`, meta, ...(piiType === undefined ? [] : ['tags: [pii]'])];
  return { flow: inBraces(text, parts), block: parts.map((part, index) => `${index === 0 ? '- ' : '  '}${part}`) };
}

/** A mapping on one line, with blanks inside its braces if other mappings of the file have them. */
function inBraces(text: string, entries: readonly string[]): string {
  const isTight = /(?<!\{)\{[^\s{%}]/.test(text) && !/(?<!\{)\{ /.test(text);
  return isTight ? `{${entries.join(', ')}}` : `{ ${entries.join(', ')} }`;
}

/** A key of a column's entry, or of `config` in it. */
function ownOrConfigured(column: YAMLMap, key: string): Pair | undefined {
  const config = pairOf(column, 'config')?.value;
  return pairOf(column, key) ?? (isMap(config) ? pairOf(config, key) : undefined);
}

/** The mapping that gets a new key: `config` of a column that has it. */
function keyHolder(column: YAMLMap): YAMLMap {
  const config = pairOf(column, 'config')?.value;
  return isMap(config) && config.items.length > 0 ? config : column;
}

/** Adds a key to a mapping: below its name and the entries of one line that follow it. */
function newKey(text: string, map: YAMLMap, line: string): Change {
  if (map.flow) return lastInFlow(map, line);
  const first = Math.max(
    0,
    map.items.findIndex(({ key }) => isScalar(key) && key.value === 'name'),
  );
  const broken = map.items.findIndex((pair, index) => index >= first && !isOnOneLine(text, pair));
  const last = map.items[broken === -1 ? map.items.length - 1 : broken - 1];
  const indent = indentOf(text, map);
  if (last && broken !== first) return linesAfter(text, endOfPair(last), [`${indent}${line}`]);
  const before = map.items[first]?.key;
  const start = isScalar(before) ? before.range?.[0] : undefined;
  return start === undefined ? undefined : { from: start, to: start, text: `${line}${newlineOf(text)}${indent}` };
}

function isOnOneLine(text: string, { key, value }: Pair): boolean {
  const from = isScalar(key) ? key.range?.[0] : undefined;
  const to = isScalar(value) || (isCollection(value) && value.flow) ? value.range?.[1] : undefined;
  return from !== undefined && to !== undefined && !text.slice(from, to).includes('\n');
}

function isCollection(value: unknown): value is YAMLMap | YAMLSeq {
  return isMap(value) || isSeq(value);
}

/** Adds an entry to a mapping or list in brackets. */
function lastInFlow(collection: YAMLMap | YAMLSeq, entry: string): Change {
  const { range, items } = collection;
  if (!range) return undefined;
  if (items.length > 0) {
    const end = endOf(collection);
    return end === undefined ? undefined : { from: end, to: end, text: `, ${entry}` };
  }
  const [from, to] = range;
  const inside = isMap(collection) ? `{ ${entry} }` : `[${entry}]`;
  return { from, to, text: inside };
}

/** The offset behind the last character of a node's own text, without the comments and blank lines that follow. */
function endOf(node: unknown): number | undefined {
  if (isCollection(node)) {
    const last: unknown = node.items.at(-1);
    if (node.flow && last === undefined) return node.range?.[1];
    return (isPair(last) ? endOfPair(last) : ownEnd(last)) ?? node.range?.[1];
  }
  return ownEnd(node);
}

function endOfPair({ key, value }: Pair): number | undefined {
  return ownEnd(value) ?? ownEnd(key);
}

function ownEnd(node: unknown): number | undefined {
  if (isCollection(node) && !node.flow) return endOf(node);
  return isScalar(node) || isCollection(node) || isAlias(node) ? (node.range?.[1] ?? undefined) : undefined;
}

/** Adds whole lines below the line that ends a node. */
function linesAfter(text: string, end: number | undefined, lines: readonly string[]): Change {
  if (end === undefined) return undefined;
  const newline = newlineOf(text);
  // A block of text ends behind its last line end.
  const line = text[end - 1] === '\n' ? end : text.indexOf('\n', end) + 1;
  if (line > 0) return { from: line, to: line, text: lines.map((each) => `${each}${newline}`).join('') };
  return { from: text.length, to: text.length, text: lines.map((each) => `${newline}${each}`).join('') };
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function replaced({ range }: Node, text: string): Change {
  return range ? { from: range[0], to: range[1], text } : undefined;
}

/** Blanks up to the column at which a block begins. */
function indentOf(text: string, { range }: Node): string {
  const start = range?.[0] ?? 0;
  return ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
}

function nodeAt(root: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((node, step) => {
    if (isMap(node) && typeof step === 'string') return pairOf(node, step)?.value;
    return isSeq(node) && typeof step === 'number' ? node.items[step] : undefined;
  }, root);
}

/** The last entry of a key, which counts where a key is repeated. */
function pairOf({ items }: YAMLMap, name: string): Pair | undefined {
  return items.findLast(({ key }) => isScalar(key) && key.value === name);
}

function columnIn({ items }: YAMLSeq, name: string): YAMLMap | undefined {
  return items.filter(isMap).find((item) => sameName(String(item.get('name')), name));
}

/** Whether a new text has the mark, and all else in it is as before: text that reads well may still be another document. */
function isOnlyMarked(before: string, after: string, table: YamlPath, mark: ColumnMark): boolean {
  if (parseDocument(after, { uniqueKeys: false }).errors.length > 0) return false;
  const marked = unmarked(readYaml('', after, () => {}).value, table, mark.column);
  const plain = unmarked(readYaml('', before, () => {}).value, table, mark.column);
  const { pii, tags } = marked.found;
  const hasMark = mark.piiType === undefined ? pii === false : pii === true && tags.includes('pii');
  return hasMark && isDeepStrictEqual(marked.rest, plain.rest);
}

/** A document without the mark of a column, and that mark. A column without an entry gets one with its name alone. */
function unmarked(document: unknown, table: YamlPath, name: string) {
  // In a copy as JSON, a value that others share by an alias is several values.
  const rest: unknown = JSON.parse(JSON.stringify(document));
  const found: { pii: unknown; tags: readonly unknown[] } = { pii: undefined, tags: [] };
  const entry = table.reduce<unknown>((value, step) => (isRecord(value) ? value[step] : undefined), rest);
  if (!isRecord(entry)) return { rest, found };
  const columns = Array.isArray(entry['columns']) ? entry['columns'] : [];
  entry['columns'] = columns;
  if (!columns.some((column) => isNamed(column, name))) columns.push({ name });
  const column: unknown = columns.find((each) => isNamed(each, name));
  for (const holder of [column, isRecord(column) ? column['config'] : undefined]) {
    if (!isRecord(holder)) continue;
    const { meta, tags } = holder;
    if (isRecord(meta)) {
      found.pii = meta['pii'] ?? found.pii;
      delete meta['pii'];
      delete meta['pii_type'];
      if (Object.keys(meta).length === 0) delete holder['meta'];
    }
    found.tags = [...found.tags, ...[tags].flat()];
    const others = [tags].flat().filter((tag) => tag !== 'pii' && tag !== undefined);
    if (others.length > 0) holder['tags'] = others;
    else delete holder['tags'];
  }
  return { rest, found };
}

function isNamed(column: unknown, name: string): boolean {
  return isRecord(column) && sameName(String(column['name']), name);
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
