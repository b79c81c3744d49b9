import type { VerifyConfig } from '../../config/fenceline-config.ts';
import type { Lineage } from '../../lineage/flow.ts';
import type { QueryNode } from '../../project/node.ts';
import type { Adapter, Project } from '../../project/project.ts';
import { identifier, joinSql, literal, projectSql, type Sql, sql } from '../../sql.ts';
import { UserError } from '../../user-error.ts';
import type { Catalog } from '../../warehouse/catalog.ts';
import { findRefusedCall } from '../../warehouse/functions/refused-call.ts';
import type { ParseNode } from '../../warehouse/parse-sql.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import { unparse } from '../../warehouse/unparse-sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { type Classification, classify } from '../classify.ts';
import type { SmallGroup } from '../finding.ts';
import { type PiiFlow, piiFlows } from '../pii-flow.ts';
import { addGroupSizes } from './group-size.ts';
import { personTables, readsPersonal } from './person-tables.ts';
import type { FindTable } from './personal-table.ts';
import { rowCount } from './row-count.ts';
import type { SafeModel } from './value-leaks.ts';

interface GroupInput {
  readonly project: Project;
  readonly lineage: Lineage;
  readonly safe: readonly SafeModel[];
  readonly tables: Catalog;
  readonly minimum: number;
  readonly policy: VerifyConfig['smallGroups'];
  /** The SQL of models as it was built, by unique id; a model without one is rendered. */
  readonly builtTexts: ReadonlyMap<string, string>;
  readonly adapter: Adapter;
  readonly session: Warehouse;
}

/**
 * Finds rows of safe models that are about too few persons. A person is a row of the source table or seed with the
 * tagged column. Persons are counted in three places: in a column that counts values of a tagged column
 * (`count(distinct email_hash)`), in every group, and in every summary of a tagged column, where only those count whose
 * value enters. Models that read no table with tagged columns, directly or not, are left out.
 */
export async function findSmallGroups(input: GroupInput): Promise<readonly SmallGroup[]> {
  const { project, safe, tables } = input;
  const classification = classify(project);
  const aboutPeople = safe.filter(
    ({ model }) => tables.find(model) && readsPersonal(model.uniqueId, project, classification),
  );
  if (aboutPeople.length === 0) return [];
  const queries = await parseModels(input);
  const findTable = personTables({ ...input, classification, queries });
  const findings: SmallGroup[] = [];
  for (const model of aboutPeople) {
    const sums = summaries(model, input.lineage, classification);
    findings.push(...(await smallCounts(model, sums, input)));
    findings.push(...(await smallGroups(model, sums, input, { queries, findTable })));
  }
  return findings;
}

/** A column with an aggregate over values of a tagged column. */
interface SummaryColumn {
  readonly name: string;
  /** Whether it counts them. */
  readonly isCount: boolean;
}

function summaries({ model }: SafeModel, lineage: Lineage, classification: Classification): readonly SummaryColumn[] {
  const traced = lineage.nodes.get(model.uniqueId);
  if (traced?.status !== 'traced') return [];
  return traced.columns.flatMap(({ name, type, flows }) => {
    const aggregated = piiFlows(flows, classification).filter(isUnmaskedAggregate);
    if (aggregated.length === 0) return [];
    return [{ name, isCount: type === COUNT_TYPE && aggregated.some(({ state }) => state === 'aggregate') }];
  });
}

/** Finds small numbers in columns that count people. A count of 0 is not a small group. */
async function smallCounts(
  model: SafeModel,
  columns: readonly SummaryColumn[],
  input: GroupInput,
): Promise<readonly SmallGroup[]> {
  const { tables, minimum, session } = input;
  const table = tables.find(model.model);
  if (!table) return [];
  const findings: SmallGroup[] = [];
  for (const { name, isCount } of columns) {
    if (!isCount) continue;
    const groups = await countRows(
      session,
      sql`from ${table.relation} where ${identifier(name)} between 1 and ${literal(minimum - 1)}`,
    );
    if (groups !== 0) findings.push(smallGroup(model, name, groups, input));
  }
  return findings;
}

