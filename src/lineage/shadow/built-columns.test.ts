import { expect, test } from 'vitest';
import { sql } from '../../sql.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import { SOURCE_COLUMNS, testProject } from '../testing/project.ts';
import { traceProject } from '../trace-project.ts';
import { requireBuiltColumns } from './built-columns.ts';

const USERS = 'warehouse.main.raw_user';
const MODELS = {
  wide: `pivot ${USERS} on phone using count(*) group by org_id`,
  mart: 'select org_id from warehouse.main.wide',
  other: `select id from ${USERS}`,
};
const ACCEPTED = { 'source.app.raw.raw_user.phone': ['b', 'a'] };

const cases: readonly {
  readonly name: string;
  readonly built: string | undefined;
  readonly unknown: readonly string[];
}[] = [
  { name: 'as declared', built: 'org_id int, a bigint, b bigint', unknown: [] },
  { name: 'not there', built: undefined, unknown: [] },
  {
    name: 'with a value that is not declared',
    built: 'org_id int, a bigint, b bigint, c bigint',
    unknown: ['wide', 'mart'],
  },
  { name: 'without a declared value', built: 'org_id int, b bigint', unknown: ['wide', 'mart'] },
  { name: 'with another value in its place', built: 'org_id int, a bigint, c bigint', unknown: ['wide', 'mart'] },
  { name: 'in another case', built: 'org_id int, A bigint, b bigint', unknown: ['wide', 'mart'] },
];

test.each(cases)(
  'models are unknown where the table has other columns than were declared: it is $name',
  async ({ built, unknown }) => {
    const project = testProject({ models: MODELS, accepted: ACCEPTED });
    const traced = await traceProject({ project, sourceColumns: SOURCE_COLUMNS, masks: [], nonce: 'f00d' });
    await using warehouse = await openDuckDB(':memory:');
    await warehouse.run(sql`attach ':memory:' as warehouse`);
    if (built !== undefined) await warehouse.run(testSql(`create table warehouse.main.Wide (${built})`));

    const { nodes } = await requireBuiltColumns(traced, project, warehouse);

    const found = [...nodes].filter(([, { status }]) => status === 'unknown');
    expect(found.map(([id]) => id.split('.').at(-1))).toEqual(unknown);
  },
);
