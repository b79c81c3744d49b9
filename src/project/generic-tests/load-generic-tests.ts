import { renderNative, renderTemplate } from '../../jinja/evaluate/render.ts';
import { parseTemplate } from '../../jinja/syntax/parse-template.ts';
import { toValue } from '../../jinja/values/plain-value.ts';
import type { Value } from '../../jinja/values/value.ts';
import type { Location } from '../../location.ts';
import { didYouMean } from '../../nearest-name.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import type { TemplateContext } from '../context/template-context.ts';
import type { Declarations } from '../declarations/declarations.ts';
import type { SourceTable } from '../declarations/declared-source.ts';
import type { Patch } from '../declarations/patch.ts';
import { renderYaml } from '../declarations/render-yaml.ts';
import type { Draft } from '../load/draft.ts';
import { type Loading, mergeLayers, unrenderedConfig } from '../load/load-node.ts';
import { mergeConfig } from '../load/merge-config.ts';
import { nodeConfig, toMeta } from '../load/node-config.ts';
import { captureCalls } from '../load/parse-node.ts';
import { placeNode } from '../load/place-node.ts';
import { asList, asMapping, type Mapping } from '../mapping.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import { type FoundUse, needsPackage } from '../unsupported/unsupported.ts';
import { type GenericTestDraft, readGenericTest, type TestEntry, type TestTarget } from './generic-test.ts';

/**
 * Loads the generic tests in the properties files of a package, on models, seeds, snapshots and source tables.
 * @param draftOf finds the draft that a patch describes
 */
export async function loadGenericTests(
  { patches, sources }: Declarations,
  draftOf: (patch: Patch) => Draft | undefined,
  loading: Loading,
): Promise<LoadedTests> {
  const ofNodes = patches.flatMap((patch) => {
    const draft = draftOf(patch);
    return draft ? patch.tests.map((entry) => ({ patch, entry, target: nodeTarget(draft) })) : [];
  });
  const ofSources = sources.flatMap((table) =>
    table.tests.map((entry) => ({ patch: table, entry, target: sourceTarget(table) })),
  );
  const tests = await Promise.all(
    [...ofNodes, ...ofSources].map(({ patch, entry, target }) =>
      loading.mistakes.during(() => loadGenericTest(patch, entry, target, loading)),
    ),
  );
  const loaded = tests.filter((test) => test !== undefined);
  return {
    tests: loaded.filter((test) => 'node' in test),
    unsupported: loaded.filter((test) => 'code' in test),
  };
}

/** The generic tests of a package, and those that are left out. */
interface LoadedTests {
  readonly tests: readonly UnresolvedNode[];
  readonly unsupported: readonly FoundUse[];
}

function nodeTarget({ uniqueId, package: { name: packageName }, name, version }: Draft): TestTarget {
  if (version) {
    const { model, v } = version;
    const call = `ref('${model}', version='${v}')`;
    return { uniqueId, packageName, name: `${model}_v${v}`, call, kind: 'node' };
  }
  return { uniqueId, packageName, name, call: `ref('${name}')`, kind: 'node' };
}

function sourceTarget({ package: { name: packageName }, sourceName, name }: SourceTable): TestTarget {
  return {
    uniqueId: `source.${packageName}.${sourceName}.${name}`,
    packageName,
    name: `${sourceName}_${name}`,
    call: `source('${sourceName}', '${name}')`,
    kind: 'source',
  };
}

