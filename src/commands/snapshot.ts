import { buildCommand } from './build-command.ts';

/** dbt: `dbt snapshot`. */
export const snapshot = buildCommand({
  which: 'snapshot',
  summary: 'Take the snapshots of the project.',
  details: 'Works on the warehouse as it is. Tests on snapshots run with `build` and `test`.',
  example: 'fenceline snapshot --select customers_history',
});
