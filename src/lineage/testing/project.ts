import type { Location } from '../../location.ts';
import type { Columns, Model, Node, NodeConfig, Seed, Source, Test } from '../../project/node.ts';
import { NO_OTHER_MARKS, readsMarks } from '../../project/personal.ts';
import type { CompiledNode, Macro, Project, Rendering } from '../../project/project.ts';
import { readSeed } from '../../project/seeds/read-seed.ts';

export interface TestProject {
  /** Names of the tables of the source `raw`. */
  readonly sources?: readonly string[];
  /**
   * Plain SQL. `mask(x)` stands for a call of the macro `hash_pii`, `later{…}` for SQL that only a later run has,
   * `ask()` for a query of the template, `ask{…}` and `later ask{…}` for the first value that a query gives.
   */
  readonly models: Readonly<Record<string, string>>;
  readonly materialized?: Readonly<Record<string, string>>;
  /** Unique key of an incremental model, by its name. */
  readonly uniqueKeys?: Readonly<Record<string, string>>;
  /** Incremental models with the strategy `merge`, and the columns that it updates, by their name. */
  readonly merged?: Readonly<Record<string, 'rows' | readonly string[]>>;
  readonly seeds?: readonly string[];
  /** Text of a seed's file, by its name. */
  readonly seedFiles?: Readonly<Record<string, string>>;
  /** Columns tagged `pii`, as `model.column`. */
  readonly tagged?: readonly string[];
  /** Values of an `accepted_values` test by the column it tests, as `model.app.stg.status`. */
  readonly accepted?: Readonly<Record<string, readonly unknown[]>>;
}

/** A project over the source `raw.raw_user` (and others below), with models in the order given, each reading all before. */
export function testProject({
  models,
  materialized = {},
  uniqueKeys = {},
  merged = {},
  seeds = [],
  seedFiles = {},
  tagged = [],
  accepted = {},
  sources: sourceNames = SOURCES,
}: TestProject): Project {
  const sources = new Map(sourceNames.map((name) => [`source.app.raw.${name}`, source(name)]));
  const seedNodes = seeds.map((name) => [`seed.app.${name}`, seed(name)] as const);
  const modelNodes = Object.entries(models).map(([name, sql]) => {
    const inputs = [
      ...sources.keys(),
      ...seedNodes.map(([id]) => id),
      ...Object.keys(models).map((other) => `model.app.${other}`),
    ];
    const read = inputs.filter(
      (id) => id !== `model.app.${name}` && new RegExp(`\\b${id.split('.').at(-1)}\\b`).test(sql),
    );
    const columns = taggedColumns(name, tagged);
    const settings = config(materialized[name] ?? 'table', otherConfig(uniqueKeys[name], merged[name]));
    return [`model.app.${name}`, { ...model(name, sql, settings, read), columns }] as const;
  });
  const tests = Object.entries(accepted).map(([of, values]) => [`test.app.${of}`, acceptedValues(of, values)] as const);
  const nodes = new Map<string, Node>([...seedNodes, ...modelNodes, ...tests]);
  return {
    name: 'app',
    directory: '/project',
    target: {
      profileName: 'app',
      name: 'dev',
      type: 'duckdb',
      database: 'warehouse',
      schema: 'main',
      threads: 1,
      path: ':memory:',
    },
    nodes,
    sources,
    macros: new Map([[MASK.uniqueId, MASK]]),
    order: [...nodes.keys()],
    compile,
    readSeed: (node) => readSeed(seedFiles[node.name] ?? '', node),
    exposures: new Map(),
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

async function compile(
  node: CompiledNode['node'],
  { adapter, wrapMacro, incremental }: Rendering,
): Promise<CompiledNode> {
  if (node.rawCode.includes('ask()')) await adapter?.query('select random()');
  let text = '';
  const origins: number[] = [];
  const put = (written: string, at: number | undefined, from: number): void => {
    for (let index = 0; index < written.length; index++) origins.push(at ?? from + index);
    text += written;
  };
  const piece = /mask\(([^()]*)\)|later\{([^}]*)\}|ask\(\)|(?:later )?ask\{([^}]*)\}/g;
  let behind = 0;
  for (const match of node.rawCode.matchAll(piece)) {
    put(node.rawCode.slice(behind, match.index), undefined, behind);
    behind = match.index + match[0].length;
    if (match[1] !== undefined) {
      put(maskOf(match[1], wrapMacro), match.index, 0);
    }
    if (match[3] !== undefined && (incremental || !match[0].startsWith('later'))) {
      const query = match[3].replace(/mask\(([^()]*)\)/g, (_, masked) => maskOf(String(masked), wrapMacro));
      const answer = await adapter?.query(query);
      put(String(answer?.rows[0]?.[0]), match.index, 0);
    }
    if (match[2] !== undefined && incremental) put(match[2], undefined, match.index + 'later{'.length);
  }
  put(node.rawCode.slice(behind), undefined, behind);
  const origin = (offset: number) => ({
    location: placeIn(node.rawCode, origins[Math.min(offset, origins.length - 1)] ?? 0, node.originalFilePath),
    calls: [],
  });
  return {
    node,
    sql: { text, origin },
    parts: new Map([[node.uniqueId, text]]),
    variables: new Set(),
    readsRows: false,
  };
}

