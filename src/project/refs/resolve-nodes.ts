import { unreachable } from '../../unreachable.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import { fileSourceId } from '../file-reads/file-source-id.ts';
import type { LoadedSource } from '../load/load-source.ts';
import type { Mistakes } from '../load/mistakes.ts';
import { type Exposure, isTableNode, isTest, type Node, versionOf } from '../node.ts';
import { type FoundUse, needsPackage } from '../unsupported/unsupported.ts';
import { openResolver, type Resolver } from './resolve-ref.ts';
import type { UnresolvedNode } from './unresolved-node.ts';

/** Parts of a package that could not be read. A ref or source that names one is not reported again as unknown. */
export interface Broken {
  readonly nodes: readonly string[];
  /** Whether a file that declares sources may be among them. */
  readonly sources: boolean;
}

export interface Unresolved {
  readonly unresolved: readonly UnresolvedNode[];
  readonly sources: readonly LoadedSource[];
  readonly exposures: readonly Exposure[];
  /** Unique id of a source → unique id of the node that makes its table. */
  readonly tables: ReadonlyMap<string, string>;
  readonly broken: readonly Broken[];
  readonly rootPackage: string;
  /** Whether packages of the project are not installed: a node that reads what is nowhere is then left out. */
  readonly lacksPackages: boolean;
}

export interface Resolved {
  /** The enabled nodes. */
  readonly nodes: readonly UnresolvedNode[];
  readonly exposures: readonly Exposure[];
  readonly resolver: Resolver;
}

/**
 * Fills `dependsOn.nodes`: sources first, then refs, as dbt does, and last the nodes that make the tables of sources
 * (dbt has
 * no such edge, so there the order of the build is open). A ref or source that leads nowhere is a mistake.
 */
export function resolveNodes(
  { unresolved, sources, exposures, tables, broken, rootPackage, lacksPackages }: Unresolved,
  mistakes: Mistakes,
): Resolved {
  const resolver = openResolver({
    rootPackage,
    nodes: unresolved
      .filter(({ node }) => isTableNode(node))
      .map(({ node }) => ({
        uniqueId: node.uniqueId,
        name: node.name,
        packageName: node.packageName,
        enabled: node.config.enabled,
        version: versionOf(node),
      })),
    sources: sources.map(({ source: { uniqueId, name, packageName, sourceName }, enabled }) => ({
      uniqueId,
      name,
      packageName,
      sourceName,
      enabled,
    })),
  });
  const withTables = (parents: readonly string[]) => [
    ...new Set([...parents, ...parents.flatMap((parent) => tables.get(parent) ?? [])]),
  ];
  const nodes = unresolved
    .filter(({ node }) => node.config.enabled)
    .flatMap((loaded) => {
      const lost: FoundUse[] = [];
      const noteMissing = (mistake: Mistake) => {
        if (lacksPackages && isLost(mistake)) lost.push(lostParent(loaded.node, mistake));
        else mistakes.push(mistake);
      };
      const parents = parentsOf(loaded.node, resolver, broken, { noteMissing, remark: (one) => mistakes.remark(one) });
      if (!parents) return [];
      const files = (loaded.fileReads ?? []).map(fileSourceId);
      const nodes = [...withTables(parents), ...new Set(files)];
      const unsupported = [...(loaded.unsupported ?? []), ...lost];
      return [{ ...loaded, unsupported, node: { ...loaded.node, dependsOn: { ...loaded.node.dependsOn, nodes } } }];
    });
  const resolvedExposures = exposures.map((exposure) => {
    const noteMissing = (mistake: Mistake) => {
      if (lacksPackages && isLost(mistake)) mistakes.remark(mistake);
      else mistakes.push(mistake);
    };
    const notes = { noteMissing, remark: (one: Mistake) => mistakes.remark(one) };
    const parents = parentsOf(exposure, resolver, broken, notes) ?? [];
    return { ...exposure, dependsOn: { ...exposure.dependsOn, nodes: withTables(parents) } };
  });
  return { nodes, exposures: resolvedExposures, resolver };
}

/** Receivers of what is wrong with the parents of a resource. */
interface Notes {
  readonly noteMissing: (mistake: Mistake) => void;
  readonly remark: (mistake: Mistake) => void;
}

/** Whether a ref or source leads to nothing that is here. A package that is not installed may have it. */
function isLost({ code }: Mistake): boolean {
  return code === 'missing-ref' || code === 'missing-source';
}

function lostParent({ name, location }: Node, mistake: Mistake): FoundUse {
  const place = mistake.location ?? location;
  return { code: 'missing-packages', subject: name, location: place, reason: needsPackage(mistake.message) };
}

/** Unique ids of the parents of a resource; `undefined` for a test of a disabled node, which is disabled, too. */
function parentsOf(
  node: Node | Exposure,
  resolver: Resolver,
  broken: readonly Broken[],
  { noteMissing, remark }: Notes,
): readonly string[] | undefined {
  const isReadable = (name: string) => !broken.some(({ nodes }) => nodes.includes(name));
  const sources = node.sources.map((call) => resolver.source(call, node.packageName));
  const resolutions = [
    ...(broken.some((one) => one.sources) ? sources.filter((resolution) => 'found' in resolution) : sources),
    ...node.refs.filter(({ name }) => isReadable(name)).map((call) => resolver.ref(call, node.packageName)),
  ];
  const missing = resolutions.flatMap((resolution) => ('mistake' in resolution ? [resolution.mistake] : []));
  if (followsDisabled(node) && missing.some(({ code }) => code.startsWith('disabled-'))) return undefined;
  // dbt warns about a test of an unknown node, and leaves the test out.
  if (missing.length > 0 && isTest(node)) {
    for (const mistake of missing) remark(mistake);
    return undefined;
  }
  missing.forEach(noteMissing);
  const found = resolutions.flatMap((resolution) => ('found' in resolution ? [resolution.found.uniqueId] : []));
  return [...new Set(found)];
}

/** Whether a resource is disabled if it reads a disabled node. For other resources, reading one is a mistake. */
function followsDisabled(resource: Node | Exposure): boolean {
  switch (resource.resourceType) {
    case 'test':
      return resource.generic !== undefined;
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'exposure':
      return false;
    default:
      return unreachable(resource);
  }
}

/** The resource that a ref or source resolves to. @throws {UserError} if there is none */
export function foundOrThrow<Found>(
  resolution: { readonly found: Found } | { readonly mistake: ConstructorParameters<typeof UserError>[0] },
): Found {
  if ('found' in resolution) return resolution.found;
  throw new UserError(resolution.mistake);
}
