import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isElsewhere } from '../../config/is-elsewhere.ts';
import type { ExternalRoot } from '../../config/profiles.ts';
import { isInsideFolder } from '../../inside-folder.ts';
import { didYouMean } from '../../nearest-name.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import { literalText } from '../load/external-location.ts';
import { asMapping } from '../mapping.ts';
import type { Node } from '../node.ts';

/** The file, or the folder of files, that an external model writes (dbt-duckdb: `external`). */
export interface ExternalFile {
  /** Absolute path. */
  readonly path: string;
  /** Absolute path of the folder that the file must be in; no link may lead out of it. */
  readonly within: string;
  readonly format: ExternalFormat;
  /** Columns by whose values the rows are divided into folders; if empty, the path is one file. */
  readonly partitionBy: readonly string[];
  /** Options of DuckDB's COPY, each with a value of its kind. */
  readonly options: ReadonlyMap<string, OptionValue>;
}

export type OptionValue =
  | { readonly kind: 'text'; readonly text: string }
  /** A word that is put into the statement as it is: it has only letters, digits and `_`. */
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'number'; readonly number: number };

type ExternalFormat = (typeof FORMATS)[number];
const FORMATS = ['csv', 'parquet', 'json'] as const;

/** Options of COPY by the kind of their value. An option that is not in this table is a mistake. */
const OPTIONS: ReadonlyMap<string, OptionValue['kind'] | 'flag'> = new Map([
  ...['delimiter', 'delim', 'sep', 'quote', 'escape', 'null', 'nullstr', 'dateformat', 'timestampformat'].map(
    (name) => [name, 'text'] as const,
  ),
  ...['header', 'array', 'per_thread_output', 'overwrite', 'overwrite_or_ignore', 'write_partition_columns'].map(
    (name) => [name, 'flag'] as const,
  ),
  ...['row_group_size', 'compression_level'].map((name) => [name, 'number'] as const),
  ...['compression', 'codec', 'parquet_version'].map((name) => [name, 'word'] as const),
]);

/** Endings of files that hold rows. A model may write no other file, such as a workflow or a template. */
export const FILE_ENDINGS: readonly string[] = [
  '.csv',
  '.tsv',
  '.txt',
  '.parquet',
  '.pq',
  '.json',
  '.jsonl',
  '.ndjson',
];

/** Files with the ending of data that tell other tools in the same job what to install or to run. */
const CONFIGURATION_FILES: ReadonlySet<string> = new Set([
  'app.json',
  'cmakelists.txt',
  'composer.json',
  'constraints.txt',
  'deno.json',
  'firebase.json',
  'jsconfig.json',
  'lerna.json',
  'npm-shrinkwrap.json',
  'nx.json',
  'package-lock.json',
  'package.json',
  'project.json',
  'renovate.json',
  'requirements.txt',
  'tsconfig.json',
  'turbo.json',
  'vercel.json',
]);

export function isExternal({ resourceType, config }: Node): boolean {
  return resourceType === 'model' && config.materialized === 'external';
}

/** The folders that files of external models may be in, and those of the project, which no model may write into. */
export interface WritableFolders {
  /** Absolute path of the project folder. */
  readonly directory: string;
  /** Folders with files of the project, below the project folder: `models`, `dbt_packages`. */
  readonly own: readonly string[];
  readonly target: {
    readonly externalRoot: ExternalRoot;
    /** Absolute path of the warehouse, or `:memory:`. */
    readonly path: string;
  };
}

/**
 * The files of external models by unique id, without those that cannot be written: each of these gives a remark, and its
 * model becomes a table all the same.
 */
export function readExternalFiles(
  nodes: readonly Node[],
  folders: WritableFolders,
  remark: (mistake: Mistake) => void,
): ReadonlyMap<string, ExternalFile> {
  const found = new Map<string, ExternalFile>();
  for (const node of nodes.filter(isExternal)) {
    try {
      found.set(node.uniqueId, externalFile(node, folders));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      error.mistakes.forEach(remark);
    }
  }
  return found;
}

/**
 * The file of an external model. A location is a path below the project folder, or below the folder that the profile of the
 * user names as `external_root`.
 * @throws {UserError} for a location, a format or an option that is not supported
 */
