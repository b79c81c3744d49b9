import type { ContractConfig } from '../config/fenceline-config.ts';
import { EnvironmentError } from '../environment-error.ts';
import type { Lineage } from '../lineage/flow.ts';
import type { Adapter, Project } from '../project/project.ts';
import { closeOnAbort } from '../warehouse/close-on-abort.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Finding } from './finding.ts';
import { findSmallGroups } from './small-groups.ts';
import { findUntaggedColumns } from './untagged-columns.ts';
import { findValueLeaks, safeModels } from './value-leaks.ts';
import { readWarehouseTables } from './warehouse-tables.ts';

export interface DataQuestion {
  readonly project: Project;
  readonly lineage: Lineage;
  readonly contract: ContractConfig;
  /** Where the project was built. */
  readonly warehouse: Warehouse;
  /** What templates may ask of the data. */
  readonly adapter: Adapter;
  readonly signal: AbortSignal;
}

/**
 * Looks at the rows of what was built, as `contract.verify` says: the second line behind lineage. Nothing is written
 * but temporary tables of a session of its own, and only counts leave the engine.
 * @throws {EnvironmentError} when the engine fails
 */
export async function verifyData(question: DataQuestion): Promise<readonly Finding[]> {
  const { signal } = question;
  signal.throwIfAborted();
  try {
    return await lookAtRows(question);
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof SqlError)) throw cause;
    throw new EnvironmentError(
      `the rows of the warehouse cannot be verified (${cause.kind} error)`,
      'check that the disk has space and memory is free; contract.verify of fenceline.yml says what is looked for',
      { cause },
    );
  }
}

/** One question does not wait for another: each has a session, and temporary tables, of its own. */
async function lookAtRows(question: DataQuestion): Promise<readonly Finding[]> {
  const { project, lineage, contract, adapter } = question;
  const { values, minGroupSize } = contract.verify;
  const safe = safeModels(project, contract);
  const tables = await inSession(question, readWarehouseTables);
  const looks: ((session: Warehouse) => Promise<readonly Finding[]>)[] = [];
  if (values) {
    looks.push((session) => findValueLeaks({ project, safe, tables, smallestGroup: minGroupSize, session }));
    looks.push((session) => findUntaggedColumns(project, tables, session));
  }
  if (minGroupSize !== undefined) {
    looks.push((session) =>
      findSmallGroups({ project, lineage, safe, tables, minimum: minGroupSize, adapter, session }),
    );
  }
  const found = await Promise.all(looks.map((look) => inSession(question, look)));
  return found.flat();
}

async function inSession<Result>(
  { warehouse, signal }: DataQuestion,
  work: (session: Warehouse) => Promise<Result>,
): Promise<Result> {
  await using session = await warehouse.session();
  using _listening = closeOnAbort(session, signal);
  return await work(session);
}