async function loadGenericTest(
  patch: Omit<Patch, 'kind'>,
  entry: TestEntry,
  target: TestTarget,
  loading: Loading,
): Promise<UnresolvedNode | FoundUse> {
  const { location } = entry;
  const draft = readGenericTest(entry, target);
  const packageName = patch.package.name;
  const missing = missingMacro(draft, packageName, location, loading);
  if (missing && loading.workspace.lacksPackages) {
    const reason = needsPackage(missing.message);
    return { code: 'missing-packages', subject: draft.name, location, reason };
  }
  if (missing) throw new UserError(missing);
  const uniqueId = `test.${packageName}.${draft.name}.${draft.hash}`;
  const fqn = [packageName, ...patch.folders, draft.name];
  const path = `${draft.alias}.sql`;
  const model = {
    unique_id: uniqueId,
    name: draft.name,
    resource_type: 'test',
    package_name: packageName,
    path,
    original_file_path: patch.originalFilePath,
    fqn,
    alias: draft.alias,
    raw_code: draft.rawCode,
    config: {},
    columns: {},
    tags: [],
    meta: {},
    depends_on: { nodes: [], macros: [] },
  };
  const template = parseTemplate({
    file: location.file,
    text: draft.rawCode,
    firstLine: location.line,
    firstColumn: location.column,
  });
  const yaml = asMapping(await renderYaml(draft.config, loading.context, location)) ?? new Map<string, unknown>();
  const captured = await captureCalls(
    { uniqueId, packageName, name: draft.name, model },
    loading.workspace,
    async (context) => {
      context.define('_dbt_generic_test_kwargs', await renderKwargs(draft.kwargs, context, location));
      return renderTemplate(template, context);
    },
  );
  // The macro of the test may call config(), and the configuration in YAML overrides that. The config() in the raw code of
  // the test only repeats the configuration in YAML.
  const file = mergeConfig([captured.config, withAlias(yaml, draft)]);
  const merged = mergeLayers({ kind: 'test', fqn, yaml: new Map(), file }, loading.configs);
  const { storeFailures } = loading.workspace.surroundings.command;
  const config = nodeConfig(merged.config, { materialized: 'test', location, storeFailures }, loading.mistakes);
  return {
    template,
    kwargs: draft.kwargs,
    unsupported: captured.unsupported,
    node: {
      resourceType: 'test',
      uniqueId,
      name: draft.name,
      packageName,
      path,
      originalFilePath: patch.originalFilePath,
      fqn,
      description: draft.description,
      tags: [...new Set([...entry.tags, ...merged.tags])].sort(),
      meta: config.meta,
      ...(await placeNode(config, { ...model, version: null }, loading, location)),
      rawCode: draft.rawCode,
      language: 'sql',
      config,
      unrenderedConfig: unrenderedConfig({ kind: 'test', fqn, yaml: undefined, file }, loading.configs),
      refs: captured.refs,
      sources: captured.sources,
      dependsOn: { nodes: [], macros: captured.macros, ownCalls: ownCallsOf(draft.testName, captured.ownCalls) },
      columns: new Map(),
      location,
      generic: {
        testName: draft.testName,
        columnName: entry.columnName,
        attachedNode: target.uniqueId,
        kwargs: toMeta(draft.kwargs),
      },
    },
  };
}

/** The macro of the test, and then those that its arguments call. dbt renders the arguments of two tests only later. */
function ownCallsOf(testName: string, macros: readonly string[]): readonly string[] {
  const isTest = (uniqueId: string) => uniqueId.endsWith(`.test_${testName}`);
  const test = macros.filter(isTest);
  const isLate = test.some(
    (uniqueId) => uniqueId === 'macro.dbt.test_not_null' || uniqueId === 'macro.dbt.test_unique',
  );
  return isLate ? test : [...test, ...macros.filter((uniqueId) => !isTest(uniqueId))];
}

/** The configuration with the shortened name of the test as its alias, unless it has another (dbt: TestBuilder). */
function withAlias(config: Mapping, { name, alias }: GenericTestDraft): Mapping {
  return name === alias || config.has('alias') ? config : new Map([...config, ['alias', alias]]);
}

/** The mistake of a test whose macro is not there; `undefined` if it is. */
function missingMacro(
  draft: GenericTestDraft,
  packageName: string,
  location: Location,
  { workspace }: Loading,
): Mistake | undefined {
  const { library } = workspace;
  const { testName, namespace } = draft;
  const name = `test_${testName}`;
  const found = namespace === undefined ? library.find(name, packageName) : library.inPackage(namespace, name);
  if (found) return undefined;
  const testNames = library.all.flatMap((macro) =>
    macro.name.startsWith('test_') ? [macro.name.slice('test_'.length)] : [],
  );
  const missing = namespace !== undefined && !library.packages.has(namespace);
  return {
    code: 'missing-test',
    message: missing
      ? `there is no package '${namespace}' for the test ${namespace}.${testName}.${didYouMean(namespace, library.packages)}`
      : `there is no generic test '${testName}'.${didYouMean(testName, testNames)}`,
    location,
    fix: missing
      ? `put the package into dbt_packages/`
      : `define it with {% test ${testName}(model, column_name) %} in tests/generic`,
  };
}

/**
 * Matches an argument that is only a call, such as `ref('x')`: dbt renders it as an expression (dbt:
 * add_rendered_test_kwargs).
 */
const BARE_CALL = /^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$/;

/** Renders the arguments for the macro of a test. Strings become values of their own type, except the name of the column. */
export async function renderKwargs(kwargs: Mapping, context: TemplateContext, at: Location): Promise<Value> {
  const rendered = new Map<string, Value>();
  for (const [name, value] of kwargs) {
    rendered.set(name, name === 'column_name' ? toValue(value) : await renderArgument(value, context, at));
  }
  return toValue(rendered);
}

async function renderArgument(value: unknown, context: TemplateContext, at: Location): Promise<Value> {
  if (typeof value === 'string') {
    const text = BARE_CALL.test(value) ? `{{ ${value} }}` : value;
    return /\{[{%#]/.test(text) ? renderNative(text, context, at) : value;
  }
  if (Array.isArray(value))
    return toValue(await Promise.all(asList(value).map((item) => renderArgument(item, context, at))));
  const mapping = asMapping(value);
  if (!mapping) return toValue(value);
  const rendered = new Map<string, Value>();
  for (const [key, item] of mapping) rendered.set(key, await renderArgument(item, context, at));
  return toValue(rendered);
}
