import { loadProfile } from '../../config/profiles.ts';
import type { ProjectFiles } from '../../config/project-files.ts';
import { renderNative } from '../../jinja/evaluate/render.ts';
import { toPlain } from '../../jinja/values/value.ts';
import { formatLocation } from '../../location.ts';
import { openCompiler } from '../compile-node.ts';
import { openBareContext } from '../context/bare-context.ts';
import { openMacroCaller } from '../context/call-macro.ts';
import { openMacroLibrary } from '../context/macro-library.ts';
import type { Workspace } from '../context/node-context.ts';
import type { TemplateContext } from '../context/template-context.ts';
import { asMapping } from '../mapping.ts';
import type { Exposure, Node, Source } from '../node.ts';
import { orderNodes } from '../order.ts';
import type { Project, Target } from '../project.ts';
import { readSnapshots } from '../snapshots/read-snapshots.ts';
import { openVariables } from '../variables.ts';
import { applyVersions } from './apply-versions.ts';
import { type Declarations, type Patch, readDeclarations } from './declarations.ts';
import { type Draft, readDrafts } from './draft.ts';
import { loadExposures } from './load-exposures.ts';
import { loadGenericTests } from './load-generic-tests.ts';
import { type ConfigTrees, type KindTrees, loadNode } from './load-node.ts';
import { type LoadedSource, loadSource } from './load-source.ts';
import { Mistakes } from './mistakes.ts';
import { type Package, readPackages } from './packages.ts';
import { builtinMacros, readMacros } from './read-macros.ts';
import { renderYaml } from './render-yaml.ts';
import { type Broken, resolveNodes } from './resolve-nodes.ts';
import type { Resolver } from './resolve-ref.ts';
import { noteSharedTables } from './shared-tables.ts';
import type { UnresolvedNode } from './unresolved-node.ts';
import { refuseBuildMacros, refuseSnapshotMacros, refuseUnsupported } from './unsupported.ts';

export interface LoadOptions {
  readonly files: ProjectFiles;
  /** From the command line; they win over those of dbt_project.yml. */
  readonly vars: { readonly [name: string]: unknown };
  /** The profile's own default when absent. */
  readonly targetName: string | undefined;
  /** Where profiles.yml is looked for, in order. */
  readonly profilesDirectories: readonly string[];
  readonly environment: { readonly [name: string]: string | undefined };
  /** Whether templates may read an environment variable. */
  readonly isVisibleVariable: (name: string) => boolean;
  readonly threads?: number | undefined;
}

/**
 * Reads a dbt project into its graph: every file parsed, every ref resolved, every name made as dbt makes it.
 * @throws {UserError} with every mistake found in it
 */
export async function loadProject(options: LoadOptions): Promise<Project> {
  const { files } = options;
  const mistakes = new Mistakes();
  const packages = readPackages(files);
  const [root] = packages;
  const workspace = await openWorkspace(options, packages, mistakes);
  refuseUnsupported(files, packages, mistakes);
  refuseBuildMacros(workspace.library.all, mistakes);

  const unresolved: UnresolvedNode[] = [];
  const broken: Broken[] = [];
  const sources: LoadedSource[] = [];
  const declared: Exposure[] = [];
  for (const source of packages) {
    const loaded = await loadPackage(source, packages, { files, workspace, mistakes });
    unresolved.push(...loaded.unresolved);
    sources.push(...loaded.sources);
    declared.push(...loaded.exposures);
    broken.push(loaded.broken);
  }
  const resources = [...unresolved.map(({ node }) => node), ...sources.map((loaded) => loaded.source), ...declared];
  noteDuplicates(resources, mistakes);
  const read = sources.flatMap(({ source, enabled }) => (enabled ? [source] : []));
  const built = unresolved.flatMap(({ node }) => (node.config.enabled && node.resourceType !== 'test' ? [node] : []));
  noteSharedTables(read, built, mistakes);
  const everything = { unresolved, sources, exposures: declared, broken, rootPackage: root.name };
  const { nodes, exposures, resolver } = resolveNodes(everything, mistakes);
  if (nodes.some(({ node }) => node.resourceType === 'snapshot')) {
    refuseSnapshotMacros(workspace.library.all, mistakes);
  }
  const order = orderOf(nodes, resolver, mistakes);
  mistakes.throwIfAny();

  const byId = new Map(nodes.map((loaded) => [loaded.node.uniqueId, loaded]));
  const enabledSources = new Map(
    sources.flatMap(({ source, enabled }) => (enabled ? [[source.uniqueId, source]] : [])),
  );
  return {
    name: root.name,
    directory: files.directory,
    target: workspace.surroundings.target,
    nodes: new Map(nodes.map(({ node }) => [node.uniqueId, node])),
    sources: enabledSources,
    exposures: new Map(exposures.map((exposure) => [exposure.uniqueId, exposure])),
    macros: new Map(workspace.library.all.map((macro) => [macro.uniqueId, macro])),
    order,
    compile: openCompiler({ workspace, nodes: byId, sources: enabledSources, exposures, resolver }),
    macroCaller: openMacroCaller(workspace),
    secrets: [],
  };
}

