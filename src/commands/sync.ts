import { indentedJson } from '../pipeline/indented-json.ts';
import type { ProjectOptions } from '../pipeline/options.ts';
import { defineCommand } from './command.ts';
import { OUTPUT, type OutputOptions, POSTGRES, type PostgresParameters, PROJECT } from './parameters.ts';

interface SyncOptions extends ProjectOptions, PostgresParameters, OutputOptions {}

export const sync = defineCommand<'sync', SyncOptions>({
  name: 'sync',
  summary: 'Copy the tables of fenceline.yml from Postgres into the warehouse.',
  details: 'One snapshot for all tables.',
  example: 'fenceline sync --postgres url --postgres-url postgres://localhost/clinic',
  parameters: { ...PROJECT, ...POSTGRES, ...OUTPUT },
  async act({ json, ...options }, { terminal, invocation }) {
    const { syncWarehouse } = await import('../pipeline/sync-warehouse.ts');
    const postgres = { ...options.postgres, setup: undefined };
    const synced = await syncWarehouse({ ...options, ...invocation, postgres });
    if (json) terminal.out(indentedJson(synced).trimEnd());
    return 0;
  },
});
