import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import { relativePath } from '../relative-path.ts';
import type { Base } from './base-tree.ts';

/** The contract of the base that judges a project, and the contracts that the head moved or removed. */
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

/** A contract of the base that the head moved or removed. Paths are below the repository's root. */
export interface ContractMove {
  readonly kind: 'project-moved' | 'config-moved' | 'contract-removed';
  readonly from: string;
  /** `gone` for a contract that was removed. */
  readonly to: string;
}

const STANDARD = 'fenceline.yml';

/**
 * Finds the contract of the base that judges the project of the head. The project may have moved to another folder or
 * name another file as its contract. So the contract is searched in three ways: in the same folder; among the contracts
 * that the head removed; among projects of the same name or with a table in common.
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
    .map((path): ContractMove => ({ kind: 'contract-removed', from: path, to: 'gone' }));
  if (found) return { kind: 'contract', ...found, moves: [...found.moves, ...moves] };
  return { kind: 'none', others: (await contractsIn(base)).filter((path) => !removed.includes(path)), moves };
}

type Located = Omit<Extract<FoundContract, { kind: 'contract' }>, 'kind'>;

/** The contract of a project that has the same folder on the base. */
async function contractOf(base: Base, own: string): Promise<Located | undefined> {
  const project = base.prefix;
  const standard = `${project}${STANDARD}`;
  if (own === standard && base.files.has(own)) return { project, configFile: own, moves: [] };
  const isNamed = await isNamedByWorkflow(base, own);
  if (base.files.has(own) && (isNamed || !base.files.has(standard))) return { project, configFile: own, moves: [] };
  // A contract beside another dbt_project.yml belongs to that project.
  const loose = (await contractsIn(base)).filter((path) => !base.files.has(`${folderOf(path)}dbt_project.yml`));
  const configFile = base.files.has(standard) ? standard : loose[0];
  if (configFile === undefined) return undefined;
  return { project, configFile, moves: [{ kind: 'config-moved', from: configFile, to: own }] };
}

/** The contract of a project that has another folder on the base; `undefined` if the base has no such project. */
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
  const to = base.prefix === '' ? own : base.prefix;
  return {
    project: folderOf(found),
    configFile: found,
    moves: [{ kind: 'project-moved', from: folderOf(found) === '' ? found : folderOf(found), to }],
  };
}

/** The name of a project, and the tables that it copies, from the text of its files. */
function traits(text: string): readonly string[] {
  const name = /^name:\s*['"]?([\w-]+)/m.exec(text)?.[1];
  const tables = [...text.matchAll(/\bfrom:\s*['"]?([\w.]+)/g)].map(([, table = '']) => `table ${table}`);
  return [...(name === undefined ? [] : [`name ${name}`]), ...tables];
}

/** Paths of all contracts on the base, found by name or content: `config` can name any file. */
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

/** Path of a file below the root, with `/`; it begins with `../` for a file outside of the repository. */
function pathBelow(root: string, path: string): string {
  const real = realPath(path);
  return relativePath(realPath(root), real) ?? `../${real}`;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Whether the checkout has a regular file at a path: a link to another contract does not count. */
function isFileNow(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true && realPath(path) === path;
}
