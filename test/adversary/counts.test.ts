import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fenceline } from '../e2e/cli.ts';
import { type AttackResult, runAttack, SALT, SOURCE } from './attack.ts';

/** Days from 1900 to the birthday of one person: the number that no output may have. */
const DAYS = `(select date_diff('day', date '1900-01-01', date_of_birth) from ${SOURCE} where id = 5)`;

const warns = "{{ config(severity='warn') }}";

/** Tests that count as many rows as the number has, each in its own way. */
const TESTS = {
  'tests/a_range.sql': `${warns} select * from range(${DAYS})`,
  'tests/a_list.sql': `${warns} select unnest(range(${DAYS})) as n`,
  'tests/a_comparison.sql': `${warns} select r from range(60000) t(r) where r < ${DAYS}`,
  'tests/a_join.sql': `${warns} select r.range from range(60000) r join ${SOURCE} u on r.range < date_diff('day', date '1900-01-01', u.date_of_birth) and u.id = 5`,
  'tests/a_cte.sql': `${warns} with recursive n(i) as (select 1 union all select i + 1 from n where i < ${DAYS}) select * from n`,
  'tests/a_limit.sql': `${warns} select 1 as one from range(60000) limit ${DAYS}`,
  'tests/a_model.sql': `${warns} select * from {{ ref('as_many_rows') }}`,
  'tests/by_a_macro.sql': `${warns} {{ as_many() }}`,
  'macros/as_many.sql': `{% macro as_many() %}select * from range(${DAYS}){% endmacro %}\n`,
  'tests/that_fails.sql': "select * from {{ ref('as_many_rows') }}",
  'tests/with_a_threshold.sql': `{{ config(error_if='> 1', fail_calc='count(*)') }} select * from {{ ref('as_many_rows') }}`,
  'tests/of_a_column.sql': `{{ config(severity='warn', fail_calc='count(distinct n)') }} select range as n from range(${DAYS})`,
  'tests/harmless.sql': `${warns} select * from range(123)`,
};

test('a number that a test or a model counts from personal data is in no output of any command', async () => {
  const written: string[] = [];
  const result = await runAttack({
    command: 'run',
    head: {
      ...TESTS,
      'models/other/as_many_rows.sql': `{{ config(materialized='table') }} select * from range(${DAYS}) t(r)`,
    },
    inspect: async (directory) => {
      // The commands of dbt build what a sync has copied, and know no contract.
      for (const command of [['sync'], ['build'], ['test', '--json'], ['retry']]) {
        const { stdout, stderr } = await fenceline([...command, directory], { env: { DBT_PII_SALT: SALT } });
        written.push(stdout, stderr);
      }
      for (const entry of await readdir(join(directory, 'target'), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || entry.name.endsWith('.duckdb')) continue;
        written.push(await readFile(join(entry.parentPath, entry.name), 'utf8'));
      }
    },
  });
  // Copied tables are counted by Postgres, whatever the project says.
  const words = [result.words, ...written].join('\n').replace(/from `public\.\w+`: [\d,]+ rows/g, '');

  expect(statuses(result)).toMatchObject({
    a_range: 'warn',
    a_list: 'warn',
    a_comparison: 'warn',
    a_join: 'warn',
    a_cte: 'warn',
    a_limit: 'warn',
    a_model: 'warn',
    by_a_macro: 'warn',
    that_fails: 'fail',
    with_a_threshold: 'fail',
    of_a_column: 'warn',
    harmless: 'warn',
    as_many_rows: 'success',
  });
  expect(words.match(/got 123 results/g)?.length).toBeGreaterThan(3);
  // The birthdays of the example are between 1940 and 2010.
  expect(words.match(/\b(1[4-9]|2\d|3\d|40)[,.]?\d{3}\b(?= (results?|rows))/g)).toBeNull();
  expect(result.report?.build?.filter(({ failures = 0 }) => failures > 123)).toEqual([]);
}, 240_000);

function statuses({ report }: AttackResult): { readonly [name: string]: string } {
  return Object.fromEntries((report?.build ?? []).map(({ name, status }) => [name, status]));
}
