import { isDeepStrictEqual } from 'node:util';
import { unreachable } from '../../unreachable.ts';
import { resourceRecord } from '../artifacts/manifest-node.ts';
import type { ManifestRecord } from '../artifacts/manifest-record.ts';
import type { Resource, Seed } from '../node.ts';
import type { Project } from '../project.ts';

/** The artifacts of an earlier run, which `state:`, `result:` and `source_status:` read. A missing file is `undefined`. */
export interface EarlierState {
  readonly manifest: EarlierManifest | undefined;
  /** Unique id → status, from run_results.json. */
  readonly results: ReadonlyMap<string, string> | undefined;
  /** `max_loaded_at` of each source in sources.json of the earlier run, and of the newest one. */
  readonly freshness: EarlierFreshness | undefined;
}

export interface EarlierFreshness {
  readonly before: ReadonlyMap<string, string>;
  readonly now: ReadonlyMap<string, string>;
}

/** Records of a manifest.json, by unique id. dbt or Fenceline wrote the file. */
export interface EarlierManifest {
  readonly resources: ReadonlyMap<string, ManifestRecord>;
  /** Text of each macro. */
  readonly macros: ReadonlyMap<string, string>;
}

/** The parts of a resource that `state:modified` compares; `state:modified.body` compares only one of them. */
export const PARTS = ['body', 'configs', 'persisted_descriptions', 'relation', 'macros', 'contract'] as const;
export type Part = (typeof PARTS)[number];

export interface Current {
  readonly macros: Project['macros'];
  readonly seedChecksum: Project['seedChecksum'];
  readonly manifest: EarlierManifest;
}

/**
 * Whether a resource differs from the one in the earlier run (dbt: StateSelectorMethod). A new resource is modified in every
 * part but its macros, which may be unchanged.
 */
export function isModified(resource: Resource, part: Part | undefined, current: Current): boolean {
  const before = current.manifest.resources.get(resource.uniqueId);
  if (!before && part !== 'macros') return true;
  const now = resourceRecord(resource);
  const compared = part === undefined ? PARTS : [part];
  return (
    compared.some((one) => differs(one, resource, { now, before: before ?? {}, ...current })) ||
    (part === undefined && !equal(now['fqn'], before?.['fqn']))
  );
}

interface Comparison extends Current {
  readonly now: ManifestRecord;
  readonly before: ManifestRecord;
}

function differs(part: Part, resource: Resource, comparison: Comparison): boolean {
  const { now, before } = comparison;
  switch (part) {
    case 'body':
      if (resource.resourceType === 'seed') return !equal(comparison.seedChecksum(resource), before['checksum']);
      return bodyKeys(resource).some((key) => !equal(now[key], before[key]));
    case 'configs':
      return !equal(comparedConfig(now, resource), comparedConfig(before, resource));
    case 'persisted_descriptions':
      return persisted(now, before);
    case 'relation':
      return ['database', 'schema', 'alias'].some((key) => !equal(unrendered(now)[key], unrendered(before)[key]));
    case 'macros':
      return 'dependsOn' in resource && resource.dependsOn.macros.some((macro) => isChangedMacro(macro, comparison));
    case 'contract':
      return !equal(contractOf(now), contractOf(before));
    default:
      return unreachable(part);
  }
}

/** Keys of a manifest record that `state:modified.body` compares. */
function bodyKeys(resource: Exclude<Resource, Seed>): readonly string[] {
  switch (resource.resourceType) {
    case 'model':
    case 'snapshot':
      return ['raw_code'];
    case 'test':
      // dbt: a generic test is its configuration and its fqn.
      return resource.generic ? [] : ['raw_code'];
    case 'source':
      return ['identifier', 'freshness', 'loaded_at_field', 'loader'];
    case 'exposure':
      return ['owner', 'maturity', 'url', 'description', 'label', 'type', 'depends_on'];
    case 'unit_test':
      return ['checksum'];
    default:
      return unreachable(resource);
  }
}

/** Keys of the configuration that dbt compares in another part, or not at all. */
const UNCOMPARED = new Set(['tags', 'group', 'database', 'schema', 'alias']);

function comparedConfig(record: ManifestRecord, { resourceType }: Resource): ManifestRecord {
  const isKept = (key: string) => !UNCOMPARED.has(key) || resourceType === 'source';
  return Object.fromEntries(Object.entries(unrendered(record)).filter(([key]) => isKept(key)));
}

function unrendered(record: ManifestRecord): ManifestRecord {
  return Object(record['unrendered_config'] ?? {});
}

/** Whether a description differs that the warehouse keeps, as `persist_docs` says. */
function persisted(now: ManifestRecord, before: ManifestRecord): boolean {
  const { relation, columns } = Object(Object(now['config'])['persist_docs'] ?? {});
  const described = (record: ManifestRecord) =>
    Object.fromEntries(
      Object.entries(Object(record['columns'] ?? {})).map(([name, column]) => [name, Object(column).description]),
    );
  return (
    (relation === true && now['description'] !== before['description']) ||
    (columns === true && !equal(described(now), described(before)))
  );
}

function contractOf(record: ManifestRecord): unknown {
  const { enforced, checksum } = Object(record['contract'] ?? {});
  return enforced === true ? checksum : false;
}

/** Whether a macro differs. Built-in macros are not compared: those of Fenceline have other texts than dbt's. */
function isChangedMacro(uniqueId: string, { macros, manifest }: Comparison): boolean {
  if (uniqueId.startsWith('macro.dbt.') || uniqueId.startsWith('macro.dbt_duckdb.')) return false;
  return macros.get(uniqueId)?.rawCode.trim() !== manifest.macros.get(uniqueId)?.trim();
}

/** Whether two values are equal in JSON, where a key with `undefined` is missing. */
function equal(left: unknown, right: unknown): boolean {
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
  return isDeepStrictEqual(plain(left), plain(right));
}
