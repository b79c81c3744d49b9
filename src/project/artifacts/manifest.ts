import { createHash } from 'node:crypto';
import { isDeclared, isSqlNode, type Node } from '../node.ts';
import { invert } from '../order.ts';
import type { Macro, Project } from '../project.ts';
import { type ArtifactRun, artifactMetadata } from './artifact-metadata.ts';
import { exposureRecord, nodeRecord, parentsInManifest, sourceRecord, unitTestRecord } from './manifest-node.ts';
import type { ManifestRecord } from './manifest-record.ts';

/**
 * dbt's manifest.json (v12), for the tools that read it. The built-in macros are left out: they are Fenceline's, not dbt's.
 * @param compiled unique id → SQL, for each node that was compiled in this run
 */
export function manifestOf(project: Project, compiled: ReadonlyMap<string, string>, run: ArtifactRun): object {
  const createdAt = run.startedAt.getTime() / 1000;
  const nodes = [...project.nodes.values()].map((node) => [
    node.uniqueId,
    {
      created_at: createdAt,
      ...nodeRecord(node),
      ...(node.resourceType === 'seed' && { checksum: project.seedChecksum(node) }),
      ...compilation(node, compiled.get(node.uniqueId)),
    },
  ]);
  const declared = [...project.sources.values()].filter(isDeclared);
  const sources = declared.map((source) => [source.uniqueId, { created_at: createdAt, ...sourceRecord(source) }]);
  const exposures = [...project.exposures.values()].map((exposure) => [
    exposure.uniqueId,
    { created_at: createdAt, ...exposureRecord(exposure) },
  ]);
  const unitTests = [...project.unitTests.values()].map((unitTest) => [
    unitTest.uniqueId,
    { created_at: createdAt, ...unitTestRecord(unitTest) },
  ]);
  const macros = [...project.macros.values()]
    .filter(({ packageName }) => packageName !== 'dbt')
    .map((macro) => [macro.uniqueId, { created_at: createdAt, ...macroRecord(macro) }]);
  const parents = new Map<string, readonly string[]>([
    ...[...project.nodes.values()].map((node) => [node.uniqueId, parentsInManifest(node)] as const),
    ...[...project.exposures.values()].map(({ uniqueId, dependsOn }) => [uniqueId, dependsOn.nodes] as const),
    ...[...project.unitTests.values()].map(({ uniqueId, dependsOn }) => [uniqueId, dependsOn.nodes] as const),
    ...declared.map(({ uniqueId }) => [uniqueId, []] as const),
  ]);
  const children = invert(parents);
  return {
    metadata: { ...artifactMetadata('manifest', run), ...projectMetadata(project, run) },
    nodes: Object.fromEntries(nodes),
    sources: Object.fromEntries(sources),
    macros: Object.fromEntries(macros),
    docs: {},
    exposures: Object.fromEntries(exposures),
    metrics: {},
    groups: {},
    selectors: {},
    disabled: {},
    parent_map: Object.fromEntries([...parents].map(([id, list]) => [id, [...list].sort()])),
    child_map: Object.fromEntries([...parents.keys()].map((id) => [id, children.get(id) ?? []])),
    group_map: {},
    saved_queries: {},
    semantic_models: {},
    unit_tests: Object.fromEntries(unitTests),
    functions: {},
  };
}

function compilation(node: Node, sql: string | undefined): ManifestRecord {
  if (!isSqlNode(node)) return {};
  return sql === undefined
    ? { compiled: false, compiled_code: null }
    : { compiled: true, compiled_code: sql, extra_ctes_injected: true };
}

function macroRecord({ uniqueId, name, packageName, location, rawCode }: Macro): ManifestRecord {
  return {
    name,
    resource_type: 'macro',
    package_name: packageName,
    path: location.file,
    original_file_path: location.file,
    unique_id: uniqueId,
    macro_sql: rawCode,
    depends_on: { macros: [] },
    description: '',
    meta: {},
    docs: { show: true, node_color: null },
    config: { meta: {}, docs: { show: true, node_color: null } },
    patch_path: null,
    arguments: [],
    supported_languages: null,
  };
}

function projectMetadata({ name, target }: Project, { startedAt }: ArtifactRun): ManifestRecord {
  return {
    run_started_at: startedAt.toISOString(),
    quoting: { database: true, schema: true, identifier: true, column: null },
    project_name: name,
    project_id: createHash('md5').update(name).digest('hex'),
    user_id: null,
    send_anonymous_usage_stats: false,
    adapter_type: target.type,
  };
}
