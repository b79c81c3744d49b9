import { expect, test } from 'vitest';
import type { Columns, Source } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { sql } from '../../sql.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { testProject } from '../testing/project.ts';
import { sourceColumns } from './source-columns.ts';

/** The test project, with columns of its sources declared as `name type`. */
function declaring(declared: Readonly<Record<string, readonly string[]>>): Project {
  const project = testProject({ models: {}, seeds: ['region'], seedFiles: { region: 'name,code\nNorth,\n' } });
  const sources = [...project.sources].map(([id, source]): [string, Source] => [
    id,
    { ...source, columns: columnsOf(declared[source.name] ?? [], source) },
  ]);
  return { ...project, sources: new Map(sources) };
}

function columnsOf(texts: readonly string[], { location }: Source): Columns {
  return new Map(
    texts.map((text) => {
      const [name = '', dataType] = text.split(' ');
      return [name, { name, dataType, description: '', tags: [], meta: {}, location }];
    }),
  );
}

test('the table in the warehouse counts before what YAML declares, and the file of a seed before its table', async () => {
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(sql`
    attach ':memory:' as warehouse;
    create table warehouse.main.raw_user (id bigint, s struct(a varchar));
    create table warehouse.main.region (name varchar)`);

  const columns = await sourceColumns(
    declaring({ raw_user: ['id integer'], raw_appointment: ['id integer', 'at timestamptz'] }),
    warehouse,
  );

  expect(Object.fromEntries(columns)).toEqual({
    'source.app.raw.raw_user': [
      { name: 'id', type: 'BIGINT' },
      { name: 's', type: 'STRUCT(a VARCHAR)' },
    ],
    'source.app.raw.raw_appointment': [
      { name: 'id', type: 'integer' },
      { name: 'at', type: 'timestamptz' },
    ],
    'seed.app.region': [
      { name: 'name', type: 'VARCHAR' },
      { name: 'code', type: 'INTEGER' },
    ],
  });
});

test('a source of which a column has no type is left out', async () => {
  const columns = await sourceColumns(declaring({ raw_user: ['id integer', 'email'] }), undefined);

  expect([...columns.keys()]).toEqual(['seed.app.region']);
});

test('a source over the table of a node is left out: its columns are those of the node', async () => {
  const project = declaring({ raw_user: ['id integer'] });
  const sources = new Map([...project.sources].map(([id, source]) => [id, { ...source, node: 'seed.app.region' }]));

  const columns = await sourceColumns({ ...project, sources }, undefined);

  expect([...columns.keys()]).toEqual(['seed.app.region']);
});

test('every seed file that is no CSV is told', async () => {
  const seedFiles = { region: 'name\n"North\n', code: 'a,b\n1\n' };
  const project = testProject({ models: {}, seeds: ['region', 'code'], seedFiles });

  await expect(sourceColumns(project, undefined)).rejects.toMatchObject({
    mistakes: [
      { code: 'bad-seed', location: { file: 'models/region.csv' } },
      { code: 'bad-seed', location: { file: 'models/code.csv', line: 2 } },
    ],
  });
});
