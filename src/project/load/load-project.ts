import { type Mistake, UserError } from '../../user-error.ts';
import { openCompiler, openHookRenderer } from '../compile-node.ts';
import { openBareContext } from '../context/bare-context.ts';
import { openMacroCaller } from '../context/call-macro.ts';
import { contractMistakes } from '../contract.ts';
import { renderYaml } from '../declarations/render-yaml.ts';
import { readExternalFiles } from '../external/external-file.ts';
import { fileSources } from '../file-reads/file-sources.ts';
import { readOperations } from '../hooks.ts';
import {
  INCREMENTAL_STRATEGIES,
  incrementalSettings,
  incrementalStrategy,
  isIncremental,
} from '../incremental-settings.ts';
import { applyMarkList, noteUnknownTables } from '../marks/apply-mark-list.ts';
import { overwrittenMarks } from '../marks/overwritten-marks.ts';
import { readMarkList } from '../marks/read-mark-list.ts';
import { isDeclared, isTableNode, isTest } from '../node.ts';
import { NO_OTHER_MARKS, readsMarks } from '../personal.ts';
import type { Project } from '../project.ts';
import { withRecorded } from '../recorded-sources.ts';
import { noteForbiddenRefs } from '../refs/access.ts';
import { resolveNodes } from '../refs/resolve-nodes.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import { checksumOf } from '../seeds/checksum.ts';
import { openSeeds } from '../seeds/open-seeds.ts';
import { readSelectors } from '../selection/read-selectors.ts';
import { resolveSelection } from '../selection/select.ts';
import { SNAPSHOT_STRATEGIES, snapshotSettings, snapshotStrategy } from '../snapshots/snapshot-settings.ts';
import { openUnitTestCompiler } from '../unit-tests/compile-unit-test.ts';
import { resolveUnitTests } from '../unit-tests/resolve-unit-tests.ts';
import { unknownConfigurations } from '../unsupported/configurations.ts';
import { findUnsupported, isKnownMaterialization, unknownMaterialization } from '../unsupported/find-unsupported.ts';
import { buildOrder } from './build-order.ts';
import { noteWrongVersions } from './dbt-version.ts';
import { openDocs } from './docs-blocks.ts';
import { noteDuplicateNames } from './duplicates.ts';
import type { LoadOptions } from './load-options.ts';
import { loadPackages } from './load-packages.ts';
import { missingPackages } from './missing-packages.ts';
import { Mistakes } from './mistakes.ts';
import { openWorkspace } from './open-workspace.ts';
import { readPackages } from './packages.ts';
import { noteSharedTables, noteStoredOver, shareTables } from './shared-tables.ts';

/**
 * Loads a dbt project into its graph: all files are parsed, all refs resolved, and names are those of dbt. Features that are
 * not supported are refused or left out here, before any command starts.
 * @throws {UserError} with every mistake in the project
 */