/** The type of a count in DuckDB; sums and averages of whole numbers have other types. */
const COUNT_TYPE = 'BIGINT';

/** Whether a value goes into an aggregate. One that keeps masked values shows no more than the mask does. */
function isUnmaskedAggregate({ flow, state }: PiiFlow): boolean {
  const isAggregated = flow.type === 'DIRECT' && flow.subtype === 'AGGREGATION';
  return isAggregated && (state === 'aggregate' || flow.masks.length === 0);
}

/**
 * Finds groups that are about few persons. Where nobody can count them, a model that only counts gets a warning: one that
 * adds up values may show that of one person.
 */
async function smallGroups(
  model: SafeModel,
  columns: readonly SummaryColumn[],
  input: GroupInput,
  { queries, findTable }: { readonly queries: ReadonlyMap<string, ParseNode>; readonly findTable: FindTable },
): Promise<readonly SmallGroup[]> {
  const { minimum, session } = input;
  const ast = queries.get(model.model.uniqueId);
  const sized = ast ? addGroupSizes(ast, { findTable, minimum }) : 'unknown';
  if (sized === 'none') return [];
  const query = sized === 'unknown' ? undefined : await unparse(sized.ast, session);
  const unknown = () => {
    const policy = columns.every(({ isCount }) => isCount) ? 'warn' : input.policy;
    return smallGroup(model, undefined, 'unknown', { minimum, policy });
  };
  if (sized === 'unknown' || !query) return [unknown()];
  const isSmall = sized.sizes.map((size) => sql`${identifier(size)} between 1 and ${literal(minimum - 1)}`);
  const groups = await countRows(session, sql`from (${query}) where ${joinSql(isSmall, sql` or `)}`);
  if (groups === 'unknown') return [unknown()];
  return groups === 0 ? [] : [smallGroup(model, undefined, groups, input)];
}

/** Counts rows; `unknown` when the query fails over real rows, since the engine's message may quote them. */
async function countRows(session: Warehouse, rows: Sql): Promise<number | 'unknown'> {
  try {
    const [row] = await session.rows(sql`select count(*) as groups ${rows}`);
    return Number(row?.['groups'] ?? 0);
  } catch (error) {
    if (error instanceof SqlError && error.kind !== 'interrupt') return 'unknown';
    throw error;
  }
}

function smallGroup(
  { model, tier }: SafeModel,
  column: string | undefined,
  groups: number | 'unknown',
  { minimum, policy }: Pick<GroupInput, 'minimum' | 'policy'>,
): SmallGroup {
  return {
    rule: 'small-group',
    severity: policy === 'warn' ? 'warning' : 'error',
    model: model.name,
    column,
    minimum,
    groups: groups === 'unknown' ? groups : rowCount(groups, minimum),
    tier,
    location: model.location,
  };
}

/** Parse trees of all models that have one, by unique id. An incremental model is taken as it is built the first time. */
async function parseModels({
  project,
  builtTexts,
  adapter,
  session,
}: GroupInput): Promise<ReadonlyMap<string, ParseNode>> {
  const queries = new Map<string, ParseNode>();
  for (const node of project.nodes.values()) {
    if (node.resourceType !== 'model') continue;
    const text = builtTexts.get(node.uniqueId) ?? (await render(node, project, adapter));
    // A text that is rendered again may differ from the one that was built, so its calls are checked here, too.
    if (text === undefined || (await findRefusedCall(projectSql(text), session)) !== undefined) continue;
    const parsed = await session.parse(projectSql(text));
    if (parsed.ok) queries.set(node.uniqueId, parsed.tree);
  }
  return queries;
}

/**
 * Renders a model. `undefined` for one that cannot be rendered, whose build has failed and said so, and for one whose
 * template reads rows, since its columns may be named by them.
 */
async function render(model: QueryNode, project: Project, adapter: Adapter): Promise<string | undefined> {
  try {
    const { sql, readsRows } = await project.compile(model, { adapter, incremental: false });
    return readsRows ? undefined : sql.text;
  } catch (error) {
    if (error instanceof UserError || error instanceof SqlError) return undefined;
    throw error;
  }
}
