import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContractConfig } from '../../config/fenceline-config.ts';
import { testProject } from '../../lineage/testing/project.ts';
import type { Column, Meta, Model, Node } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

export interface BuiltProjectOptions {
  /** Tables of the source `raw`, by the query that fills them. */
  readonly sources: Readonly<Record<string, string>>;
  /** Columns of sources tagged as personal, as `raw_user.email`. */
  readonly tagged?: readonly string[];
  /** Columns of sources with other meta. */
  readonly meta?: Readonly<Record<string, Meta>>;
  /** Models in the order they are built, by their SQL; those whose name begins with `mart` are in the tier `safe`. */
  readonly models?: Readonly<Record<string, string>>;
  /** The query that fills a model's table instead of its SQL, as an earlier build may have. */
  readonly instead?: Readonly<Record<string, string>>;
  readonly materialized?: Readonly<Record<string, string>>;
}

export interface BuiltProject extends AsyncDisposable {
  readonly project: Project;
  readonly contract: ContractConfig;
  readonly warehouse: Warehouse;
}

/** A project and its warehouse: a file, since every session of it must find the tables by their plain names. */
export async function buildProject(options: BuiltProjectOptions): Promise<BuiltProject> {
  const { sources, models = {}, instead = {}, materialized = {} } = options;
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-verify-'));
  const warehouse = await openDuckDB(join(folder, 'warehouse.duckdb'), { threads: 2 });
  for (const [name, sql] of Object.entries(sources)) await warehouse.run(testSql(`create table ${name} as ${sql}`));
  for (const [name, sql] of Object.entries(models)) {
    const kind = materialized[name] === 'view' ? 'view' : 'table';
    await warehouse.run(
      testSql(`create ${kind} ${name} as ${instead[name] ?? sql.replace(/mask\(([^()]*)\)/g, 'sha256($1)')}`),
    );
  }
  return {
    project: declare(testProject({ sources: Object.keys(sources), models, materialized }), options),
    contract: CONTRACT,
    warehouse,
    async [Symbol.asyncDispose]() {
      await warehouse[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

const PLACE = { file: 'models/sources.yml', line: 1, column: 1 };

export const CONTRACT: ContractConfig = {
  tiers: [
    { name: 'safe', path: 'marts/safe', allow: 'pseudonymous', location: PLACE },
    { name: 'restricted', path: 'marts/restricted', allow: 'clear', location: PLACE },
  ],
  masks: [],
  indirect: {
    filter: 'warn',
    join: 'allow',
    groupBy: 'warn',
    sort: 'allow',
    window: 'warn',
    conditional: 'error',
    equality: 'error',
  },
  personal: { tags: [], meta: {}, columns: undefined, none: undefined },
  undeclaredColumns: 'error',
  verify: { values: true, minGroupSize: 5, smallGroups: 'error' },
  waivers: [],
  approvers: [],
};

function declare(project: Project, { tagged = [], meta = {} }: BuiltProjectOptions): Project {
  const labels = [
    ...tagged.map((name) => [name, { pii: true, pii_type: name.split('.')[1] }] as const),
    ...Object.entries(meta),
  ];
  const columnsOf = (table: string) =>
    labels
      .filter(([name]) => name.startsWith(`${table}.`))
      .map(([name, labelled]) => column(name.slice(table.length + 1), labelled));
  return {
    ...project,
    sources: new Map(
      [...project.sources].map(([id, source]) => [
        id,
        { ...source, columns: new Map(columnsOf(source.name).map((entry) => [entry.name, entry])) },
      ]),
    ),
    nodes: new Map([...project.nodes].map(([id, node]) => [id, node.resourceType === 'model' ? place(node) : node])),
  };
}

function place(model: Model): Node {
  const folder = model.name.startsWith('mart')
    ? 'marts/safe'
    : model.name.startsWith('restricted')
      ? 'marts/restricted'
      : 'staging';
  return { ...model, path: `${folder}/${model.path}` };
}

function column(name: string, meta: Meta): Column {
  return { name, description: '', dataType: undefined, tags: [], meta, location: PLACE };
}
