import type { KindTrees } from '../../config/dbt-project.ts';
import { parseTemplate } from '../../jinja/syntax/parse-template.ts';
import type { Location } from '../../location.ts';
import type { Workspace } from '../context/node-context.ts';
import type { TemplateContext } from '../context/template-context.ts';
import { isEnforced } from '../contract.ts';
import type { Patch } from '../declarations/patch.ts';
import { asList, type Mapping } from '../mapping.ts';
import type { Meta, Node, NodeConfig, Placement } from '../node.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import type { Draft } from './draft.ts';
import { folderLayers, mergeConfig } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import { nodeConfig, toMeta } from './node-config.ts';
import { type Captured, captureTemplate, type Parsed } from './parse-node.ts';
import { placeNode, withRelationName } from './place-node.ts';
import { EVERY_NAME } from './quoting.ts';

/** The `models:`, `seeds:`, … trees of dbt_project.yml after Jinja: of the node's own package, and of the root project. */
export interface ConfigTrees {
  readonly own: KindTrees;
  /** `undefined` for a node of the root project. For another package, the root project overrides its configuration. */
  readonly root: KindTrees | undefined;
  /** The same trees before Jinja. */
  readonly unrendered: { readonly own: KindTrees; readonly root: KindTrees | undefined };
}

/** State that the nodes of a package share while they are loaded. */
export interface Loading {
  readonly workspace: Workspace;
  /** The context outside of any node: for macros that name nodes, and for values of properties files. */
  readonly context: TemplateContext;
  readonly configs: ConfigTrees;
  readonly mistakes: Mistakes;
}

const KINDS = { model: 'models', seed: 'seeds', snapshot: 'snapshots', test: 'dataTests' } as const;
const DEFAULTS: { readonly [kind in Draft['kind']]: { readonly materialized: string; readonly layer: Mapping } } = {
  model: { materialized: 'view', layer: new Map() },
  seed: { materialized: 'seed', layer: new Map() },
  snapshot: { materialized: 'snapshot', layer: new Map() },
  test: { materialized: 'test', layer: new Map([['schema', 'dbt_test__audit']]) },
};

const NOTHING: Captured = {
  refs: [],
  sources: [],
  config: new Map(),
  macros: [],
  ownCalls: [],
  fileReads: [],
  unsupported: [],
};

/**
 * Makes a model, seed, snapshot or singular test of a draft, with its configuration and relation. Its refs are not
 * resolved yet.
 */
export async function loadNode(draft: Draft, patch: Patch | undefined, loading: Loading): Promise<UnresolvedNode> {
  const { kind, uniqueId, name, path, originalFilePath, fqn, location, rawCode, version } = draft;
  const templateName = version?.model ?? name;
  const packageName = draft.package.name;
  const identity = {
    unique_id: uniqueId,
    name: templateName,
    resource_type: kind,
    package_name: packageName,
    path,
    fqn,
    original_file_path: originalFilePath,
  };
  const model = {
    ...identity,
    alias: templateName,
    version: version?.v ?? null,
    latest_version: version?.latest ?? null,
    raw_code: rawCode,
    config: {},
    columns: {},
    tags: [],
    meta: {},
    depends_on: { nodes: [], macros: [] },
  };
  const captured = draft.template
    ? await captureTemplate(draft.template, { uniqueId, packageName, name: templateName, model }, loading.workspace)
    : NOTHING;
  const merged = mergeLayers({ kind, fqn, yaml: patch?.config, file: captured.config }, loading.configs);
  const { storeFailures } = loading.workspace.surroundings.command;
  const { materialized } = DEFAULTS[kind];
  const config = nodeConfig(merged.config, { materialized, location, storeFailures }, loading.mistakes);
  const generated = await placeNode(config, model, loading, location);
  const placement = kind === 'snapshot' ? placeSnapshot(generated, config) : generated;
  const hooks = await captureHooks(config, { uniqueId, packageName, name: templateName, model }, location, loading);
  const common = {
    uniqueId,
    name,
    packageName,
    path,
    originalFilePath,
    fqn,
    description: patch?.description ?? '',
    tags: merged.tags,
    meta: config.meta,
    ...placement,
    config,
    unrenderedConfig: unrenderedConfig(
      { kind, fqn, yaml: patch?.unrenderedConfig, file: captured.config },
      loading.configs,
    ),
    refs: [...captured.refs, ...hooks.refs].map((call) => ({ ...call, location: draft.refsAt ?? call.location })),
    sources: [...captured.sources, ...hooks.sources].map((call) => ({
      ...call,
      location: draft.refsAt ?? call.location,
    })),
    dependsOn: {
      nodes: [],
      macros: [...new Set([...captured.macros, ...hooks.macros])],
      ownCalls: [...new Set([...captured.ownCalls, ...hooks.ownCalls])],
    },
    columns: patch?.columns ?? new Map(),
    location,
  };
  const { fileReads } = captured;
  const unsupported = [...captured.unsupported, ...hooks.unsupported];
  return { node: toNode(draft, common, patch), template: draft.template, kwargs: undefined, fileReads, unsupported };
}

