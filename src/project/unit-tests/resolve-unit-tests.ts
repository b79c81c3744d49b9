import type { ProjectFiles } from '../../config/project-files.ts';
import { UserError } from '../../user-error.ts';
import type { Mistakes } from '../load/mistakes.ts';
import { IS_INCREMENTAL } from '../load/parse-node.ts';
import type { FixtureRows, Model, Node, UnitTest } from '../node.ts';
import type { Resolver } from '../refs/resolve-ref.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import { type DraftInput, readCsv, type UnitTestDraft } from './read-unit-tests.ts';

interface Tested {
  /** Names of nodes that could not be read: their unit tests are left out. */
  readonly broken: readonly string[];
  readonly nodes: readonly UnresolvedNode[];
  readonly resolver: Resolver;
  readonly files: ProjectFiles;
}

/**
 * The unit tests of enabled models: one for each tested version of its model (dbt: process_models_for_unit_test). One with a
 * mistake is noted and left out.
 */
export async function resolveUnitTests(
  drafts: readonly UnitTestDraft[],
  tested: Tested,
  mistakes: Mistakes,
): Promise<readonly UnitTest[]> {
  const byId = new Map(tested.nodes.map(({ node }) => [node.uniqueId, node]));
  const all = drafts.map((draft) => mistakes.during(() => resolveUnitTest(draft, byId, tested)));
  return (await Promise.all(all)).flatMap((unitTests) => unitTests ?? []);
}

function resolveUnitTest(
  { versions, modelLocation, ...draft }: UnitTestDraft,
  nodes: ReadonlyMap<string, Node>,
  { resolver, files, broken }: Tested,
): readonly UnitTest[] {
  const [name = '', version] = draft.model.split(/\s+/);
  const call = { name, packageName: undefined, version, location: modelLocation };
  const resolution = resolver.ref(call, draft.packageName);
  if ('mistake' in resolution) {
    if (broken.includes(name) || resolution.mistake.code === 'disabled-ref') return [];
    throw new UserError(resolution.mistake);
  }
  const model = nodes.get(resolution.found.uniqueId);
  if (model?.resourceType !== 'model') {
    throw new UserError({
      code: 'bad-unit-test',
      message: `the unit test ${draft.name} tests ${draft.model}, which is no model.`,
      location: modelLocation,
      fix: 'name a model; a seed or a snapshot has no query of its own to test',
    });
  }
  requireIncrementalOverride(draft, model);
  const given = draft.given.map((input) => ({
    ...input,
    rows: input.rows ?? seedRows(input, draft, nodes, { resolver, files }),
  }));
  return testedVersions(model, { ...draft, versions }, nodes).map((one) => ({
    ...draft,
    given,
    resourceType: 'unit_test',
    uniqueId: `unit_test.${draft.packageName}.${draft.model}.${draft.name}${one.version ? `_v${one.version.v}` : ''}`,
    ...(one.version && { version: one.version.v }),
    schema: one.schema,
    dependsOn: { nodes: [one.uniqueId], macros: [] },
  }));
}

/** The versions of a model that a unit test tests: those that it includes, all but those that it excludes, or all. */
function testedVersions(
  model: Model,
  { name, versions, location }: Pick<UnitTestDraft, 'name' | 'versions' | 'location'>,
  nodes: ReadonlyMap<string, Node>,
): readonly Model[] {
  const wrong = (reason: string, fix: string) =>
    new UserError({ code: 'bad-unit-test', message: `the unit test ${name} ${reason}`, location, fix });
  const { version } = model;
  if (!version) {
    if (versions)
      throw wrong(`chooses versions of ${model.name}, which has none.`, 'remove versions: from the unit test');
    return [model];
  }
  const all = [...nodes.values()].filter(
    (node): node is Model =>
      node.resourceType === 'model' && node.version?.model === version.model && node.packageName === model.packageName,
  );
  const chosen = versions
    ? all.filter((one) => versions.of.includes(String(one.version?.v)) === (versions.kind === 'include'))
    : all;
  const names = all.map((one) => one.version?.v).join(', ');
  if (chosen.length === 0) throw wrong(`tests no version of ${version.model}.`, `choose among its versions: ${names}`);
  return chosen;
}

/** A model that calls is_incremental() has two queries: its unit tests must say which one they test (dbt). */
function requireIncrementalOverride(
  { name, overrides, given, location }: Omit<UnitTestDraft, 'versions' | 'modelLocation'>,
  model: Model,
): void {
  if (!model.dependsOn.macros.includes(IS_INCREMENTAL)) return;
  const override = overrides.macros.get('is_incremental');
  if (typeof override !== 'boolean') {
    throw new UserError({
      code: 'bad-unit-test',
      message: `the unit test ${name} does not say whether ${model.name} is incremental.`,
      location,
      fix: 'write overrides: {macros: {is_incremental: true}}, or false',
    });
  }
  if (override && !given.some(({ call }) => call?.kind === 'this')) {
    throw new UserError({
      code: 'bad-unit-test',
      message: `the unit test ${name} tests the incremental query of ${model.name} and gives no rows of its table.`,
      location,
      fix: 'add the input: {input: this, rows: []}',
    });
  }
}

/** The rows of an input without rows: those of its seed's file, as texts (dbt). */
function seedRows(
  { call, written, location }: DraftInput,
  { name, packageName }: Pick<UnitTestDraft, 'name' | 'packageName'>,
  nodes: ReadonlyMap<string, Node>,
  { resolver, files }: Pick<Tested, 'resolver' | 'files'>,
): FixtureRows {
  const resolution = call?.kind === 'ref' ? resolver.ref(call.ref, packageName) : undefined;
  const node = resolution && 'found' in resolution ? nodes.get(resolution.found.uniqueId) : undefined;
  if (node?.resourceType === 'seed') return { kind: 'values', rows: readCsv(files.read(node.location.file)) };
  throw new UserError({
    code: 'bad-unit-test',
    message: `the unit test ${name} gives no rows for ${written}, which is no seed.`,
    location,
    fix: 'write rows: [] for an input without rows',
  });
}
