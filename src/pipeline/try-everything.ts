import { EnvironmentError } from '../environment-error.ts';
import { ensureDuckDB } from '../native/ensure-duckdb.ts';
import { sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { openExisting } from './open-existing.ts';
import { openWithoutContract, type ProjectLocation } from './open-project.ts';
import type { Invocation } from './options.ts';

/** The outcome of trying one thing that a run needs. */
export interface Try {
  /** Name of the thing: `project and profile`, `DuckDB`. */
  readonly what: string;
  /** The message of its error; absent where the thing works. */
  readonly problem?: string;
}

/** Opens the project, the engine and the warehouse, one after the other, up to the first that fails (dbt: debug). */
export async function tryEverything(options: ProjectLocation & Invocation): Promise<readonly Try[]> {
  const tries: Try[] = [];
  const attempt = async <Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      const result = await work();
      tries.push({ what });
      return result;
    } catch (error) {
      if (!(error instanceof UserError || error instanceof EnvironmentError)) throw error;
      tries.push({ what, problem: error.message });
      return undefined;
    }
  };
  const opened = await attempt('project and profile', () => openWithoutContract(options));
  const engine = opened && (await attempt('DuckDB', () => ensureDuckDB(options)));
  if (!opened || !engine) return tries;
  const { project, config } = opened;
  await attempt(`warehouse ${project.target.path}`, async () => {
    await using warehouse = await openExisting(undefined, project.target.path, config.limits);
    await warehouse?.rows(sql`select 1`);
  });
  return tries;
}