async function openWorkspace(
  options: LoadOptions,
  packages: readonly [Package, ...Package[]],
  mistakes: Mistakes,
): Promise<Workspace> {
  const { files, environment, isVisibleVariable } = options;
  const [root] = packages;
  const own = await Promise.all(packages.map((source) => readMacros(files, source, mistakes)));
  const library = openMacroLibrary([...builtinMacros(), ...own.flat()], {
    rootPackage: root.name,
    searchOrders: new Map(root.config.dispatch.map((entry) => [entry.macro_namespace, entry.search_order])),
  });
  const variables = openVariables({
    commandLine: new Map(Object.entries(options.vars)),
    rootPackage: root.name,
    packages: new Map(
      packages.map(({ name, config }) => [
        name,
        { vars: asMapping(config.vars) ?? new Map(), locate: (path) => config.locate(['vars', ...path]) },
      ]),
    ),
  });
  const surroundings = {
    rootPackage: root.name,
    variables,
    environment,
    isVisibleVariable,
    readsSecrets: false,
    startedAt: new Date(),
  };
  const target = readTarget(options, root, {
    rootPackage: root.name,
    library,
    surroundings: { ...surroundings, readsSecrets: true, target: NO_TARGET },
  });
  return { rootPackage: root.name, library, surroundings: { ...surroundings, target } };
}

/** While the profile itself is read there is no target yet; only `env_var` and `var` mean anything there. */
const NO_TARGET: Target = {
  profileName: '',
  name: '',
  type: 'duckdb',
  database: '',
  schema: '',
  threads: 1,
  path: ':memory:',
};

function readTarget(options: LoadOptions, root: Package, workspace: Workspace): Target {
  const context = openBareContext(workspace, root.name, undefined);
  const profile = loadProfile({
    profileName: root.config.profile,
    targetName: options.targetName,
    directories: options.profilesDirectories,
    projectDirectory: options.files.directory,
    render(text, at) {
      const value = renderNative(text, context, at);
      if (value instanceof Promise) throw new Error('internal: profiles.yml was rendered asynchronously');
      return toPlain(value);
    },
  });
  return { ...profile, threads: options.threads ?? profile.threads };
}

interface Shared {
  readonly files: ProjectFiles;
  readonly workspace: Workspace;
  readonly mistakes: Mistakes;
}

interface LoadedPackage {
  readonly unresolved: readonly UnresolvedNode[];
  readonly sources: readonly LoadedSource[];
  readonly exposures: readonly Exposure[];
  readonly broken: Broken;
}

async function loadPackage(
  source: Package,
  packages: readonly [Package, ...Package[]],
  { files, workspace, mistakes }: Shared,
): Promise<LoadedPackage> {
  const context = openBareContext(workspace, source.name, undefined);
  const before = mistakes.all.length;
  const declarations = await readDeclarations(files, source, context, mistakes);
  const declares = mistakes.all.length === before;
  noteDescribedTwice(declarations.patches, mistakes);
  const read = await readDrafts(files, source, mistakes);
  const snapshots = await readSnapshots(files, source, declarations.snapshots, mistakes);
  const { drafts, broken } = applyVersions(
    { drafts: [...read.drafts, ...snapshots.drafts], broken: [...read.broken, ...snapshots.broken] },
    declarations,
    mistakes,
  );
  const configs = await mistakes.during(() => readConfigs(packages, source, context));
  if (!configs)
    return { unresolved: [], sources: [], exposures: [], broken: { nodes: drafts.map(refName), sources: true } };
  const loading = { workspace, context, configs, mistakes };
  const nodes = await Promise.all(
    drafts.map((draft) => mistakes.during(() => loadNode(draft, patchOf(draft, declarations), loading))),
  );
  const tests = await loadGenericTests(declarations, drafts, loading);
  return {
    unresolved: [...nodes.filter((node) => node !== undefined), ...tests],
    sources: declarations.sources.map((table) => loadSource(table, loading)),
    exposures: await loadExposures(declarations.exposures, loading),
    broken: {
      nodes: [...broken, ...drafts.filter((_, index) => nodes[index] === undefined).map(refName)],
      sources: !declares,
    },
  };
}

