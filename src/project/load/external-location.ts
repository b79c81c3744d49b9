import { isElsewhere } from '../../config/is-elsewhere.ts';
import type { Location } from '../../location.ts';
import { UserError } from '../../user-error.ts';
import type { SourceFile } from '../node.ts';

/**
 * Reads an `external_location` as dbt-duckdb does: names are replaced by their values, as `formatter` of the source says,
 * and a text without a parenthesis is a path.
 * @throws {UserError} for a name without a value, and for a formatter that does not exist
 */
export function readExternalLocation(
  template: string,
  values: ReadonlyMap<string, unknown>,
  location: Location,
): SourceFile {
  return { ...readFileText(filledIn(template, values, location).trim()), writtenIn: 'yaml' };
}

/** Decides which files a text reads: a path, in quotes or not, or a call. Names in curly brackets are already replaced. */
export function readFileText(text: string): Pick<SourceFile, 'kind' | 'text'> {
  const path = literalText(text);
  if (path !== undefined || !text.includes('(')) {
    const written = path ?? text;
    return { kind: isElsewhere(written) ? 'remote' : 'file', text: `'${written.replaceAll("'", "''")}'` };
  }
  const name = calledFunction(text);
  if (name === undefined) return { kind: 'sql', text };
  if (READS_ELSEWHERE.has(name)) return { kind: 'remote', text };
  return READS_FILES.has(name) ? { kind: REMOTE_PATH.test(text) ? 'remote' : 'file', text } : { kind: 'sql', text };
}

/** The paths in a text, as they are written; a pattern such as `data/*.csv` is one path. */
export function pathsOf(text: string): readonly string[] {
  const first = /^\s*(?:\w+\s*\(\s*)?(\[[^\]]*\]|'(?:[^']|'')*')/.exec(text)?.[1] ?? '';
  return literalsIn(first);
}

/** The texts of all SQL literals in a text. */
export function literalsIn(text: string): readonly string[] {
  return [...text.matchAll(/'(?:[^']|'')*'/g)].map(([literal]) => literalText(literal) ?? '');
}

/** The text of an SQL literal, which stands in single quotes; `undefined` for any other text. */
export function literalText(literal: string): string | undefined {
  return /^'((?:[^']|'')*)'$/.exec(literal)?.[1]?.replaceAll("''", "'");
}

/**
 * The name of the function in a text that is one call, without a query or another call in it, so that it reads no table of
 * the warehouse. `undefined` for any other text.
 */
function calledFunction(text: string): string | undefined {
  const withoutTexts = text.replaceAll(/(?<!\w)'(?:[^']|'')*'/g, "''");
  return /^(\w+)\s*\((?:''|[^()'"$])*\)$/.exec(withoutTexts)?.[1]?.toLowerCase();
}

/** A way to write names in an `external_location`: its pattern, which matches an escaped sign or a name, and its spelling. */
interface Formatter {
  readonly pattern: RegExp;
  spell(name: string): string;
}

/** dbt-duckdb: `str.format_map`, `%` and `string.Template` of Python, over name, identifier, schema and meta of a source. */
const FORMATTERS: ReadonlyMap<string, Formatter> = new Map([
  ['newstyle', { pattern: /\{\{|\}\}|\{([^{}]*)\}/g, spell: (name) => `{${name}}` }],
  ['oldstyle', { pattern: /%%|%\(([^()]*)\)s/g, spell: (name) => `%(${name})s` }],
  ['template', { pattern: /\$\$|\$(\w+)|\$\{(\w+)\}/g, spell: (name) => `\${${name}}` }],
]);

function filledIn(template: string, values: ReadonlyMap<string, unknown>, location: Location): string {
  const written = String(values.get('formatter') ?? 'newstyle');
  const formatter = FORMATTERS.get(written);
  if (!formatter) {
    throw new UserError({
      code: 'bad-location',
      message: `external_location has the formatter '${written}', which does not exist.`,
      location,
      fix: `write one of ${[...FORMATTERS.keys()].join(', ')}`,
    });
  }
  return template.replaceAll(formatter.pattern, (found, first: string | undefined, second: string | undefined) => {
    const name = first ?? (typeof second === 'string' ? second : undefined);
    if (name === undefined) return found.charAt(0);
    const value = values.get(name);
    if (value !== undefined) return String(value);
    throw new UserError({
      code: 'bad-location',
      message: `external_location has ${formatter.spell(name)}, and the source has no such value.`,
      location,
      fix: `write one of: ${[...values.keys()].map((key) => formatter.spell(key)).join(', ')}`,
    });
  });
}

const REMOTE_PATH = /['"][A-Za-z][A-Za-z0-9+.-]+:\/\//;

/** Functions of the engine that read files as a table. */
export const READS_FILES: ReadonlySet<string> = new Set([
  'read_csv',
  'read_csv_auto',
  'read_parquet',
  'parquet_scan',
  'read_json',
  'read_json_auto',
  'read_json_objects',
  'read_json_objects_auto',
  'read_ndjson',
  'read_ndjson_auto',
  'read_ndjson_objects',
]);

/** Functions of extensions. Their files and databases are not read, but they read no table of the warehouse either. */
const READS_ELSEWHERE = new Set(['iceberg_scan', 'delta_scan', 'read_xlsx', 'st_read', 'sqlite_scan', 'postgres_scan']);