function externalFile(node: Node, { directory, own, target }: WritableFolders): ExternalFile {
  const { other } = node.config;
  const written = optionsOf(node);
  const location = locationOf(node, target);
  if (isElsewhere(location)) {
    throw refused(node, 'writes to another machine', 'write a path below the project folder');
  }
  if ((other['plugin'] ?? null) !== null || other['glue_register'] === true) {
    throw refused(node, 'writes by a plugin of dbt-duckdb', 'remove the plugin');
  }
  const path = resolve(directory, location);
  const ending = endingOf(path);
  const named = written.get('format') ?? FORMATS.find((one) => `.${one}` === ending);
  const format = FORMATS.find(
    (one) => one === (named ?? (ending !== '' && written.has('delimiter') ? 'csv' : 'parquet')),
  );
  if (!format) {
    const fix = `set format to one of: ${FORMATS.join(', ')}`;
    throw refused(node, `has the format '${named}'.${didYouMean(String(named), FORMATS)}`, fix);
  }
  const partitionBy = columnsOf(written.get('partition_by'));
  const options = new Map<string, OptionValue>();
  for (const [name, value] of written) {
    if (name !== 'format' && name !== 'partition_by') options.set(name, readOption(name, value, node));
  }
  if (format === 'csv' && !options.has('header')) options.set('header', { kind: 'number', number: 1 });
  const isFolder = partitionBy.length > 0 || isOn(options.get('per_thread_output'));
  const root = resolve(directory, target.externalRoot.path);
  const folders = target.externalRoot.isAllowed ? [directory, root] : [directory];
  const within = folders.find((folder) => isInsideFolder(path, folder));
  if (within === undefined) {
    throw refused(
      node,
      `writes to ${String(other['location'] ?? target.externalRoot.path)}, which is outside of the project`,
      'write a path below the project folder, or let one variable be external_root of the profile: "{{ env_var(\'EXPORTS\') }}"',
    );
  }
  const below = relative(directory, path).split(sep).join('/');
  const kept = [...own, 'target/fenceline', relative(directory, target.path).split(sep).join('/')];
  const isHidden = below.split('/').some((segment) => segment.startsWith('.'));
  const isOwn = isHidden || kept.some((folder) => contains(folder, below) || contains(below, folder));
  if (within === directory && isOwn) {
    throw refused(node, `writes to ${below}, where files of the project are`, 'write into a folder of its own');
  }
  if (CONFIGURATION_FILES.has(basename(path).toLowerCase())) {
    throw refused(node, `writes the file ${basename(path)}, which other tools read and act on`, 'give it another name');
  }
  if (!isFolder && !FILE_ENDINGS.includes(ending)) {
    throw refused(node, `writes the file ${basename(path)}`, `let it end in one of: ${FILE_ENDINGS.join(' ')}`);
  }
  return { path, within, format, partitionBy, options };
}

/** The location of an external model, or the default one below `external_root` (dbt-duckdb: external_location). */
function locationOf(node: Node, { externalRoot }: WritableFolders['target']): string {
  const { alias, config } = node;
  const { other } = config;
  const location = other['location'];
  if (location !== undefined && location !== null) return String(location);
  const format = other['format'] ?? 'parquet';
  const name = optionsOf(node).has('partition_by') ? alias : `${alias}.${String(format)}`;
  return isElsewhere(externalRoot.path) ? `${externalRoot.path}/${name}` : join(externalRoot.path, name);
}

/** Options of COPY by name in lower case, also those that dbt-duckdb still reads outside of `options`. */
function optionsOf({ config: { other } }: Node): ReadonlyMap<string, unknown> {
  const options = new Map<string, unknown>();
  for (const [name, value] of asMapping(other['options']) ?? []) options.set(name.toLowerCase(), value);
  for (const name of ['format', 'delimiter']) {
    if ((other[name] ?? null) !== null && other[name] !== '') options.set(name, other[name]);
  }
  return options;
}

function endingOf(path: string): string {
  return extname(path.toLowerCase().replace(/\.(?:gz|zst)$/, ''));
}

/** Column names of `partition_by`: a list, or a text such as `year, month` or `(year, month)`. */
function columnsOf(written: unknown): readonly string[] {
  const texts = Array.isArray(written) ? written.map(String) : String(written ?? '').split(',');
  return texts.map((text) => text.trim().replace(/^\(?\s*"?|"?\s*\)?$/g, '')).filter((text) => text !== '');
}

function readOption(name: string, written: unknown, node: Node): OptionValue {
  const kind = OPTIONS.get(name);
  const text = String(written);
  const plain = literalText(text) ?? text;
  switch (kind) {
    case 'text':
      return { kind, text: plain };
    case 'word':
      if (/^\w+$/.test(plain)) return { kind, word: plain };
      break;
    case 'number':
      if (/^\d{1,15}$/.test(plain)) return { kind, number: Number(plain) };
      break;
    case 'flag': {
      const flag = { true: 1, '1': 1, on: 1, yes: 1, false: 0, '0': 0, off: 0, no: 0 }[plain.toLowerCase()];
      if (flag !== undefined) return { kind: 'number', number: flag };
      break;
    }
    case undefined:
      throw refused(
        node,
        `has the option ${name} of COPY, which is not supported.${didYouMean(name, [...OPTIONS.keys()])}`,
        `use: ${[...OPTIONS.keys(), 'partition_by'].join(', ')}`,
      );
    default:
      throw new Error(`internal: the option ${name} has no reader`);
  }
  throw refused(node, `has a wrong value in the option ${name}`, 'write a number, true or false, or one word');
}

function isOn(value: OptionValue | undefined): boolean {
  return value?.kind === 'number' && value.number === 1;
}

/** Whether a path is a folder, or below it. */
function contains(folder: string, path: string): boolean {
  return !isAbsolute(folder) && (path === folder || path.startsWith(`${folder}/`));
}

function refused({ name, location }: Node, what: string, fix: string): UserError {
  return new UserError({
    code: 'external-model',
    message: `the file of ${name} is not written: it ${what}`,
    location,
    fix,
  });
}
