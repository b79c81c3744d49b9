import type { ContractConfig } from '../../config/fenceline-config.ts';
import { isRootNode } from '../../lineage/root-node.ts';
import { isQueryNode, type QueryNode } from '../../project/node.ts';
import { pathsIn } from '../../project/paths-in.ts';
import type { Project } from '../../project/project.ts';
import type { Catalog, CatalogTable } from '../../warehouse/catalog.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import { classify } from '../classify.ts';
import type { Severity, UnknownFlowFound, ValueLeak } from '../finding.ts';
import { type Tier, tierOf } from '../tier.ts';
import { judgeMatch } from './judge-match.ts';
import {
  findMatches,
  keepPoints,
  keepTexts,
  type Match,
  readPoints,
  readTexts,
  type SearchBudget,
  type Searched,
  type SearchedTable,
  startReading,
} from './matching-cells.ts';
import { loadPersonalValues, type PersonalColumn } from './personal-values.ts';
import { rowCount } from './row-count.ts';

/** A model in a tier that admits no clear value. */
export interface SafeModel {
  readonly model: QueryNode;
  readonly tier: Tier;
}

export function safeModels(project: Project, { tiers }: ContractConfig): readonly SafeModel[] {
  return [...project.nodes.values()].flatMap((node) => {
    const tier = isQueryNode(node) ? tierOf(node, tiers) : undefined;
    return isQueryNode(node) && tier && tier.allow !== 'clear' ? [{ model: node, tier }] : [];
  });
}

interface LeakInput {
  readonly project: Project;
  readonly safe: readonly SafeModel[];
  readonly tables: Catalog;
  readonly smallestGroup: number | undefined;
  readonly budget: SearchBudget;
  /** The session in which temporary tables are created. */
  readonly session: Warehouse;
}

/**
 * Searches the built tables of safe models for the values of tagged columns of sources and seeds, whatever their lineage:
 * a mask that masks nothing, an untagged copy and rows of an older build have no flow to be found by.
 */
export async function findValueLeaks(input: LeakInput): Promise<readonly (ValueLeak | UnknownFlowFound)[]> {
  const { project, safe, tables, session } = input;
  const personal = personalColumns(project, tables);
  const built = safe.flatMap(({ model, tier }) => {
    const table = tables.find(model);
    return table ? [{ model, tier, table }] : [];
  });
  if (personal.length === 0 || built.length === 0) return [];
  await startReading(session);
  const read: (BuiltModel & { readonly searched: Searched | SqlError })[] = [];
  for (const each of numberColumns(built)) {
    read.push({ ...each, searched: await orError(() => readTexts(session, each, input.budget)) });
  }
  await keepTexts(session);
  await loadPersonalValues(session, personal);
  await keepPoints(session);
  const failed = new Map<BuiltModel, SqlError>();
  for (const each of read) {
    const { searched } = each;
    const points = searched instanceof SqlError ? searched : await orError(() => readPoints(session, each, searched));
    if (points instanceof SqlError) failed.set(each, points);
  }
  const matches = await findMatches(session);
  return read.flatMap((each) => {
    const { model, tier, columns, first, searched } = each;
    const error = failed.get(each);
    if (error || searched instanceof SqlError) return error ? [unreadable(model, tier, error)] : [];
    const own = matches
      .filter(({ column }) => column >= first && column < first + columns.length)
      .map((match) => ({ ...match, column: match.column - first }));
    return [
      ...leaksOf(own, { model, tier, columns, personal, smallestGroup: input.smallestGroup }),
      ...leftOut(model, tier, searched, input.budget),
    ];
  });
}

interface BuiltModel extends SafeModel, SearchedTable {}

/** Numbers the columns of all tables one after another. */
function numberColumns(tables: readonly (SafeModel & { readonly table: CatalogTable })[]): readonly BuiltModel[] {
  let first = 0;
  return tables.map(({ model, tier, table: { relation, columns } }) => {
    const numbered = { model, tier, relation, columns, first };
    first += columns.length;
    return numbered;
  });
}

