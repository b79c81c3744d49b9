import type { KindTrees } from '../../config/dbt-project.ts';
import type { ProjectFiles } from '../../config/project-files.ts';
import { openBareContext } from '../context/bare-context.ts';
import type { Workspace } from '../context/node-context.ts';
import type { TemplateContext } from '../context/template-context.ts';
import { applyVersions } from '../declarations/apply-versions.ts';
import { type Declarations, readDeclarations } from '../declarations/declarations.ts';
import type { Patch } from '../declarations/patch.ts';
import { renderYaml } from '../declarations/render-yaml.ts';
import { loadGenericTests } from '../generic-tests/load-generic-tests.ts';
import type { Exposure } from '../node.ts';
import type { Broken } from '../refs/resolve-nodes.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import { readSnapshots } from '../snapshots/read-snapshots.ts';
import { readUnitTests, type UnitTestDraft } from '../unit-tests/read-unit-tests.ts';
import { type Draft, readDrafts } from './draft.ts';
import { noteDescribedTwice } from './duplicates.ts';
import { loadExposures } from './load-exposures.ts';
import { type ConfigTrees, type Loading, loadNode } from './load-node.ts';
import { type LoadedSource, loadSource } from './load-source.ts';
import type { Mistakes } from './mistakes.ts';
import type { Package } from './packages.ts';

/** The nodes, sources, exposures and unit tests of a package. Refs are not resolved yet. */
export interface LoadedPackage {
  readonly nodes: readonly UnresolvedNode[];
  readonly sources: readonly LoadedSource[];
  readonly exposures: readonly Exposure[];
  readonly unitTests: readonly UnitTestDraft[];
  readonly broken: Broken;
  /** {@link Declarations.overwritten} */
  readonly overwritten: Declarations['overwritten'];
}

export interface PackageSurroundings {
  /** All packages, the root project first. */
  readonly packages: readonly [Package, ...Package[]];
  readonly files: ProjectFiles;
  readonly workspace: Workspace;
  readonly mistakes: Mistakes;
}

/** Loads all resources of a package. For a file or entry with a mistake the mistake is noted, and it is left out. */
export async function loadPackage(source: Package, around: PackageSurroundings): Promise<LoadedPackage> {
  const { files, workspace, mistakes } = around;
  const context = openBareContext(workspace, source.name, undefined);
  const before = mistakes.all.length;
  const declarations = await readDeclarations(files, source, context, mistakes);
  const isAllDeclared = mistakes.all.length === before;
  noteDescribedTwice(declarations.patches, mistakes);
  const { drafts, broken } = await readAllDrafts(source, declarations, around);
  const configs = await mistakes.during(() => renderConfigs(source, around.packages, context));
  if (!configs) return { ...NOTHING, broken: { nodes: drafts.map(refName), sources: true } };
  const loading = { workspace, context, configs, mistakes };
  const nodes = await Promise.all(
    drafts.map((draft) => mistakes.during(() => loadNode(draft, patchOf(draft, declarations), loading))),
  );
  const unread = drafts.filter((_, index) => nodes[index] === undefined).map(refName);
  return {
    nodes: [...nodes.filter((node) => node !== undefined), ...(await loadGenericTests(declarations, drafts, loading))],
    sources: await loadSources(declarations, loading),
    exposures: await loadExposures(declarations.exposures, loading),
    unitTests: await readUnitTests(declarations.unitTests, files, loading),
    overwritten: declarations.overwritten,
    broken: { nodes: [...broken, ...unread], sources: !isAllDeclared },
  };
}

async function loadSources({ sources }: Declarations, loading: Loading): Promise<readonly LoadedSource[]> {
  const loaded = await Promise.all(sources.map((table) => loading.mistakes.during(() => loadSource(table, loading))));
  return loaded.filter((source) => source !== undefined);
}

const NOTHING = { nodes: [], sources: [], exposures: [], unitTests: [], overwritten: [] };

/** Reads the drafts of all nodes of a package, versions of models among them. */
async function readAllDrafts(source: Package, declarations: Declarations, { files, mistakes }: PackageSurroundings) {
  const read = await readDrafts(files, source, mistakes);
  const snapshots = await readSnapshots(files, source, declarations.snapshots, mistakes);
  const all = { drafts: [...read.drafts, ...snapshots.drafts], broken: [...read.broken, ...snapshots.broken] };
  return applyVersions(all, declarations, mistakes);
}

/** The name by which refs call a node: for a version of a model, the name of the model. */
function refName({ name, version }: Draft): string {
  return version?.model ?? name;
}

function patchOf({ kind, name }: Pick<Draft, 'kind' | 'name'>, { patches }: Declarations): Patch | undefined {
  return patches.find((patch) => patch.kind === kind && patch.name === name);
}

/** Renders the configuration trees of dbt_project.yml, as dbt does before it reads them. */
async function renderConfigs(
  source: Package,
  [root]: readonly [Package, ...Package[]],
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
      unitTests: await renderYaml(configs.unitTests, context, locate(['unit_tests'])),
    };
  };
  return {
    own: await render(source),
    root: source === root ? undefined : await render(root),
    unrendered: { own: source.config.configs, root: source === root ? undefined : root.config.configs },
  };
}
