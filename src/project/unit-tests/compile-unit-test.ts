import { concatText } from '../../jinja/evaluate/mapped-text.ts';
import { renderTemplate } from '../../jinja/evaluate/render.ts';
import { parseTemplate } from '../../jinja/syntax/parse-template.ts';
import { toValue } from '../../jinja/values/plain-value.ts';
import type { Value } from '../../jinja/values/value.ts';
import { UserError } from '../../user-error.ts';
import { type CompilerOptions, graphValue, openRowWatcher } from '../compile-node.ts';
import { type NodeScope, openNodeContext, type Workspace } from '../context/node-context.ts';
import type { TemplateContext } from '../context/template-context.ts';
import { runtimeConfig } from '../context/values/config-value.ts';
import { RelationValue } from '../context/values/relation-value.ts';
import { withoutWords } from '../context/watch-rows.ts';
import { cteName } from '../ephemeral.ts';
import { replaceFileReads } from '../file-reads/replace-file-reads.ts';
import { injectCtes } from '../inject-ctes.ts';
import type { Placement, SqlNode, UnitTest, UnitTestInput, UnitTestOverrides } from '../node.ts';
import type { Adapter, Project } from '../project.ts';
import { inputSql } from './fixture-sql.ts';

/** Makes the function that turns a unit test into SQL (dbt: UnitTestManifestLoader, UnitTestContext). */
export function openUnitTestCompiler(options: CompilerOptions): Project['compileUnitTest'] {
  const watch = openRowWatcher(options);
  return async (unitTest, adapter) => {
    const watched = watch({ adapter });
    const variables = new Set<string>();
    try {
      const sql = await renderUnitTest(unitTest, watched.rendering.adapter ?? adapter, variables, options);
      // The type of a column may spell the values of an ENUM.
      const readsRows = watched.hasRead() || /\bENUM\(/.test(sql.text);
      return { sql, readsRows, variablesRead: variables, expected: unitTest.expected };
    } catch (error) {
      throw watched.hasRead() && error instanceof UserError ? withoutWords(error) : error;
    }
  };
}

/** An input of a unit test with the relation that it stands for, and the name of its CTE. */
interface ResolvedInput extends UnitTestInput {
  readonly uniqueId: string;
  readonly place: Placement;
  readonly cte: string;
}

async function renderUnitTest(unitTest: UnitTest, adapter: Adapter, variables: Set<string>, options: CompilerOptions) {
  const model = testedModel(unitTest, options);
  const inputs = unitTest.given.map((input) => resolveInput(input, unitTest, options));
  const used = new Set<ResolvedInput>();
  const read = (uniqueId: string | undefined, written: string, call: { readonly location: UnitTest['location'] }) => {
    const input = inputs.find((one) => one.uniqueId === uniqueId);
    if (!input) throw new UserError(missingInput(written, unitTest, call.location));
    used.add(input);
    return new RelationValue({ identifier: input.cte, literal: input.cte, type: 'cte' });
  };
  const own = inputs.find(({ call }) => call?.kind === 'this');
  const { overrides } = unitTest;
  const scope: NodeScope = {
    workspace: overridden(options.workspace, overrides),
    packageName: unitTest.packageName,
    ref(call) {
      const resolution = options.resolver.ref(call, unitTest.packageName);
      return read('found' in resolution ? resolution.found.uniqueId : undefined, `ref('${call.name}')`, call);
    },
    source(call) {
      const resolution = options.resolver.source(call, unitTest.packageName);
      const written = `source('${call.sourceName}', '${call.tableName}')`;
      return read('found' in resolution ? resolution.found.uniqueId : undefined, written, call);
    },
    config: runtimeConfig({ materialized: 'unit', enabled: true, tags: [], meta: {} }),
    this: new RelationValue({ database: model.database, schema: model.schema, identifier: unitTest.name }),
    model: recordOf(unitTest, model),
    graph: () => graphValue(options),
    selectedResources: () => toValue(options.selectedResources()),
    shouldFullRefresh: false,
    execute: true,
    adapter,
    isIncremental: () => false,
    onVariable: (variable) => variables.add(variable),
    overrides: macroOverrides(overrides, own?.cte),
  };
  const context = openNodeContext(scope);
  if (own) used.add(own);
  const sql = replaceFileReads(await renderTemplate(templateOf(model, options), context), options.fileReads);
  const ctes = [];
  for (const input of used) {
    const text = await inputText(input, unitTest, adapter, context);
    ctes.push({ name: input.cte, sql: concatText([text], input.location) });
  }
  return injectCtes(sql, ctes, unitTest.location);
}

function testedModel({ uniqueId, dependsOn }: UnitTest, { nodes }: CompilerOptions): SqlNode {
  const model = nodes.get(dependsOn.nodes[0] ?? '')?.node;
  if (model?.resourceType !== 'model') throw new Error(`internal: ${uniqueId} tests no model`);
  return model;
}

function templateOf({ uniqueId }: SqlNode, { nodes }: CompilerOptions) {
  const template = nodes.get(uniqueId)?.template;
  if (!template) throw new Error(`internal: ${uniqueId} has no template`);
  return template;
}

function resolveInput(input: UnitTestInput, unitTest: UnitTest, options: CompilerOptions): ResolvedInput {
  const { call, written, location } = input;
  const { resolver, nodes, sources } = options;
  switch (call?.kind) {
    case 'this': {
      const model = testedModel(unitTest, options);
      return { ...input, uniqueId: model.uniqueId, place: model, cte: cteName(model) };
    }
    case 'ref': {
      const resolution = resolver.ref(call.ref, unitTest.packageName);
      if ('mistake' in resolution) throw new UserError(resolution.mistake);
      const node = nodes.get(resolution.found.uniqueId)?.node;
      if (!node) throw new Error(`internal: ${written} was resolved to a node that is not in the graph`);
      return { ...input, uniqueId: node.uniqueId, place: node, cte: cteName(node) };
    }
    case 'source': {
      const resolution = resolver.source(call.source, unitTest.packageName);
      if ('mistake' in resolution) throw new UserError(resolution.mistake);
      const source = sources.get(resolution.found.uniqueId);
      if (!source) throw new Error(`internal: ${written} was resolved to a source that is not in the graph`);
      const cte = cteName({ alias: `${source.sourceName}__${source.name}` });
      return { ...input, uniqueId: source.uniqueId, place: source, cte };
    }
    case undefined:
      throw new UserError({
        code: 'bad-unit-test',
        message: `'${written}' of the unit test ${unitTest.name} is neither ref(), source() nor this.`,
        location,
        fix: "write input: ref('orders')",
      });
  }
}

/** The query of an input's rows. A query that the author writes is a template, too. */
async function inputText(
  { rows, written, place, location }: ResolvedInput,
  { name }: UnitTest,
  adapter: Adapter,
  context: TemplateContext,
): Promise<string> {
  if (rows.kind === 'sql') {
    const template = parseTemplate({ file: location.file, text: rows.text, firstLine: location.line });
    return (await renderTemplate(template, context)).text;
  }
  const columns = await adapter.columns(place.schema, place.alias);
  if (columns.length > 0) return inputSql(rows.rows, columns, { subject: written, unitTest: name, location });
  throw new UserError({
    code: 'bad-unit-test',
    message: `the columns of ${written} in the unit test ${name} are not found: it has no table.`,
    location,
    fix: 'build it first, or give its rows as a query: format: sql',
  });
}

/** The vars and the environment that a unit test sees: its own values go before all others. */
function overridden(workspace: Workspace, { vars, environment }: UnitTestOverrides): Workspace {
  const { surroundings } = workspace;
  return {
    ...workspace,
    surroundings: {
      ...surroundings,
      environment: { ...surroundings.environment, ...Object.fromEntries(environment) },
      isVisibleVariable: (name) => environment.has(name) || surroundings.isVisibleVariable(name),
      variables: {
        names: surroundings.variables.names,
        find: (name, packageName) =>
          vars.has(name)
            ? { value: vars.get(name), location: undefined }
            : surroundings.variables.find(name, packageName),
      },
    },
  };
}

/** Results of macros by name. Without an input `this`, the model's own table is None (dbt). */
function macroOverrides({ macros }: UnitTestOverrides, own: string | undefined): ReadonlyMap<string, Value> {
  const self = own === undefined ? null : new RelationValue({ identifier: own, literal: own, type: 'cte' });
  const results = new Map<string, Value>([['this', self]]);
  for (const [name, value] of macros) {
    // dbt: an override of `dbt.x` is one of `x`, too.
    if (name.startsWith('dbt.') && !macros.has(name.slice('dbt.'.length))) results.set(name.slice(4), toValue(value));
    results.set(name, toValue(value));
  }
  return results;
}

function recordOf(unitTest: UnitTest, { rawCode, database, schema }: SqlNode) {
  const { uniqueId, name, version, packageName, path, originalFilePath } = unitTest;
  const alias = version === undefined ? name : `${name}_v${version}`;
  return {
    unique_id: uniqueId,
    name: alias,
    alias,
    resource_type: 'unit_test',
    package_name: packageName,
    path,
    original_file_path: originalFilePath,
    fqn: uniqueId.split('.'),
    database,
    schema,
    raw_code: rawCode,
    config: { materialized: 'unit' },
    depends_on: { nodes: unitTest.dependsOn.nodes, macros: [] },
  };
}

function missingInput(written: string, { name, model }: UnitTest, location: UnitTest['location']) {
  return {
    code: 'bad-unit-test',
    message: `${model} reads ${written}, and the unit test ${name} gives no rows for it.`,
    location,
    fix: `add to given: {input: "${written}", rows: []}`,
  };
}
