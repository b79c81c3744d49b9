import type { ContractConfig } from '../../config/fenceline-config.ts';
import { EnvironmentError } from '../../environment-error.ts';
import type { Lineage } from '../../lineage/flow.ts';
import type { Adapter, Project } from '../../project/project.ts';
import { type Catalog, readCatalog } from '../../warehouse/catalog.ts';
import { closeOnAbort } from '../../warehouse/close-on-abort.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { RowFinding, UnknownFlowFound, UntaggedPii, ValueLeak } from '../finding.ts';
import { findNamedColumns } from './named-columns.ts';
import { findSmallGroups } from './small-groups.ts';
import { findUntaggedColumns } from './untagged-columns.ts';
import { findValueLeaks, type SafeModel, safeModels } from './value-leaks.ts';

export interface DataInput {
  readonly project: Project;
  readonly lineage: Lineage;
  readonly contract: ContractConfig;
  /** The warehouse in which the project was built. */
  readonly warehouse: Warehouse;
  /** The SQL of models as it was built, by unique id; a model without one is rendered. */
  readonly builtTexts: ReadonlyMap<string, string>;
  /** Answers the queries of templates. */
  readonly adapter: Adapter;
  readonly signal: AbortSignal;
}

/** Most rows and different texts of a table that are searched. They are counts, so that every machine finds the same. */
const MOST_ROWS = 20_000_000;
const MOST_CELLS = 20_000_000;

/**
 * Looks for personal data in the rows of built tables, as `contract.verify` says: a second defence behind lineage. It writes
 * nothing but temporary tables of its own sessions. Sampled values of untagged columns stay in memory: findings have only
 * counts and names.
 * @throws {EnvironmentError} when the engine fails
 */
export async function verifyData(input: DataInput): Promise<readonly RowFinding[]> {
  const { signal } = input;
  signal.throwIfAborted();
  try {
    return await lookAtRows(input);
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

/** Runs the checks side by side, each in a session of its own, and so with temporary tables of its own. */
async function lookAtRows(input: DataInput): Promise<readonly RowFinding[]> {
  const { project, lineage, contract, builtTexts, adapter } = input;
  const { values, minGroupSize, smallGroups, rows = MOST_ROWS, cells = MOST_CELLS } = contract.verify;
  const safe = safeModels(project, contract);
  const tables = await inSession(input, readCatalog);
  const checks: ((session: Warehouse) => Promise<readonly RowFinding[]>)[] = [];
  if (values) {
    checks.push(async (session) => {
      const leaks = await findValueLeaks({
        project,
        safe,
        tables,
        smallestGroup: minGroupSize,
        budget: { rows, cells },
        session,
      });
      return leaks.map((finding) => hideName(finding, { lineage, safe, tables }));
    });
    checks.push(async (session) => {
      const byValue = await findUntaggedColumns(project, tables, session);
      const byName = await findNamedColumns(project, tables, session);
      const isFound = ({ relation, column }: UntaggedPii) =>
        byValue.some((found) => found.relation === relation && found.column === column);
      return [...byValue, ...byName.filter((finding) => !isFound(finding))];
    });
  }
  if (minGroupSize !== undefined) {
    checks.push((session) =>
      findSmallGroups({
        project,
        lineage,
        safe,
        tables,
        minimum: minGroupSize,
        policy: smallGroups,
        builtTexts,
        adapter,
        session,
      }),
    );
  }
  const found = await Promise.all(checks.map((check) => inSession(input, check)));
  return found.flat();
}

/** Replaces the name of a column by its number where lineage is unknown: rows may have named it. */
function hideName(
  finding: ValueLeak | UnknownFlowFound,
  { lineage, safe, tables }: Pick<DataInput, 'lineage'> & { safe: readonly SafeModel[]; tables: Catalog },
): RowFinding {
  if (finding.rule !== 'value-leak') return finding;
  const model = safe.find(({ model }) => model.name === finding.model)?.model;
  if (!model || model.columns.has(finding.column)) return finding;
  if (lineage.nodes.get(model.uniqueId)?.status === 'traced') return finding;
  const place = tables.find(model)?.columns.findIndex(({ name }) => name === finding.column) ?? -1;
  return { ...finding, column: `#${place + 1}` };
}

async function inSession<Result>(
  { warehouse, signal }: DataInput,
  work: (session: Warehouse) => Promise<Result>,
): Promise<Result> {
  await using session = await warehouse.session();
  using _listening = closeOnAbort(session, signal);
  return await work(session);
}
