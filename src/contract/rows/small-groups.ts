import type { Lineage } from '../../lineage/flow.ts';
import type { QueryNode } from '../../project/node.ts';
import type { Adapter, Project } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';
import { quoteIdentifier } from '../../warehouse/relation.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { type Classification, classify } from '../classify.ts';
import type { SmallGroup } from '../finding.ts';
import { type PiiFlow, piiFlows } from '../pii-flow.ts';
import { type Json, objectOf, objectsOf, parseAst, writeAst } from '../query-ast.ts';
import type { WarehouseTables } from '../warehouse-tables.ts';
import { addGroupSizes, type FindModel } from './group-size.ts';
import { rowCount } from './row-count.ts';
import type { SafeModel } from './value-leaks.ts';

interface GroupQuestion {
  readonly project: Project;
  readonly lineage: Lineage;
  readonly safe: readonly SafeModel[];
  readonly tables: WarehouseTables;
  readonly minimum: number;
  /** The SQL of models as it was built, by unique id; a model without one is rendered. */
  readonly builtTexts: ReadonlyMap<string, string>;
  readonly adapter: Adapter;
  readonly session: Warehouse;
}

/**
 * Rows of safe models that are about too few: where a column counts what comes from a tagged column
 * (`count(distinct email_hash)`), people are counted; and in any case the rows that went into a group, of which there
 * are never fewer than people. So what is found is too small for certain, but a group of many rows may still be one
 * person's. Only models that read tables with tagged columns, at whatever distance, are looked at.
 */
export async function findSmallGroups(question: GroupQuestion): Promise<readonly SmallGroup[]> {
  const { project, safe, tables } = question;
  const classification = classify(project);
  const aboutPeople = safe.filter(({ model }) => tables.find(model) && readsPersonal(model, project, classification));
  if (aboutPeople.length === 0) return [];
  const queries = await parseModels(question);
  const findings: SmallGroup[] = [];
  for (const place of aboutPeople) {
    findings.push(...(await countedPeople(place, question, classification)));
    findings.push(...(await countedRows(place, question, queries)));
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

/** Nobody at all in a group tells nothing about anybody. */
async function countedPeople(
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
    const column = quoteIdentifier(name);
    const groups = await countRows(session, `from ${table.relation} where ${column} between 1 and ${minimum - 1}`);
    if (groups !== 0) findings.push(finding({ model, tier }, name, minimum, groups));
  }
  return findings;
}

/** What DuckDB counts in: sums and averages of whole numbers have other types. */
const COUNT_TYPE = 'BIGINT';

function isSummary({ flow, state }: PiiFlow): boolean {
  return flow.type === 'DIRECT' && flow.subtype === 'AGGREGATION' && state === 'aggregate';
}

async function countedRows(
  { model, tier }: SafeModel,
  { minimum, session, project }: GroupQuestion,
  queries: ReadonlyMap<string, Json>,
): Promise<readonly SmallGroup[]> {
  const ast = queries.get(model.uniqueId);
  const sized = ast ? addGroupSizes(ast, findModelIn(queries, project, model)) : 'unknown';
  if (sized === 'none') return [];
  if (sized === 'unknown') return [finding({ model, tier }, undefined, minimum, 'unknown')];
  const [row] = await session.rows('select json_deserialize_sql(?::json) as text', [writeAst(sized.ast)]);
  const smallest = sized.sizes.map(quoteIdentifier).join(', ');
  const groups = await countRows(session, `from (\n${String(row?.['text'])}\n) where least(${smallest}) < ${minimum}`);
  return groups === 0 ? [] : [finding({ model, tier }, undefined, minimum, groups)];
}

/** A query over real rows may fail, and what the engine says of that may quote them. */
async function countRows(session: Warehouse, rest: string): Promise<number | 'unknown'> {
  try {
    const [row] = await session.rows(`select count(*) as groups ${rest}`);
    return Number(row?.['groups'] ?? 0);
  } catch (error) {
    if (error instanceof SqlError && error.kind !== 'interrupt') return 'unknown';
    throw error;
  }
}

function finding(
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

/** Of every model that can be taken apart, by unique id: an incremental one as it is built the first time, whole. */
async function parseModels({
  project,
  builtTexts,
  adapter,
  session,
}: GroupQuestion): Promise<ReadonlyMap<string, Json>> {
  const queries = new Map<string, Json>();
  for (const node of project.nodes.values()) {
    if (node.resourceType !== 'model') continue;
    const text = builtTexts.get(node.uniqueId) ?? (await compiled(node, project, adapter));
    const [row] = text === undefined ? [] : await session.rows('select json_serialize_sql(?::varchar) as ast', [text]);
    const ast = parseAst(String(row?.['ast'] ?? '{}'));
    if (ast['error'] === false) queries.set(node.uniqueId, ast);
  }
  return queries;
}

/**
 * A model that cannot be rendered now was not built either, and said so. What holds rows is not taken apart: its columns
 * may be named by them.
 */
async function compiled(model: QueryNode, project: Project, adapter: Adapter): Promise<string | undefined> {
  try {
    const { sql, readsRows } = await project.compile(model, { adapter, incremental: false });
    return readsRows ? undefined : sql.text;
  } catch (error) {
    if (error instanceof UserError || error instanceof SqlError) return undefined;
    throw error;
  }
}

/** A model is found by its place, and never in its own query. */
function findModelIn(queries: ReadonlyMap<string, Json>, project: Project, reader: QueryNode): FindModel {
  const models = new Map(
    [...project.nodes.values()]
      .filter(({ resourceType, uniqueId }) => resourceType === 'model' && uniqueId !== reader.uniqueId)
      .map(({ uniqueId, database, schema, alias }) => [keyOf(database, schema, alias), uniqueId]),
  );
  return ({ catalog, schema, name }) => {
    const { database, schema: main } = project.target;
    const uniqueId = models.get(keyOf(catalog || database, schema || main, name));
    const [statement] = objectsOf(uniqueId === undefined ? [] : queries.get(uniqueId)?.['statements']);
    return objectOf(statement?.['node']);
  };
}

function keyOf(database: string, schema: string, name: string): string {
  return [database, schema, name].join('\u0000').toLowerCase();
}
