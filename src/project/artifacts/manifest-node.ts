import { createHash } from 'node:crypto';
import { sameName } from '../../name.ts';
import { unreachable } from '../../unreachable.ts';
import { isEphemeral } from '../ephemeral.ts';
import { isFileSourceId } from '../file-reads/file-source-id.ts';
import { toObject } from '../mapping.ts';
import {
  type Column,
  type Columns,
  type Constraint,
  type Exposure,
  type FixtureRows,
  type Freshness,
  type Model,
  type Node,
  type RefCall,
  type Resource,
  type Source,
  type SourceCall,
  type SqlNode,
  type Test,
  type UnitTest,
  versionOf,
} from '../node.ts';
import { configRecord } from './config-record.ts';
import type { ManifestRecord } from './manifest-record.ts';

/** The record of a node, source or exposure in dbt's manifest v12. */
export function resourceRecord(resource: Resource): ManifestRecord {
  switch (resource.resourceType) {
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'test':
      return nodeRecord(resource);
    case 'source':
      return sourceRecord(resource);
    case 'exposure':
      return exposureRecord(resource);
    case 'unit_test':
      return unitTestRecord(resource);
    default:
      return unreachable(resource);
  }
}

/**
 * The record of a node in dbt's manifest v12 and in the `graph` of templates. It has every key, with `null` where dbt
 * has no value.
 */
export function nodeRecord(node: Node): ManifestRecord {
  switch (node.resourceType) {
    case 'seed':
      return { ...commonRecord(node, ''), root_path: null, depends_on: { macros: node.dependsOn.ownCalls ?? [] } };
    case 'model':
      return { ...commonRecord(node, node.rawCode), ...sqlRecord(node), ...modelRecord(node) };
    case 'snapshot':
      return { ...commonRecord(node, node.rawCode), ...sqlRecord(node) };
    case 'test':
      return { ...commonRecord(node, node.rawCode), ...sqlRecord(node), ...testRecord(node) };
    default:
      return unreachable(node);
  }
}

function commonRecord(node: Node, rawCode: string): ManifestRecord {
  return {
    database: node.database,
    schema: node.schema,
    name: versionOf(node)?.model ?? node.name,
    resource_type: node.resourceType,
    package_name: node.packageName,
    path: node.path,
    original_file_path: node.originalFilePath,
    unique_id: node.uniqueId,
    fqn: node.fqn,
    alias: node.alias,
    checksum: { name: 'sha256', checksum: createHash('sha256').update(rawCode).digest('hex') },
    config: configRecord(node),
    tags: node.tags,
    description: node.description,
    columns: columnRecords(node.columns),
    meta: node.meta,
    group: node.config.other['group'] ?? null,
    docs: { show: true, node_color: null, ...Object(toObject(node.config.other['docs'] ?? {})) },
    patch_path: node.columns.size > 0 ? patchPath(node.packageName, node.columns) : null,
    build_path: null,
    unrendered_config: toObject(node.unrenderedConfig ?? {}),
    relation_name: hasRelation(node) ? node.relationName : null,
    raw_code: rawCode,
    doc_blocks: [],
    depends_on: { macros: node.dependsOn.ownCalls ?? [], nodes: parentsInManifest(node) },
  };
}

/** The nodes and sources that a node reads, without the files that its SQL reads itself: dbt has no such sources. */
export function parentsInManifest({ dependsOn }: Node): readonly string[] {
  return dependsOn.nodes.filter((uniqueId) => !isFileSourceId(uniqueId));
}

function sqlRecord({ refs, sources }: SqlNode): ManifestRecord {
  return {
    language: 'sql',
    refs: refRecords(refs),
    sources: sourceRecords(sources),
    metrics: [],
    compiled_path: null,
    extra_ctes_injected: false,
    extra_ctes: [],
    contract: { enforced: false, alias_types: true, checksum: null },
  };
}

function refRecords(refs: readonly RefCall[]): readonly ManifestRecord[] {
  return refs.map(({ name, packageName, version }) => ({
    name,
    package: packageName ?? null,
    version: version ?? null,
  }));
}

function sourceRecords(sources: readonly SourceCall[]): readonly (readonly string[])[] {
  return sources.map(({ sourceName, tableName }) => [sourceName, tableName]);
}

function modelRecord({ version, config, columns, contract, deprecationDate, timeSpine }: Model): ManifestRecord {
  return {
    columns: columnRecords(columns, contract?.constraints),
    contract: { enforced: contract !== undefined, alias_types: true, checksum: null },
    access: config.other['access'] ?? 'protected',
    constraints: [],
    version: version?.v ?? null,
    latest_version: version?.latest ?? null,
    deprecation_date: deprecationDate ?? null,
    primary_key: [],
    time_spine: timeSpine ? { custom_granularities: [], ...timeSpine } : null,
  };
}

function testRecord({ generic }: Test): ManifestRecord {
  if (!generic) return {};
  const [kind = '', , name = ''] = generic.attachedNode.split('.');
  return {
    column_name: generic.columnName ?? null,
    attached_node: kind === 'source' ? null : generic.attachedNode,
    file_key_name: `${kind}s.${name}`,
    test_metadata: { name: generic.testName, kwargs: generic.kwargs, namespace: null },
  };
}

