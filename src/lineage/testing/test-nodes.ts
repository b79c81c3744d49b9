import type { Columns, Model, NodeConfig, Seed, Source, Test } from '../../project/node.ts';
import { testConfig } from '../../project/testing/test-config.ts';

export function testSource(name: string): Source {
  return {
    ...resource(`source.app.raw.${name}`, name, 'sources.yml'),
    resourceType: 'source',
    sourceName: 'raw',
    identifier: name,
  };
}

export function testSeed(name: string): Seed {
  return {
    ...resource(`seed.app.${name}`, name, `${name}.csv`),
    resourceType: 'seed',
    config: testConfig('seed'),
    refs: [],
    sources: [],
    dependsOn: { nodes: [], macros: [] },
  };
}

export function testModel(name: string, sql: string, config: NodeConfig, inputs: readonly string[]): Model {
  return {
    ...resource(`model.app.${name}`, name, `${name}.sql`),
    resourceType: 'model',
    rawCode: sql,
    language: 'sql',
    config,
    refs: [],
    sources: [],
    dependsOn: { nodes: inputs, macros: [] },
  };
}

/** An `accepted_values` test on a column, as `model.app.stg.status`. */
export function acceptedValuesTest(column: string, values: readonly unknown[]): Test {
  const attachedNode = column.slice(0, column.lastIndexOf('.'));
  const columnName = column.slice(attachedNode.length + 1);
  return {
    ...testModel('accepted_values', 'select 1', testConfig('test'), [attachedNode]),
    uniqueId: `test.app.${column}`,
    resourceType: 'test',
    generic: { testName: 'accepted_values', columnName, attachedNode, kwargs: { column_name: columnName, values } },
  };
}

/** The columns of a node that `tagged` lists, as `node.column`, each with the tag `pii`. */
export function taggedColumns(node: string, tagged: readonly string[]): Columns {
  const names = tagged.filter((text) => text.startsWith(`${node}.`)).map((text) => text.slice(node.length + 1));
  const location = { file: 'models/schema.yml', line: 1, column: 1 };
  return new Map(
    names.map((name) => [name, { name, description: '', dataType: undefined, tags: ['pii'], meta: {}, location }]),
  );
}

function resource(uniqueId: string, name: string, file: string) {
  return {
    uniqueId,
    name,
    packageName: 'app',
    path: file,
    originalFilePath: `models/${file}`,
    fqn: ['app', name],
    description: '',
    tags: [],
    meta: {},
    columns: new Map() as Columns,
    location: { file: `models/${file}`, line: 1, column: 1 },
    database: 'warehouse',
    schema: 'main',
    alias: name,
    relationName: `"warehouse"."main"."${name}"`,
  };
}
