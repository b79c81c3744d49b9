import type { KindTrees } from '../../config/dbt-project.ts';
import type { ProjectFiles } from '../../config/project-files.ts';
import { openBareContext } from '../context/bare-context.ts';
import type { Workspace } from '../context/node-context.ts';
import type { TemplateContext } from '../context/template-context.ts';
import { applyVersions } from '../declarations/apply-versions.ts';
import { type Declarations, readDeclarations } from '../declarations/declarations.ts';
import { renderYaml } from '../declarations/render-yaml.ts';
import type { Exposure } from '../node.ts';
import type { Broken } from '../refs/resolve-nodes.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import { readSnapshots } from '../snapshots/read-snapshots.ts';
import type { UnitTestDraft } from '../unit-tests/read-unit-tests.ts';
import type { FoundUse } from '../unsupported/unsupported.ts';
import { type Draft, readDrafts } from './draft.ts';
import { noteDescribedTwice } from './duplicates.ts';
import type { ConfigTrees, Loading } from './load-node.ts';
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
  /** Uses of unsupported features outside of nodes. */
  readonly unsupported: readonly FoundUse[];
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

/** The content of a package's files. Its nodes are not loaded yet, since another package may describe them. */
export interface ReadPackage {
  readonly declarations: Declarations;
  readonly drafts: readonly Draft[];
  readonly broken: Broken;
  /** State for loading its nodes; `undefined` where the configuration of the package cannot be rendered. */
  readonly loading: Loading | undefined;
}

/** Reads the files of a package. A file or entry with a mistake is noted and left out. */
export async function readPackage(source: Package, around: PackageSurroundings): Promise<ReadPackage> {
  const { files, workspace, mistakes } = around;
  const context = openBareContext(workspace, source.name, undefined);
  const before = mistakes.all.length;
  const declarations = await readDeclarations(files, source, context, mistakes);
  const isAllDeclared = mistakes.all.length === before;
  noteDescribedTwice(declarations.patches, mistakes);
  const { drafts, broken } = await readAllDrafts(source, declarations, around);
  const configs = await mistakes.during(() => renderConfigs(source, around.packages, context));
  return {
    declarations,
    drafts,
    broken: { nodes: broken, sources: !isAllDeclared },
    loading: configs && { workspace, context, configs, mistakes },
  };
}

export async function loadSources({ sources }: Declarations, loading: Loading): Promise<readonly LoadedSource[]> {
  const loaded = await Promise.all(sources.map((table) => loading.mistakes.during(() => loadSource(table, loading))));
  return loaded.filter((source) => source !== undefined);
}

/** Reads the drafts of all nodes of a package, versions of models among them. */
async function readAllDrafts(source: Package, declarations: Declarations, { files, mistakes }: PackageSurroundings) {
  const read = await readDrafts(files, source, mistakes);
  const snapshots = await readSnapshots(files, source, declarations.snapshots, mistakes);
  const all = { drafts: [...read.drafts, ...snapshots.drafts], broken: [...read.broken, ...snapshots.broken] };
  return applyVersions(all, declarations, mistakes);
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
