import { buildCommand } from './build-command.ts';

/** dbt: `dbt build`. */
export const build = buildCommand({
  which: 'build',
  summary: 'Build seeds and models and run their tests, in the order of the graph.',
  details:
    'Works on the warehouse as it is; decides no contract.\n' +
    '`fenceline run` is the gate: what dbt calls run is `fenceline build --resource-type model`.',
  example: 'fenceline build --select +mart_appointment_funnel',
});