/** Records the refs in the hooks of a node: the node is built after the nodes that its hooks read (dbt: while parsing). */
async function captureHooks(
  { preHook, postHook }: NodeConfig,
  parsed: Parsed,
  location: Location,
  { workspace, mistakes }: Loading,
): Promise<Captured> {
  const captured: Captured[] = [];
  for (const { sql } of [...preHook, ...postHook]) {
    if (!/\{[{%#]/.test(sql)) continue;
    const found = await mistakes.during(() =>
      captureTemplate(parseTemplate({ file: location.file, text: sql }), parsed, workspace),
    );
    if (found)
      captured.push({
        ...found,
        refs: found.refs.map((call) => ({ ...call, location })),
        sources: found.sources.map((call) => ({ ...call, location })),
      });
  }
  return {
    refs: captured.flatMap(({ refs }) => refs),
    sources: captured.flatMap(({ sources }) => sources),
    config: new Map(),
    macros: captured.flatMap(({ macros }) => macros),
    ownCalls: captured.flatMap(({ ownCalls }) => ownCalls),
    fileReads: [],
    unsupported: captured.flatMap(({ unsupported }) => unsupported),
  };
}

function toNode(
  { kind, rawCode, version }: Draft,
  common: Omit<Extract<Node, { resourceType: 'seed' }>, 'resourceType' | 'columnTypeLocations'>,
  patch: Patch | undefined,
): Node {
  switch (kind) {
    case 'model': {
      const contract = { columns: [...common.columns.values()], constraints: patch?.constraints ?? [] };
      return {
        ...common,
        resourceType: 'model',
        rawCode,
        language: 'sql',
        ...(version && { version }),
        ...(isEnforced(common.config.other['contract']) && { contract }),
        ...(patch?.deprecationDate !== undefined && { deprecationDate: isoMoment(patch.deprecationDate) }),
        ...(patch?.timeSpine && { timeSpine: patch.timeSpine }),
      };
    }
    case 'seed':
      return { ...common, resourceType: 'seed', ...(patch && { columnTypeLocations: patch.columnTypeLocations }) };
    case 'snapshot':
      return { ...common, resourceType: 'snapshot', rawCode, language: 'sql' };
    case 'test':
      return { ...common, resourceType: 'test', rawCode, language: 'sql', generic: undefined };
  }
}

/** A day or moment of YAML in ISO 8601, as dbt writes it: a day begins at midnight UTC. */
function isoMoment(written: unknown): string {
  const moment = written instanceof Date ? written : new Date(String(written));
  return moment.toISOString().replace(/(\.\d+)?Z$/, '+00:00');
}

/** The place of a snapshot: dbt uses `target_schema` and `target_database` unchanged, without generate_schema_name. */
function placeSnapshot(generated: Placement, { other }: NodeConfig): Placement {
  const configured = (key: string, otherwise: string) => {
    const value = other[key];
    return typeof value === 'string' && value !== '' ? value : otherwise;
  };
  const database = configured('target_database', generated.database);
  const schema = configured('target_schema', generated.schema);
  return withRelationName({ quoting: EVERY_NAME, ...generated, database, schema });
}

export interface Layers {
  readonly kind: Draft['kind'];
  readonly fqn: readonly string[];
  readonly yaml: Mapping | undefined;
  readonly file: Mapping;
}

/**
 * Merges the configuration of a node in dbt's order: defaults, its own dbt_project.yml, its properties, its file, and for a
 * node of another package the root project's dbt_project.yml. Tags of the file come before tags of the properties.
 */
export function mergeLayers(
  { kind, fqn, yaml = new Map(), file }: Layers,
  { own, root }: ConfigTrees,
): { readonly config: Mapping; readonly tags: readonly string[] } {
  const before = [DEFAULTS[kind].layer, ...folderLayers(own[KINDS[kind]], fqn)];
  const after = root ? folderLayers(root[KINDS[kind]], fqn) : [];
  const tags = mergeConfig([...before, file, yaml, ...after]).get('tags');
  return { config: mergeConfig([...before, yaml, file, ...after]), tags: [...new Set(asList(tags).map(String))] };
}

/** The configuration of a node before Jinja, which `state:modified` compares with that of an earlier run. */
export function unrenderedConfig({ kind, fqn, yaml = new Map(), file }: Layers, { unrendered }: ConfigTrees): Meta {
  const { own, root } = unrendered;
  const after = root ? folderLayers(root[KINDS[kind]], fqn) : [];
  return toMeta(mergeConfig([...folderLayers(own[KINDS[kind]], fqn), yaml, file, ...after]));
}
