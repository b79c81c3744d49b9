import { buildCommand } from './build-command.ts';

/** dbt: `dbt seed`. */
export const seed = buildCommand({
  which: 'seed',
  summary: 'Load the CSV files of the project as tables.',
  details: 'Works on the warehouse as it is. Tests on seeds run with `build` and `test`.',
  example: 'fenceline seed --full-refresh',
});
