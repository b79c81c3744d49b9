import { isDeepStrictEqual } from 'node:util';
import type { SyncConfig, TierConfig, VerifyConfig } from '../../config/fenceline-config.ts';
import type { Lineage } from '../../lineage/flow.ts';
import { sameName } from '../../name.ts';
import { resourceRecord } from '../../project/artifacts/manifest-node.ts';
import { isQueryNode, type QueryNode, type Resource } from '../../project/node.ts';
import { parentsOf, reachable } from '../../project/order.ts';
import type { Checksum, Project } from '../../project/project.ts';
import { type EarlierManifest, isModified } from '../../project/selection/earlier-state.ts';
import { unreachable } from '../../unreachable.ts';
import { classify } from '../classify.ts';
import type { Finding, SmallGroup, ValueLeak } from '../finding.ts';
import { findingKey } from '../finding-key.ts';
import { tierOf } from '../tier.ts';

/** Inputs that decide the rows of a project: its resources, copied tables and settings. */
export interface RowOrigin {
  readonly project: Project;
  /** The tables that are copied, with the schema of each. */
  readonly sync: SyncConfig;
  /** Texts of the files that every node depends on: dbt_project.yml, profiles.yml and those of packages. */
  readonly settings: readonly (string | undefined)[];
}

/** The base of the comparison. Only its lineage is at hand, since nothing builds its rows. */
export interface UnbuiltBase extends RowOrigin {
  readonly lineage: Lineage;
  readonly tiers: readonly TierConfig[];
  readonly verify: VerifyConfig;
}

/**
 * Decides by key whether findings in the rows of models are new. New: the base lacks the model, its column, tier or mark, or
 * does not search its rows. Not new: all inputs of the rows are the same. A finding that only a run of the base could decide
 * is left out.
 */
export function judgeRowNovelty(
  findings: readonly Finding[],
  head: RowOrigin,
  base: UnbuiltBase,
): ReadonlyMap<string, boolean> {
  const found = findings.flatMap((finding): RowFinding[] =>
    finding.rule === 'value-leak' || finding.rule === 'small-group' ? [finding] : [],
  );
  if (found.length === 0) return new Map();
  const marks = classify(base.project);
  const isSame = sameRows(head, base);
  return new Map(
    found.flatMap((finding): [string, boolean][] => {
      const model = modelNamed(finding.model, base.project);
      const tier = model && tierOf(model, base.tiers);
      const isSearched = isSearchedOn(base.verify, finding);
      const isMarked = finding.rule === 'small-group' || marks.find(finding.source) !== undefined;
      if (!model || !tier || tier.allow === 'clear' || !isSearched || !isMarked || lacksColumn(finding, model, base)) {
        return [[findingKey(finding), true]];
      }
      return isSame(finding.model) ? [[findingKey(finding), false]] : [];
    }),
  );
}

type RowFinding = ValueLeak | SmallGroup;

function isSearchedOn({ values, minGroupSize }: VerifyConfig, finding: RowFinding): boolean {
  return finding.rule === 'value-leak' ? values : minGroupSize !== undefined && minGroupSize >= finding.minimum;
}

function modelNamed(name: string, { nodes }: Project): QueryNode | undefined {
  return [...nodes.values()].filter(isQueryNode).find((node) => node.name === name);
}

function lacksColumn({ column }: RowFinding, { uniqueId }: QueryNode, { lineage }: UnbuiltBase): boolean {
  const traced = lineage.nodes.get(uniqueId);
  if (traced?.status !== 'traced' || column === undefined) return false;
  return !traced.columns.some(({ name }) => sameName(name, column));
}

/** Gives a test of a model's name: whether its rows are the same on head and base, because all their inputs are the same. */
function sameRows(head: RowOrigin, base: RowOrigin): (model: string) => boolean {
  const { project } = head;
  const manifest = manifestOf(base.project);
  const hasSameMacros = isDeepStrictEqual(manifestOf(project).macros, manifest.macros);
  if (!hasSameMacros || !isDeepStrictEqual(copiesOf(head), copiesOf(base))) return () => false;
  if (!isDeepStrictEqual(head.settings, base.settings)) return () => false;
  const resources = resourcesOf(project);
  const parents = parentsOf(project.nodes);
  return (name) => {
    const model = modelNamed(name, project);
    if (!model) return false;
    return [model.uniqueId, ...reachable([model.uniqueId], parents)].every((uniqueId) => {
      const resource = resources.get(uniqueId);
      return (
        resource !== undefined &&
        !hasOtherInput(resource, project) &&
        !isModified(resource, undefined, { macros: project.macros, seedChecksum: project.seedChecksum, manifest })
      );
    });
  };
}

/** Whether a resource has an input that the comparison does not see: a file that may differ, or the table of another node. */
function hasOtherInput(resource: Resource, project: Project): boolean {
  if (resource.resourceType === 'source') return resource.file !== undefined || resource.node !== undefined;
  // dbt: a large seed is compared by its path alone.
  return checksumOf(resource, project)?.name === 'path';
}

function checksumOf(resource: Resource, { seedChecksum }: Project): Checksum | undefined {
  switch (resource.resourceType) {
    case 'seed':
      return seedChecksum(resource);
    case 'model':
    case 'snapshot':
    case 'test':
    case 'source':
    case 'exposure':
    case 'unit_test':
      return undefined;
    default:
      return unreachable(resource);
  }
}

function copiesOf({ sync: { tables, ...settings } }: RowOrigin) {
  return { ...settings, tables: tables.map(({ location: _, ...table }) => table) };
}

function resourcesOf({ nodes, sources }: Project): ReadonlyMap<string, Resource> {
  return new Map<string, Resource>([...nodes, ...sources]);
}

/** A manifest of the base, as a run there would have written it. */
function manifestOf(project: Project): EarlierManifest {
  const records = [...resourcesOf(project)].map(([uniqueId, resource]) => {
    const checksum = checksumOf(resource, project);
    return [uniqueId, { ...resourceRecord(resource), ...(checksum && { checksum }) }] as const;
  });
  return {
    resources: new Map(records),
    macros: new Map([...project.macros].map(([uniqueId, { rawCode }]) => [uniqueId, rawCode])),
  };
}
