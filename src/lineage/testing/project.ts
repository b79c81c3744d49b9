import type { Node, NodeConfig } from '../../project/node.ts';
import { NO_OTHER_MARKS, readsMarks } from '../../project/personal.ts';
import type { Macro, Project } from '../../project/project.ts';
import { readSeed } from '../../project/seeds/read-seed.ts';
import { testConfig } from '../../project/testing/test-config.ts';
import { compileTestSql } from './compile-test-sql.ts';
import { acceptedValuesTest, taggedColumns, testModel, testSeed, testSource } from './test-nodes.ts';

/** The parts of a project that a test is about. */
export interface TestProject {
  /** Names of the tables of the source `raw`: `SOURCES` unless given. */
  readonly sources?: readonly string[];
  /**
   * SQL by model name. `mask(x)` stands for a call of the macro `hash_pii`, `later{…}` for SQL that every run after the
   * first one has, `ask()` for a query that the template sends to the warehouse, `ask{…}` and `later ask{…}` for the
   * first value of that query's answer.
   */
  readonly models: Readonly<Record<string, string>>;
  readonly materialized?: Readonly<Record<string, string>>;
  /** Unique keys of incremental models, by model name. */
  readonly uniqueKeys?: Readonly<Record<string, string>>;
  /** The parts of a row that the strategy `merge` updates in incremental models, by model name: whole rows, or the columns listed. */
  readonly mergeUpdates?: Readonly<Record<string, 'rows' | readonly string[]>>;
  readonly seeds?: readonly string[];
  /** CSV texts of seeds, by seed name. */
  readonly seedFiles?: Readonly<Record<string, string>>;
  /** Columns tagged `pii`, as `model.column`. */
  readonly tagged?: readonly string[];
  /** Values of `accepted_values` tests, by column as `model.app.stg.status`. */
  readonly accepted?: Readonly<Record<string, readonly unknown[]>>;
}

/**
 * A project over the tables of the source `raw`, with a macro `hash_pii`. Its nodes are in the order given; a model reads
 * every table, seed and model that its SQL names.
 */
export function testProject({
  models,
  materialized = {},
  uniqueKeys = {},
  mergeUpdates = {},
  seeds = [],
  seedFiles = {},
  tagged = [],
  accepted = {},
  sources: sourceNames = SOURCES,
}: TestProject): Project {
  const sources = new Map(sourceNames.map((name) => [`source.app.raw.${name}`, testSource(name)]));
  const seedNodes = seeds.map((name) => [`seed.app.${name}`, testSeed(name)] as const);
  const modelNodes = Object.entries(models).map(([name, sql]) => {
    const others = [
      ...sources.keys(),
      ...seedNodes.map(([id]) => id),
      ...Object.keys(models).map((other) => `model.app.${other}`),
    ];
    const inputs = others.filter(
      (id) => id !== `model.app.${name}` && new RegExp(`\\b${id.split('.').at(-1)}\\b`).test(sql),
    );
    const columns = taggedColumns(name, tagged);
    const config = testConfig(materialized[name] ?? 'table', incrementalConfig(uniqueKeys[name], mergeUpdates[name]));
    return [`model.app.${name}`, { ...testModel(name, sql, config, inputs), columns }] as const;
  });
  const tests = Object.entries(accepted).map(
    ([column, values]) => [`test.app.${column}`, acceptedValuesTest(column, values)] as const,
  );
  const nodes = new Map<string, Node>([...seedNodes, ...modelNodes, ...tests]);
  return {
    name: 'app',
    externalFiles: new Map(),
    directory: '/project',
    target: {
      profileName: 'app',
      name: 'dev',
      type: 'duckdb',
      database: 'warehouse',
      schema: 'main',
      threads: 1,
      path: ':memory:',
      externalRoot: { path: '.', isAllowed: false },
    },
    nodes,
    sources,
    macros: new Map([[MASK.uniqueId, MASK]]),
    order: [...nodes.keys()],
    compile: compileTestSql,
    readSeed: (node) => readSeed(seedFiles[node.name] ?? '', node),
    exposures: new Map(),
    unitTests: new Map(),
    compileUnitTest: async () => {
      throw new Error('internal: there is no unit test here');
    },
    operations: [],
    renderHook: async (_, sql) => sql,
    secrets: [],
    isPersonal: readsMarks(NO_OTHER_MARKS),
    selectors: [],
    seedChecksum: () => ({ name: 'path', checksum: '' }),
    remarks: [],
    leftOut: [],
    unproven: new Map(),
    macroCaller: {
      environmentOf: async () => [],
      call: async (_, [argument]) => `sha256(${argument} || 'salt')`,
      variable: async () => undefined,
    },
  };
}

const SOURCES = ['raw_user', 'raw_appointment'];

const MASK: Macro = {
  uniqueId: 'macro.app.hash_pii',
  name: 'hash_pii',
  packageName: 'app',
  location: { file: 'macros/m.sql', line: 1, column: 1 },
  rawCode: '',
};

function incrementalConfig(uniqueKey?: string, updates?: 'rows' | readonly string[]): NodeConfig['other'] {
  return {
    ...(uniqueKey !== undefined && { unique_key: uniqueKey }),
    ...(updates && { incremental_strategy: 'merge' }),
    ...(updates && updates !== 'rows' && { merge_update_columns: updates }),
  };
}

/** Columns of the tables in `SOURCES` and of a seed `region`, by unique id. */
export const SOURCE_COLUMNS = new Map([
  [
    'source.app.raw.raw_user',
    [
      'id integer',
      'email varchar',
      'first_name varchar',
      'phone varchar',
      'age integer',
      'is_active boolean',
      'org_id integer',
    ].map(column),
  ],
  ['source.app.raw.raw_appointment', ['id integer', 'patient_id integer', 'note varchar', 'email varchar'].map(column)],
  ['seed.app.region', ['id integer', 'name varchar'].map(column)],
]);

function column(text: string): { readonly name: string; readonly type: string } {
  const [name = '', type = ''] = text.split(' ');
  return { name, type };
}