/** By what refs call it. */
function refName({ name, version }: Draft): string {
  return version?.model ?? name;
}

function patchOf({ kind, name }: Draft, { patches }: Declarations): Patch | undefined {
  return patches.find((patch) => patch.kind === kind && patch.name === name);
}

/** Only one of two could count, and what the other tags would be forgotten (dbt: DuplicatePatchPathError). */
function noteDescribedTwice(patches: readonly Patch[], mistakes: Mistakes): void {
  const seen = new Map<string, Patch>();
  for (const patch of patches) {
    const { kind, name, location } = patch;
    const first = seen.get(`${kind} ${name}`);
    if (!first) seen.set(`${kind} ${name}`, patch);
    else {
      mistakes.push({
        code: 'duplicate-properties',
        message: `the ${kind} '${name}' is described twice: the other is ${formatLocation(first.location)}.`,
        location,
        fix: 'put both into one entry',
      });
    }
  }
}

/** dbt renders dbt_project.yml before it reads configuration from it. */
async function readConfigs(
  [root]: readonly [Package, ...Package[]],
  source: Package,
  context: TemplateContext,
): Promise<ConfigTrees> {
  const render = async ({ config }: Package): Promise<KindTrees> => {
    const { configs, locate } = config;
    return {
      models: await renderYaml(configs.models, context, locate(['models'])),
      seeds: await renderYaml(configs.seeds, context, locate(['seeds'])),
      snapshots: await renderYaml(configs.snapshots, context, locate(['snapshots'])),
      dataTests: await renderYaml(configs.dataTests, context, locate(['data_tests'])),
      sources: await renderYaml(configs.sources, context, locate(['sources'])),
      exposures: await renderYaml(configs.exposures, context, locate(['exposures'])),
    };
  };
  return { own: await render(source), root: source === root ? undefined : await render(root) };
}

/** Two resources of one package with one name: nobody could say which a ref means. */
function noteDuplicates(resources: readonly (Node | Source | Exposure)[], mistakes: Mistakes): void {
  const seen = new Map<string, Node | Source | Exposure>();
  for (const resource of resources) {
    const { resourceType, name, location } = resource;
    const keys = meanings(resource);
    const first = keys.map((key) => seen.get(key)).find((other) => other !== undefined);
    for (const key of keys) if (!seen.has(key)) seen.set(key, resource);
    if (!first) continue;
    mistakes.push({
      code: 'duplicate-name',
      message: `the ${resourceType} '${name}' is there twice: the other is ${formatLocation(first.location)}.`,
      location,
      fix: 'rename or remove one of them',
    });
  }
}

/** What stands for the resource in a ref, or its unique id; the latest version of a model answers to its plain name, too. */
function meanings(resource: Node | Source | Exposure): readonly string[] {
  const { resourceType, packageName, name, uniqueId } = resource;
  if (resourceType !== 'model' && resourceType !== 'seed' && resourceType !== 'snapshot') return [uniqueId];
  const version = resourceType === 'model' ? resource.version : undefined;
  const names = version && version.v === version.latest ? [name, version.model] : [name];
  return names.map((candidate) => `ref.${packageName}.${candidate}`);
}

/** The order to build in; a cycle is noted with all its members, at the ref that closes it. */
function orderOf(nodes: readonly UnresolvedNode[], resolver: Resolver, mistakes: Mistakes): readonly string[] {
  const ordering = orderNodes(new Map(nodes.map(({ node }) => [node.uniqueId, node.dependsOn.nodes])));
  if (ordering.acyclic) return ordering.order;
  const { cycle } = ordering;
  const first = nodes.find(({ node }) => node.uniqueId === cycle[0])?.node;
  const next = cycle[1] ?? cycle[0];
  const call = first?.refs.find((ref) => {
    const resolution = resolver.ref(ref, first.packageName);
    return 'found' in resolution && resolution.found.uniqueId === next;
  });
  const names = [...cycle, cycle[0] ?? ''].map((id) => id.split('.').slice(2).join('.'));
  const location = call?.location ?? first?.location;
  mistakes.push({
    code: 'cycle',
    message: `models depend on each other in a circle: ${names.join(' → ')}.`,
    ...(location && { location }),
    fix: 'take one of these references away',
  });
  return [];
}
