import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import type { Base } from './base-tree.ts';

/** The contract of the base that judges a project, with what the head did to its place. */
export type FoundContract =
  | {
      readonly kind: 'contract';
      /** Folder of the project on the base, with a slash at its end unless it is the repository's root. */
      readonly project: string;
      /** Path of fenceline.yml on the base. */
      readonly configFile: string;
      readonly moves: readonly ContractMove[];
    }
  /** The base has no contract for this project; `others` are those of other projects. */
  | { readonly kind: 'none'; readonly others: readonly string[]; readonly moves: readonly ContractMove[] };

/** A contract of the base that the head left behind. Paths are below the repository's root. */
export interface ContractMove {
  readonly kind: 'project-moved' | 'config-moved' | 'contract-removed';
  readonly was: string;
  readonly is: string;
}

const STANDARD = 'fenceline.yml';

/**
 * Finds the contract of the base. A project that has another folder than on the base, or another file as its contract,
 * is still judged by the one that the base has for it: by its place, else since its file is gone from the head, else
 * since the projects have the same name or copy the same tables.
 * @param configFile absolute path of the head's contract
 */
export async function findContract(base: Base, configFile: string): Promise<FoundContract> {
  const own = pathBelow(base.root, configFile);
  const removed = [...base.files].filter(
    (path) => posix.basename(path) === STANDARD && !isFileNow(join(base.root, path)),
  );
  const found = base.files.has(`${base.prefix}dbt_project.yml`)
    ? await contractOf(base, own)
    : await predecessorOf(base, own, configFile, removed);
  const moves = removed
    .filter((path) => found?.configFile !== path)
    .map((path): ContractMove => ({ kind: 'contract-removed', was: path, is: 'gone' }));
  if (found) return { kind: 'contract', ...found, moves: [...found.moves, ...moves] };
  return { kind: 'none', others: (await contractsIn(base)).filter((path) => !removed.includes(path)), moves };
}

type Located = Omit<Extract<FoundContract, { kind: 'contract' }>, 'kind'>;

/** The contract of a project that is where it was. */
async function contractOf(base: Base, own: string): Promise<Located | undefined> {
  const project = base.prefix;
  const standard = `${project}${STANDARD}`;
  if (own === standard && base.files.has(own)) return { project, configFile: own, moves: [] };
  const isNamed = await isNamedByWorkflow(base, own);
  if (base.files.has(own) && (isNamed || !base.files.has(standard))) return { project, configFile: own, moves: [] };
  // A contract without a project beside it was named by `config`; those of other projects are theirs.
  const loose = (await contractsIn(base)).filter((path) => !base.files.has(`${folderOf(path)}dbt_project.yml`));
  const configFile = base.files.has(standard) ? standard : loose[0];
  if (configFile === undefined) return undefined;
  return { project, configFile, moves: [{ kind: 'config-moved', was: configFile, is: own }] };
}

/** The contract of a project that the base has elsewhere. */
async function predecessorOf(
  base: Base,
  own: string,
  configFile: string,
  removed: readonly string[],
): Promise<Located | undefined> {
  const candidates = (await contractsIn(base)).filter((path) => base.files.has(`${folderOf(path)}dbt_project.yml`));
  const now = [join(base.root, base.prefix, 'dbt_project.yml'), configFile].map(readNow).join('\n');
  const texts = await base.read(candidates.flatMap((path) => [path, `${folderOf(path)}dbt_project.yml`]));
  const alike = candidates.filter((path) => {
    const was = `${texts.get(path) ?? ''}\n${texts.get(`${folderOf(path)}dbt_project.yml`) ?? ''}`;
    return traits(now).some((trait) => traits(was).includes(trait));
  });
  const found =
    alike.find((path) => removed.includes(path)) ?? candidates.find((path) => removed.includes(path)) ?? alike[0];
  if (found === undefined) return undefined;
  const is = base.prefix === '' ? own : base.prefix;
  return {
    project: folderOf(found),
    configFile: found,
    moves: [{ kind: 'project-moved', was: folderOf(found) === '' ? found : folderOf(found), is }],
  };
}

/** The name of a project, and the tables that it copies, from the text of its files. */
function traits(text: string): readonly string[] {
  const name = /^name:\s*['"]?([\w-]+)/m.exec(text)?.[1];
  const tables = [...text.matchAll(/\bfrom:\s*['"]?([\w.]+)/g)].map(([, table = '']) => `table ${table}`);
  return [...(name === undefined ? [] : [`name ${name}`]), ...tables];
}

/** All files of the base that are written as a contract, whatever they are called. */
async function contractsIn(base: Base): Promise<readonly string[]> {
  const texts = await base.read([...base.files].filter((path) => /\.ya?ml$/.test(path)));
  return [...texts].flatMap(([path, text]) =>
    posix.basename(path) === STANDARD || (/^contract:/m.test(text) && /^\s+["']?tiers["']?:/m.test(text)) ? [path] : [],
  );
}

/** Whether a workflow of the base gives that file to the Action as its `config`. */
async function isNamedByWorkflow(base: Base, path: string): Promise<boolean> {
  const workflows = [...base.files].filter((file) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file));
  const texts = await base.read(workflows);
  return [...texts.values()].some((text) =>
    [...text.matchAll(/^\s+config:\s*['"]?([^\s'"#]+)/gm)].some(([, named = '']) => posix.normalize(named) === path),
  );
}

function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : `${folder}/`;
}

function readNow(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** `../` leads to a file outside of the repository. */
function pathBelow(root: string, path: string): string {
  const real = realPath(path);
  return relative(realPath(root), real).split(sep).join('/');
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Whether a file is there under its own name: a link to another contract is not the contract. */
function isFileNow(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true && realPath(path) === path;
}
