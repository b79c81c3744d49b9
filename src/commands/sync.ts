import { indentedJson } from '../pipeline/files/indented-json.ts';
import type { BuildOptions, ProjectOptions } from '../pipeline/options.ts';
import { defineCommand } from './command.ts';
import { toggle } from './parameter.ts';
import { OUTPUT, type OutputOptions, POSTGRES, type PostgresParameters, PROJECT } from './parameters.ts';

interface SyncOptions extends ProjectOptions, BuildOptions, PostgresParameters, OutputOptions {}

const FULL_REFRESH = toggle({
  written: '-f, --full-refresh',
  about: 'copy as if for the first time: no column counts as new or changed',
});

export const sync = defineCommand<'sync', SyncOptions>({
  name: 'sync',
  summary: 'Copy the tables of fenceline.yml from Postgres into the warehouse.',
  details: 'One snapshot for all tables.',
  example: 'fenceline sync --postgres url --postgres-url postgres://localhost/clinic',
  parameters: { ...PROJECT, fullRefresh: FULL_REFRESH, ...POSTGRES, ...OUTPUT },
  async act({ json, ...options }, { terminal, invocation }) {
    const { syncWarehouse } = await import('../pipeline/tasks/sync-warehouse.ts');
    const postgres = { ...options.postgres, setup: undefined };
    const synced = await syncWarehouse({ ...options, ...invocation, postgres });
    if (json) terminal.out(indentedJson(synced).trimEnd());
    return 0;
  },
});
