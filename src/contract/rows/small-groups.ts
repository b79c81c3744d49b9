import type { Lineage } from '../../lineage/flow.ts';
import { nameKey } from '../../name.ts';
import type { QueryNode } from '../../project/node.ts';
import type { Adapter, Project } from '../../project/project.ts';
import { identifier, literal, projectSql, type Sql, sql } from '../../sql.ts';
import { UserError } from '../../user-error.ts';
import type { Catalog } from '../../warehouse/catalog.ts';
import { findRefusedCall } from '../../warehouse/functions/refused-call.ts';
import { objectOf, objectsOf, type ParseNode } from '../../warehouse/parse-sql.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import { unparse } from '../../warehouse/unparse-sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { type Classification, classify } from '../classify.ts';
import type { SmallGroup } from '../finding.ts';
import { type PiiFlow, piiFlows } from '../pii-flow.ts';
import { addGroupSizes, type FindModel } from './group-size.ts';
import { rowCount } from './row-count.ts';
import type { SafeModel } from './value-leaks.ts';

interface GroupQuestion {
  readonly project: Project;
  readonly lineage: Lineage;
  readonly safe: readonly SafeModel[];
  readonly tables: Catalog;
  readonly minimum: number;
  /** The SQL of models as it was built, by unique id; a model without one is rendered. */
  readonly builtTexts: ReadonlyMap<string, string>;
  readonly adapter: Adapter;
  readonly session: Warehouse;
}

/**
 * Finds rows of safe models that are about too few. People are counted where a column counts values of a tagged column
 * (`count(distinct email_hash)`), and everywhere the rows that went into a group, which are never fewer than its people.
 * So a group that is found is too small for certain, but a group of many rows may still be about one person. Only models
 * that read tables with tagged columns, directly or not, are looked at.
 */
export async function findSmallGroups(question: GroupQuestion): Promise<readonly SmallGroup[]> {
  const { project, safe, tables } = question;
  const classification = classify(project);
  const aboutPeople = safe.filter(({ model }) => tables.find(model) && readsPersonal(model, project, classification));
  if (aboutPeople.length === 0) return [];
  const queries = await parseModels(question);
  const findings: SmallGroup[] = [];
  for (const model of aboutPeople) {
    findings.push(...(await tooFewPeople(model, question, classification)));
    findings.push(...(await tooFewRows(model, question, queries)));
  }
  return findings;
}

/** Whether a source or seed with a tagged column is among what a model reads, directly or not. */
function readsPersonal(model: QueryNode, project: Project, classification: Classification): boolean {
  const seen = new Set<string>();
  const open = [model.uniqueId];
  for (let uniqueId = open.pop(); uniqueId !== undefined; uniqueId = open.pop()) {
    if (seen.has(uniqueId)) continue;
    seen.add(uniqueId);
    const node = project.nodes.get(uniqueId);
    const columns = node?.columns ?? project.sources.get(uniqueId)?.columns;
    // A table that is tagged as a whole may declare no column.
    if (['', ...(columns?.keys() ?? [])].some((column) => classification.find({ uniqueId, column }))) return true;
    open.push(...(node?.dependsOn.nodes ?? []));
  }
  return false;
}

/** Finds small counts of people. A count of 0 is not a small group. */
async function tooFewPeople(
  { model, tier }: SafeModel,
  { lineage, tables, minimum, session }: GroupQuestion,
  classification: Classification,
): Promise<readonly SmallGroup[]> {
  const traced = lineage.nodes.get(model.uniqueId);
  const table = tables.find(model);
  if (!table || traced?.status !== 'traced') return [];
  const columns = traced.columns.filter(
    ({ type, flows }) => type === COUNT_TYPE && piiFlows(flows, classification).some(isSummary),
  );
  const findings: SmallGroup[] = [];
  for (const { name } of columns) {
    const groups = await countRows(
      session,
      sql`from ${table.relation} where ${identifier(name)} between 1 and ${literal(minimum - 1)}`,
    );
    if (groups !== 0) findings.push(smallGroup({ model, tier }, name, minimum, groups));
  }
  return findings;
}

/** The type of a count in DuckDB; sums and averages of whole numbers have other types. */
const COUNT_TYPE = 'BIGINT';

function isSummary({ flow, state }: PiiFlow): boolean {
  return flow.type === 'DIRECT' && flow.subtype === 'AGGREGATION' && state === 'aggregate';
}

/** Finds groups into which few rows went. */
async function tooFewRows(
  { model, tier }: SafeModel,
  { minimum, session, project }: GroupQuestion,
  queries: ReadonlyMap<string, ParseNode>,
): Promise<readonly SmallGroup[]> {
  const ast = queries.get(model.uniqueId);
  const sized = ast ? addGroupSizes(ast, findModelIn(queries, project, model)) : 'unknown';
  if (sized === 'none') return [];
  const query = sized === 'unknown' ? undefined : await unparse(sized.ast, session);
  if (sized === 'unknown' || !query) return [smallGroup({ model, tier }, undefined, minimum, 'unknown')];
  const smallest = sized.sizes.map((name) => identifier(name));
  const groups = await countRows(session, sql`from (${query}) where least(${smallest}) < ${literal(minimum)}`);
  return groups === 0 ? [] : [smallGroup({ model, tier }, undefined, minimum, groups)];
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
  minimum: number,
  groups: number | 'unknown',
): SmallGroup {
  return {
    rule: 'small-group',
    severity: 'warning',
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
}: GroupQuestion): Promise<ReadonlyMap<string, ParseNode>> {
  const queries = new Map<string, ParseNode>();
  for (const node of project.nodes.values()) {
    if (node.resourceType !== 'model') continue;
    const text = builtTexts.get(node.uniqueId) ?? (await render(node, project, adapter));
    // Rendered again, it may be another text than the one that was built.
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

/** Finds models by the names of their tables, for a query of one model, which never finds itself. */
function findModelIn(queries: ReadonlyMap<string, ParseNode>, project: Project, reader: QueryNode): FindModel {
  const models = new Map(
    [...project.nodes.values()]
      .filter(({ resourceType, uniqueId }) => resourceType === 'model' && uniqueId !== reader.uniqueId)
      .map(({ uniqueId, database, schema, alias }) => [nameKey(database, schema, alias), uniqueId]),
  );
  return ({ catalog, schema, name }) => {
    const { database, schema: main } = project.target;
    const uniqueId = models.get(nameKey(catalog || database, schema || main, name));
    const [statement] = objectsOf(uniqueId === undefined ? [] : queries.get(uniqueId)?.['statements']);
    return objectOf(statement?.['node']);
  };
}
