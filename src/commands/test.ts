import { buildCommand } from './build-command.ts';

/** dbt: `dbt test`. */
export const test = buildCommand({
  which: 'test',
  summary: 'Run the tests on what is built.',
  details: 'Works on the warehouse as it is; decides no contract.',
  example: 'fenceline test --select stg_users',
});
