import { didYouMean } from '../../nearest-name.ts';
import type { Patch } from '../declarations/patch.ts';
import { loadGenericTests } from '../generic-tests/load-generic-tests.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import { readUnitTests } from '../unit-tests/read-unit-tests.ts';
import type { Draft } from './draft.ts';
import { describedTwice } from './duplicates.ts';
import { loadExposures } from './load-exposures.ts';
import { loadNode } from './load-node.ts';
import {
  type LoadedPackage,
  loadSources,
  type PackageSurroundings,
  type ReadPackage,
  readPackage,
} from './load-package.ts';
import type { Mistakes } from './mistakes.ts';

/** A draft, its description in the same package, and the node made of both; no node if the draft has a mistake. */
interface DraftedNode {
  readonly draft: Draft;
  readonly patch: Patch | undefined;
  readonly node: UnresolvedNode | undefined;
}

/**
 * Loads the resources of all packages. Refs are not resolved yet. For a file or entry with a mistake the mistake is noted,
 * and it is left out.
 */
export async function loadPackages(around: PackageSurroundings): Promise<readonly LoadedPackage[]> {
  const read: ReadPackage[] = [];
  for (const source of around.packages) read.push(await readPackage(source, around));
  const drafted = new Map<ReadPackage, readonly DraftedNode[]>();
  for (const one of read) drafted.set(one, await loadNodes(one, ownPatches(one)));
  const patchesOfOthers = patchesAcross(drafted, around.mistakes);
  const loaded: LoadedPackage[] = [];
  for (const [one, nodes] of drafted) loaded.push(await loadRest(one, nodes, patchesOfOthers, around));
  return loaded;
}

async function loadNodes(
  { drafts, loading }: ReadPackage,
  patches: ReadonlyMap<string, Patch>,
): Promise<readonly DraftedNode[]> {
  return Promise.all(
    drafts.map(async (draft) => {
      const patch = patches.get(keyOf(draft));
      const node = loading && (await loading.mistakes.during(() => loadNode(draft, patch, loading)));
      return { draft, patch, node };
    }),
  );
}

function ownPatches({ declarations }: ReadPackage): ReadonlyMap<string, Patch> {
  return new Map(declarations.patches.toReversed().map((patch) => [keyOf(patch), patch]));
}

function keyOf({ kind, name }: Pick<Draft, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/**
 * Descriptions whose node is in another package, by the draft of that node. A description belongs to the enabled node of that
 * name in its own package, or else in the first package that has one (dbt: NodePatchParser.parse_patch). So a project can
 * mark the personal columns of a package's models and seeds.
 */
function patchesAcross(
  packages: ReadonlyMap<ReadPackage, readonly DraftedNode[]>,
  mistakes: Mistakes,
): ReadonlyMap<Draft, Patch> {
  const found = new Map<Draft, Patch>();
  const all = [...packages.values()].flat();
  const enabled = new Map(
    all
      .filter(({ node }) => node?.node.config.enabled)
      .toReversed()
      .map((one) => [keyOf(one.draft), one]),
  );
  for (const [{ declarations, broken }, own] of packages) {
    const ownKeys = new Map(own.map((one) => [keyOf(one.draft), one]));
    for (const patch of declarations.patches) {
      const key = keyOf(patch);
      const described = ownKeys.get(key);
      if (patch.kind === 'test' || patch.version || described?.node?.node.config.enabled) continue;
      const other = enabled.get(key);
      if (other?.patch) mistakes.push(describedTwice(patch, other.patch));
      else if (other) found.set(other.draft, patch);
      else if (!described && !broken.nodes.includes(patch.name)) mistakes.remark(describesNothing(patch, all));
    }
  }
  return found;
}

function describesNothing({ kind, name, location }: Patch, all: readonly DraftedNode[]) {
  const names = all.flatMap(({ draft }) => (draft.kind === kind ? [draft.name] : []));
  return {
    code: 'describes-nothing',
    message: `there is no ${kind} '${name}': what is written about it has no effect.${didYouMean(name, names)}`,
    location,
    fix: 'correct the name, or take the entry out',
  };
}

/** Loads the rest of a package. Nodes that another package describes are loaded again, with that description. */
async function loadRest(
  read: ReadPackage,
  drafted: readonly DraftedNode[],
  patchesOfOthers: ReadonlyMap<Draft, Patch>,
  { files, mistakes }: PackageSurroundings,
): Promise<LoadedPackage> {
  const { declarations, drafts, broken, loading } = read;
  const { overwritten } = declarations;
  if (!loading) {
    const all = { nodes: drafts.map(refName), sources: true };
    return { nodes: [], sources: [], exposures: [], unitTests: [], overwritten, broken: all, unsupported: [] };
  }
  const nodes = await Promise.all(
    drafted.map(({ draft, node }) => {
      const patch = patchesOfOthers.get(draft);
      return patch ? mistakes.during(() => loadNode(draft, patch, loading)) : node;
    }),
  );
  const unread = drafts.filter((_, index) => nodes[index] === undefined).map(refName);
  const described = new Map([
    ...drafts.map((draft) => [keyOf(draft), draft] as const).toReversed(),
    ...[...patchesOfOthers].flatMap(([draft, patch]) =>
      declarations.patches.includes(patch) ? [[keyOf(draft), draft] as const] : [],
    ),
  ]);
  const generic = await loadGenericTests(declarations, (patch) => described.get(keyOf(patch)), loading);
  const exposures = await loadExposures(declarations.exposures, loading);
  return {
    nodes: [...nodes.filter((node) => node !== undefined), ...generic.tests],
    sources: await loadSources(declarations, loading),
    exposures: exposures.map(({ exposure }) => exposure),
    unitTests: await readUnitTests(declarations.unitTests, files, loading),
    overwritten,
    broken: { nodes: [...broken.nodes, ...unread], sources: broken.sources },
    unsupported: [...generic.unsupported, ...exposures.flatMap(({ unsupported }) => unsupported)],
  };
}

/** The name of a node in ref(): for a version of a model, the name of the model. */
function refName({ name, version }: Draft): string {
  return version?.model ?? name;
}