export function sourceRecord(source: Source): ManifestRecord {
  return {
    database: source.database,
    schema: source.schema,
    name: source.name,
    resource_type: 'source',
    package_name: source.packageName,
    path: source.path,
    original_file_path: source.originalFilePath,
    unique_id: source.uniqueId,
    fqn: source.fqn,
    source_name: source.sourceName,
    source_description: source.sourceDescription ?? '',
    loader: source.loader ?? '',
    identifier: source.identifier,
    quoting: { database: null, schema: null, identifier: null, column: null },
    loaded_at_field: source.freshness?.loadedAtField ?? null,
    loaded_at_query: source.freshness?.loadedAtQuery ?? null,
    freshness: freshnessRecord(source.freshness),
    external: null,
    description: source.description,
    columns: columnRecords(source.columns),
    meta: source.meta,
    source_meta: {},
    tags: source.tags,
    config: {
      enabled: true,
      event_time: null,
      freshness: freshnessRecord(source.freshness),
      loaded_at_field: source.freshness?.loadedAtField ?? null,
      loaded_at_query: source.freshness?.loadedAtQuery ?? null,
      meta: source.meta,
      tags: source.tags,
    },
    patch_path: null,
    unrendered_config: {},
    relation_name: source.relationName,
    doc_blocks: [],
  };
}

function freshnessRecord(freshness: Freshness | undefined): ManifestRecord | null {
  if (!freshness) return null;
  const { warnAfter, errorAfter, filter } = freshness;
  const none = { count: null, period: null };
  return { warn_after: warnAfter ?? none, error_after: errorAfter ?? none, filter: filter ?? null };
}

export function exposureRecord(exposure: Exposure): ManifestRecord {
  return {
    name: exposure.name,
    resource_type: 'exposure',
    package_name: exposure.packageName,
    path: exposure.path,
    original_file_path: exposure.originalFilePath,
    unique_id: exposure.uniqueId,
    fqn: exposure.fqn,
    type: exposure.type,
    owner: { email: null, name: null, ...exposure.owner },
    description: exposure.description,
    label: exposure.label ?? null,
    maturity: exposure.maturity ?? null,
    meta: toObject(exposure.meta),
    tags: exposure.tags,
    config: { enabled: true, tags: exposure.tags, meta: toObject(exposure.meta) },
    unrendered_config: {},
    url: exposure.url ?? null,
    depends_on: { macros: [], nodes: exposure.dependsOn.nodes },
    refs: refRecords(exposure.refs),
    sources: sourceRecords(exposure.sources),
    metrics: [],
  };
}

/** The record of a unit test in dbt's manifest v12. */
export function unitTestRecord(unitTest: UnitTest): ManifestRecord {
  const { model, given, expected, overrides, version, description } = unitTest;
  const content = {
    model,
    given: given.map(({ written, rows }) => ({ input: written, ...rowsRecord(rows) })),
    expect: rowsRecord(expected),
    overrides: {
      macros: toObject(overrides.macros),
      vars: toObject(overrides.vars),
      env_vars: toObject(overrides.environment),
    },
  };
  return {
    ...content,
    name: unitTest.name,
    resource_type: 'unit_test',
    package_name: unitTest.packageName,
    path: unitTest.path,
    original_file_path: unitTest.originalFilePath,
    unique_id: unitTest.uniqueId,
    fqn: unitTest.fqn,
    description,
    depends_on: { macros: [], nodes: unitTest.dependsOn.nodes },
    config: { tags: unitTest.tags, meta: toObject(unitTest.meta), enabled: true, static_analysis: null },
    checksum: createHash('sha256').update(JSON.stringify(content)).digest('hex'),
    schema: unitTest.schema,
    versions: null,
    version: version ?? null,
  };
}

function rowsRecord(rows: FixtureRows): ManifestRecord {
  switch (rows.kind) {
    case 'values':
      return { rows: rows.rows.map(toObject), format: 'dict', fixture: null };
    case 'sql':
      return { rows: rows.text, format: 'sql', fixture: null };
    default:
      return unreachable(rows);
  }
}

function columnRecords(columns: Columns, constraints: readonly Constraint[] = []): ManifestRecord {
  const ofColumn = ({ name }: Column) =>
    constraints.filter(
      ({ columns: [only, ...others] }) => others.length === 0 && only !== undefined && sameName(only, name),
    );
  return Object.fromEntries(
    [...columns].flatMap(([name, column]) => (column.path ? [] : [[name, columnRecord(column, ofColumn(column))]])),
  );
}

function columnRecord(
  { name, description, meta, dataType, tags }: Column,
  constraints: readonly Constraint[],
): ManifestRecord {
  return {
    name,
    description,
    meta: toObject(meta),
    data_type: dataType ?? null,
    constraints: constraints.map(constraintRecord),
    quote: null,
    config: { meta: toObject(meta), tags },
    tags,
    granularity: null,
    doc_blocks: [],
  };
}

function constraintRecord({ type, expression }: Constraint): ManifestRecord {
  const kept = { expression: expression ?? null, warn_unenforced: true, warn_unsupported: true };
  // Templates print this record as JSON: the keys stand in dbt's order.
  return { type, name: null, ...kept, to: null, to_columns: [] };
}

function patchPath(packageName: string, columns: Columns): string | null {
  const [first] = columns.values();
  return first ? `${packageName}://${first.location.file}` : null;
}

/** Whether a node has a relation: ephemeral models and tests that keep no failures have none. */
function hasRelation(node: Node): boolean {
  switch (node.resourceType) {
    case 'test':
      return node.config.storedAs !== undefined;
    case 'model':
    case 'snapshot':
    case 'seed':
      return !isEphemeral(node);
    default:
      return unreachable(node);
  }
}
