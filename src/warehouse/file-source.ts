import { realpath } from 'node:fs/promises';
import { basename, extname, relative, resolve, sep } from 'node:path';
import { isInsideFolder } from '../inside-folder.ts';
import { joinSql, literal, projectSql, type Sql, sql } from '../sql.ts';
import { lockSettings, open, WITHOUT_EXTENSIONS } from './duckdb.ts';
import { call, constant, VARCHAR } from './parse-nodes.ts';
import { objectOf, objectsOf, type ParseNode, textOf, valueText } from './parse-sql.ts';
import { SqlError } from './sql-error.ts';
import { unparse } from './unparse-sql.ts';
import type { Row, Warehouse } from './warehouse.ts';

/** Folders that files of a project may be in. */
export interface FileFolders {
  /** Absolute path of the folder that relative paths start from. */
  readonly base: string;
  /** Absolute paths of the folders that may contain files. */
  readonly allowed: readonly string[];
  /**
   * Files that no project may read: each of `places` and all files in it, and in any folder the files whose names begin with
   * `name`.
   */
  readonly excluded?: { readonly places: readonly string[]; readonly name: string };
}

/**
 * Opens a separate database that reads the files of a project. It may read only the allowed folders, so a project may
 * name files. It writes their rows into the file at `path`.
 */
export async function openFileReader(path: string, { allowed }: FileFolders): Promise<Warehouse> {
  const reader = await open(path, WITHOUT_EXTENSIONS, {});
  try {
    const folders = await Promise.all(allowed.map((folder) => realpath(folder)));
    await reader.run(sql`set allowed_directories = [${joinSql(folders.map(literal), sql`, `)}]`);
    await reader.run(sql`set enable_external_access = false`);
    await lockSettings(reader);
    return reader;
  } catch (cause) {
    await reader[Symbol.asyncDispose]();
    throw cause;
  }
}

/** A source that is one or more files. */
export interface FileSource {
  /** Query for all rows of the source. */
  readonly query: Sql;
  /** Absolute paths of its files, with links resolved. */
  readonly files: readonly string[];
}

/**
 * Reads the text of a source that is a file: `'data/*.csv'`, `read_csv('data/x.csv', header = true)`. The query lists
 * each file by its resolved path, so that no link leads out of the folders.
 * @throws {SqlError} of the kind `permission` for a text that is not one call with constant arguments, and for a file
 *   outside of the folders; `io` if there is no such file
 */
export async function readFileSource(text: string, folders: FileFolders, reader: Warehouse): Promise<FileSource> {
  const parsed = await reader.parse(projectSql(`select * from ${withReader(text)}`));
  const [statement, ...others] = parsed.ok ? parsed.statements : [];
  const node = objectOf(statement?.['node']);
  const table = objectOf(node?.['from_table']);
  const readerCall = objectOf(table?.['function']);
  if (!parsed.ok || !statement || !node || !table || !readerCall || others.length > 0 || !isPlain(node, readerCall)) {
    throw refused('its external_location is not one call of a function that reads files, with constant arguments');
  }
  const [paths, ...options] = objectsOf(readerCall['children']);
  const files = await findFiles(pathsOf(paths), folders, reader);
  const list = call(
    'list_value',
    files.map((file) => constant(VARCHAR, file)),
  );
  const read = { ...readerCall, children: [list, ...options] };
  const tree = {
    ...parsed.tree,
    statements: [{ ...statement, node: { ...node, from_table: { ...table, function: read } } }],
  };
  const query = await unparse(tree, reader);
  if (!query) throw refused('its external_location has a number that SQL cannot spell');
  return { query, files };
}

/** The call that reads a text. For a plain path it is the function for its file ending, as in the engine. */
function withReader(text: string): string {
  if (!text.startsWith("'")) return text;
  const name = text
    .slice(1, -1)
    .toLowerCase()
    .replace(/\.(gz|zst)$/, '');
  switch (extname(name)) {
    case '.parquet':
      return `read_parquet(${text})`;
    case '.json':
    case '.jsonl':
    case '.ndjson':
      return `read_json_auto(${text})`;
    default:
      return `read_csv_auto(${text})`;
  }
}