export async function loadProject(options: LoadOptions): Promise<Project> {
  const { files } = options;
  const mistakes = new Mistakes();
  const packages = readPackages(files);
  const [root] = packages;
  const missing = missingPackages(files, packages);
  if (missing && options.missingPackages !== 'leave-out') throw new UserError(missing);
  if (missing) mistakes.remark({ ...missing, message: `${missing.message} What needs the others is left out.` });
  const lacksPackages = missing !== undefined;
  noteWrongVersions(packages, mistakes);
  for (const { config } of packages) for (const remark of config.remarks) mistakes.remark(remark);
  const { workspace, declaring, materializations } = await openWorkspace(options, packages, lacksPackages, mistakes);
  const { library } = workspace;

  const loaded = await loadPackages({ packages, files, workspace: declaring, mistakes });
  const describe = await openDocs(packages, files, mistakes);
  const unresolved = loaded.flatMap((part) => part.nodes).map((one) => ({ ...one, node: describe(one.node) }));
  const declaredSources = loaded
    .flatMap((part) => part.sources)
    .map((one) => ({ ...one, source: describe(one.source) }));
  const declaredExposures = loaded.flatMap((part) => part.exposures);
  const enabledSources = declaredSources.filter(({ enabled }) => enabled);
  const declared = enabledSources.map(({ source }) => source);
  const all = [
    ...unresolved.map(({ node }) => node),
    ...declaredSources.map(({ source }) => source),
    ...declaredExposures,
  ];
  noteDuplicateNames(all, mistakes);
  const built = unresolved.flatMap(({ node }) => (node.config.enabled && isTableNode(node) ? [node] : []));
  noteSharedTables(built, mistakes);
  const { personal = NO_OTHER_MARKS } = options;
  const isPersonal = readsMarks(personal);
  const list = personal.columns;
  const marks = list === undefined ? [] : ((await mistakes.during(() => readMarkList(list, files))) ?? []);
  const reads = unresolved.flatMap(({ node, fileReads = [] }) =>
    node.config.enabled ? fileReads.map((text) => ({ text, location: node.location })) : [],
  );
  const tables = [...declared, ...fileSources(reads, workspace, root.name), ...built];
  noteUnknownTables(marks, tables, mistakes);
  const overwritten = overwrittenMarks(
    loaded.flatMap((part) => part.overwritten),
    isPersonal,
  );
  const marked = applyMarkList(tables, [...marks, ...overwritten]);
  const { sources, nodes: tableNodes } = shareTables(
    marked.filter((table) => table.resourceType === 'source'),
    marked.filter((table) => table.resourceType !== 'source'),
    { isPersonal, directory: files.directory },
    mistakes,
  );
  const { nodes, exposures, resolver } = resolveNodes(
    {
      unresolved: unresolved.map((loaded) => {
        const { node } = loaded;
        return node.config.enabled ? { ...loaded, node: tableNodes.get(node.uniqueId) ?? node } : loaded;
      }),
      sources: declaredSources,
      tables: new Map(sources.flatMap(({ uniqueId, node }) => (node === undefined ? [] : [[uniqueId, node]]))),
      exposures: declaredExposures,
      broken: loaded.map((part) => part.broken),
      rootPackage: root.name,
      lacksPackages,
    },
    mistakes,
  );
  const { target } = workspace.surroundings;
  const { packages: installed, ...ownPaths } = root.config.paths;
  const externalFiles = readExternalFiles(
    nodes.map(({ node }) => node),
    { directory: files.directory, own: [installed, ...Object.values(ownPaths).flat()], target },
    (remark) => mistakes.remark(remark),
  );
  const { leftOut, unproven } = findUnsupported({
    directory: files.directory,
    target,
    externalFiles,
    readSources: sources,
    packages,
    library,
    materializations,
    sources: enabledSources,
    nodes,
    found: loaded.flatMap((part) => part.unsupported),
    lacksPackages,
  });
  for (const { node } of nodes) {
    const isWritten = isKnownMaterialization(node.config.materialized, materializations);
    if (node.resourceType === 'model' && !isWritten && !lacksPackages) mistakes.push(unknownMaterialization(node));
  }
  const restricted = new Set(packages.filter(({ config }) => config.restrictsAccess).map(({ name }) => name));
  noteForbiddenRefs(nodes, resolver, restricted, mistakes);
  const tests = nodes.map(({ node }) => node).filter(isTest);
  noteStoredOver(tests, [...sources, ...tableNodes.values()], mistakes);
  for (const { node } of nodes) unknownConfigurations(node).map((remark) => mistakes.remark(remark));
  await noteWrongSettings(nodes, mistakes);
  const bare = openBareContext(declaring, root.name, undefined);
  const selectors = (await mistakes.during(() => readSelectors(files, (text, at) => renderYaml(text, bare, at)))) ?? [];
  const order = buildOrder(nodes, resolver, mistakes);
  const drafts = loaded.flatMap((part) => part.unitTests);
  const broken = loaded.flatMap((part) => part.broken.nodes);
  const unitTests = await resolveUnitTests(drafts, { nodes, resolver, files, broken }, mistakes);
  noteDuplicateNames(unitTests, mistakes);
  const remark = (mistake: Mistake) => mistakes.remark(mistake);
  const sourcesWithColumns = (await mistakes.during(() => withRecorded(sources, files, isPersonal, remark))) ?? sources;
  mistakes.throwIfAny();

  const byId = new Map(nodes.map((loadedNode) => [loadedNode.node.uniqueId, loadedNode]));
  const sourcesById = new Map(sourcesWithColumns.map((source) => [source.uniqueId, source]));
  const { command } = workspace.surroundings;
  let selectedNodes: readonly string[] | undefined;
  const selectedResources = () => {
    selectedNodes ??= [...resolveSelection(project, command).ids].filter((uniqueId) => byId.has(uniqueId));
    return selectedNodes;
  };
  const compiler = {
    workspace,
    nodes: byId,
    sources: new Map([...sourcesById].filter(([, source]) => isDeclared(source))),
    fileReads: new Map(
      sourcesWithColumns.flatMap((source) => (isDeclared(source) ? [] : [[source.file?.text ?? '', source]])),
    ),
    exposures,
    resolver,
    selectedResources,
  };
  const project: Project = {
    name: root.name,
    directory: files.directory,
    target,
    externalFiles,
    nodes: new Map(nodes.map(({ node }) => [node.uniqueId, node])),
    sources: sourcesById,
    exposures: new Map(exposures.map((exposure) => [exposure.uniqueId, exposure])),
    unitTests: new Map(unitTests.map((unitTest) => [unitTest.uniqueId, unitTest])),
    macros: new Map(library.all.map((macro) => [macro.uniqueId, macro])),
    order,
    compile: openCompiler(compiler),
    compileUnitTest: openUnitTestCompiler(compiler),
    operations: readOperations(packages),
    renderHook: openHookRenderer(compiler),
    readSeed: openSeeds(files),
    seedChecksum: ({ location, originalFilePath }) => checksumOf(files.read(location.file), originalFilePath),
    macroCaller: openMacroCaller(workspace),
    isPersonal,
    selectors,
    remarks: mistakes.remarks,
    leftOut,
    unproven,
    secrets: [],
  };
  return project;
}

/** Notes mistakes in contracts, and in the configuration of incremental models and snapshots whose strategy is supported. */
async function noteWrongSettings(nodes: readonly UnresolvedNode[], mistakes: Mistakes): Promise<void> {
  const isOneOf = (supported: readonly string[], written: string) => supported.includes(written);
  for (const { node } of nodes) {
    if (isIncremental(node) && isOneOf(INCREMENTAL_STRATEGIES, incrementalStrategy(node))) {
      await mistakes.during(() => incrementalSettings(node));
    }
    if (node.resourceType === 'snapshot' && isOneOf(['', ...SNAPSHOT_STRATEGIES], snapshotStrategy(node) ?? '')) {
      await mistakes.during(() => snapshotSettings(node));
    }
    if (node.resourceType === 'model') mistakes.push(...contractMistakes(node));
  }
}