function maskOf(expression: string, wrapMacro: Rendering['wrapMacro']): string {
  const output = `sha256(${expression} || 'salt')`;
  return wrapMacro?.('hash_pii', output) ?? output;
}

function placeIn(text: string, index: number, file: string): Location {
  const before = text.slice(0, index).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
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

function source(name: string): Source {
  return {
    ...resource(`source.app.raw.${name}`, name, 'sources.yml'),
    resourceType: 'source',
    sourceName: 'raw',
    identifier: name,
  };
}

function seed(name: string): Seed {
  return {
    ...resource(`seed.app.${name}`, name, `${name}.csv`),
    resourceType: 'seed',
    config: config('seed'),
    refs: [],
    sources: [],
    dependsOn: { nodes: [], macros: [] },
  };
}

function model(name: string, sql: string, settings: NodeConfig, inputs: readonly string[]): Model {
  return {
    ...resource(`model.app.${name}`, name, `${name}.sql`),
    resourceType: 'model',
    rawCode: sql,
    language: 'sql',
    config: settings,
    refs: [],
    sources: [],
    dependsOn: { nodes: inputs, macros: [] },
  };
}

function acceptedValues(of: string, values: readonly unknown[]): Test {
  const attachedNode = of.slice(0, of.lastIndexOf('.'));
  const columnName = of.slice(attachedNode.length + 1);
  return {
    ...model('accepted_values', 'select 1', config('test'), [attachedNode]),
    uniqueId: `test.app.${of}`,
    resourceType: 'test',
    generic: { testName: 'accepted_values', columnName, attachedNode, kwargs: { column_name: columnName, values } },
  };
}

function taggedColumns(node: string, tagged: readonly string[]): Columns {
  const names = tagged.filter((text) => text.startsWith(`${node}.`)).map((text) => text.slice(node.length + 1));
  const location = { file: 'models/schema.yml', line: 1, column: 1 };
  return new Map(
    names.map((name) => [name, { name, description: '', dataType: undefined, tags: ['pii'], meta: {}, location }]),
  );
}

const MASK: Macro = {
  uniqueId: 'macro.app.hash_pii',
  name: 'hash_pii',
  packageName: 'app',
  location: { file: 'macros/m.sql', line: 1, column: 1 },
  rawCode: '',
};

function otherConfig(uniqueKey?: string, merged?: 'rows' | readonly string[]): NodeConfig['other'] {
  return {
    ...(uniqueKey !== undefined && { unique_key: uniqueKey }),
    ...(merged && { incremental_strategy: 'merge' }),
    ...(merged && merged !== 'rows' && { merge_update_columns: merged }),
  };
}

function config(materialized: string, other: NodeConfig['other'] = {}): NodeConfig {
  return {
    enabled: true,
    materialized,
    schema: undefined,
    alias: undefined,
    database: undefined,
    tags: [],
    meta: {},
    fullRefresh: undefined,
    severity: 'error',
    where: undefined,
    limit: undefined,
    failCalc: 'count(*)',
    warnIf: '!= 0',
    errorIf: '!= 0',
    storeFailures: false,
    preHook: [],
    postHook: [],
    other,
  };
}