/** Whether a query is `select *` from one call with constant arguments, and nothing else. */
function isPlain(node: ParseNode, readerCall: ParseNode): boolean {
  const isAllRows =
    ['where_clause', 'having', 'qualify', 'sample'].every((part) => (node[part] ?? null) === null) &&
    ['modifiers', 'group_expressions'].every((part) => objectsOf(node[part]).length === 0) &&
    objectsOf(objectOf(node['cte_map'])?.['map']).length === 0 &&
    objectsOf(node['select_list']).every((item) => item['class'] === 'STAR');
  return isAllRows && textOf(readerCall['class']) === 'FUNCTION' && objectsOf(readerCall['children']).every(isOption);
}

/** Whether an expression is an allowed argument: a constant, or `name = constant`. */
function isOption(node: ParseNode): boolean {
  if (node['type'] !== 'COMPARE_EQUAL') return isConstant(node);
  const [left, right] = [objectOf(node['left']), objectOf(node['right'])];
  return left?.['class'] === 'COLUMN_REF' && right !== undefined && isConstant(right);
}

function isConstant(node: ParseNode): boolean {
  switch (textOf(node['class'])) {
    case 'CONSTANT':
      return true;
    case 'CAST': {
      const child = objectOf(node['child']);
      return child !== undefined && isConstant(child);
    }
    case 'FUNCTION':
      return (
        ['list_value', 'struct_pack', 'row', 'map'].includes(textOf(node['function_name'])) &&
        objectsOf(node['children']).every(isConstant)
      );
    default:
      return false;
  }
}

function pathsOf(node: ParseNode | undefined): readonly string[] {
  const constants = node?.['class'] === 'FUNCTION' ? objectsOf(node['children']) : node ? [node] : [];
  const paths = constants.map((constant) => valueText(objectOf(constant['value'])?.['value']));
  if (paths.length === 0 || paths.includes('')) throw refused('its external_location names no file');
  return paths;
}

async function findFiles(
  paths: readonly string[],
  { base, allowed, excluded }: FileFolders,
  reader: Warehouse,
): Promise<readonly string[]> {
  const folders = await Promise.all(allowed.map((folder) => realpath(folder)));
  const root = await realpath(base);
  const found: string[] = [];
  for (const path of paths) {
    // Windows also separates folders by backslashes. Elsewhere no file name has one.
    const rows = await listFiles(resolve(root, path.replaceAll(/\\+/g, '/')), reader);
    if (rows.length === 0) throw new SqlError('io', 'there is no such file', undefined);
    for (const { file } of rows) {
      const real = await realpath(String(file));
      const folder = folders.find((allowed) => isInsideFolder(real, allowed));
      if (folder === undefined) throw refused(OUTSIDE);
      if (excluded && (await isExcluded(real, excluded))) throw refused('its file is one that Fenceline writes');
      if (isPrivate(relative(folder, real))) throw refused('its file is hidden, a database or a credential');
      found.push(real);
    }
  }
  return found;
}

const OUTSIDE = 'its file is outside of the project and its repository';

/**
 * Whether a project may not read a path below an allowed folder, since it is none of its data: hidden files and folders (`.env`,
 * `.git`), databases, whose tables would be read without their marks, and files with credentials that Actions leave
 * (google-github-actions/auth: `gha-creds-….json`).
 */
function isPrivate(path: string): boolean {
  const name = basename(path).toLowerCase();
  return (
    path.split(sep).some((part) => part.startsWith('.')) ||
    /\.(?:duckdb|ddb|db|sqlite3?|wal|tmp)$/.test(name) ||
    name.startsWith('gha-creds-')
  );
}

async function isExcluded(file: string, { places, name }: NonNullable<FileFolders['excluded']>): Promise<boolean> {
  const real = await Promise.all(places.map((place) => realpath(place).catch(() => place)));
  return (
    real.some((place) => file === place || isInsideFolder(file, place)) ||
    basename(file).toLowerCase().startsWith(name.toLowerCase())
  );
}

async function listFiles(pattern: string, reader: Warehouse): Promise<readonly Row[]> {
  try {
    return await reader.rows(sql`select file from glob(${literal(pattern)}) order by file`);
  } catch (cause) {
    throw cause instanceof SqlError && cause.kind === 'permission' ? refused(OUTSIDE) : cause;
  }
}

/** An error with a message of Fenceline, which quotes no data. */
function refused(reason: string): SqlError {
  return new SqlError('permission', reason, undefined, { fact: { is: 'refused-call' } });
}