function personalColumns(project: Project, tables: Catalog): readonly PersonalColumn[] {
  const classification = classify(project);
  const seeds = [...project.nodes.values()].filter(isRootNode);
  const isSeed = (uniqueId: string | undefined) => seeds.some((seed) => seed.uniqueId === uniqueId);
  // A source over the table of a seed has the seed's values and marks.
  const sources = [...project.sources.values()].filter(({ node }) => !isSeed(node));
  return [...sources, ...seeds].flatMap((root) => {
    const table = tables.find(root);
    const pathsOf = pathsIn(project);
    return (table?.columns ?? []).flatMap((type): PersonalColumn[] => {
      if (!table) return [];
      const { relation } = table;
      const { uniqueId } = root;
      const column = classification.find({ uniqueId, column: type.name });
      if (column) return [{ column, relation, type }];
      return pathsOf({ uniqueId, column: type.name }).flatMap(({ name, members }) => {
        const path = classification.find({ uniqueId, column: name });
        return path ? [{ column: path, relation, type, members }] : [];
      });
    });
  });
}

/** Gives the engine's error as a value: a view may fail over its rows, and the message may quote them. */
async function orError<Result>(read: () => Promise<Result>): Promise<Result | SqlError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SqlError && error.kind !== 'interrupt') return error;
    throw error;
  }
}

function unreadable({ name, location }: QueryNode, tier: Tier, { kind }: SqlError): UnknownFlowFound {
  const reason = `its rows cannot be read (${kind} error)`;
  return { rule: 'unknown-flow', severity: 'error', model: name, reason, tier, location };
}

/** A warning that names the rows or cells for which the budget was too small. */
function leftOut(
  { name, location }: QueryNode,
  tier: Tier,
  { oneOfRows, oneOfCells }: Searched,
  budget: SearchBudget,
): readonly UnknownFlowFound[] {
  const reasons = [
    ...(oneOfRows > 1 ? [`1 row of ${oneOfRows} was searched for values (verify.rows: ${budget.rows})`] : []),
    ...(oneOfCells > 1 ? [`1 text of ${oneOfCells} was searched for values (verify.cells: ${budget.cells})`] : []),
  ];
  if (reasons.length === 0) return [];
  return [{ rule: 'unknown-flow', severity: 'warning', model: name, reason: reasons.join(', '), tier, location }];
}

interface Matched extends SafeModel {
  readonly columns: readonly ColumnType[];
  readonly personal: readonly PersonalColumn[];
  readonly smallestGroup: number | undefined;
}

/** The findings of a table. Where a column leaks for certain, a match that may be coincidence is left out. */
function leaksOf(matches: readonly Match[], matched: Matched): readonly ValueLeak[] {
  const judged = strongestEach(matches);
  const certain = new Set(judged.filter(({ severity }) => severity === 'error').map(({ match }) => match.column));
  return judged
    .filter(({ match, severity }) => severity === 'error' || !certain.has(match.column))
    .map(({ match, severity }) => leakOf(match, severity, matched));
}

interface Judged {
  readonly match: Match;
  readonly severity: Severity;
}

/** The strongest match of each pair of columns, which may match as text and as number. */
function strongestEach(matches: readonly Match[]): readonly Judged[] {
  const pairs = new Map<string, Judged>();
  for (const match of matches) {
    const severity = judgeMatch(match);
    const key = `${match.column} ${match.pii}`;
    const earlier = pairs.get(key);
    if (severity && (!earlier || (earlier.severity === 'warning' && severity === 'error'))) {
      pairs.set(key, { match, severity });
    }
  }
  return [...pairs.values()];
}

function leakOf(
  { column, pii, rows }: Match,
  severity: Severity,
  { model, tier, columns, personal, smallestGroup }: Matched,
): ValueLeak {
  const type = columns[column];
  const source = personal[pii]?.column;
  if (!type || !source) throw new Error('internal: a match of columns that were not searched');
  return {
    rule: 'value-leak',
    severity,
    model: model.name,
    column: type.name,
    source,
    rows: rowCount(rows, smallestGroup),
    tier,
    location: model.location,
  };
}
