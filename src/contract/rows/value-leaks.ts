import type { ContractConfig } from '../../config/fenceline-config.ts';
import { isRootNode } from '../../lineage/root-node.ts';
import { isQueryNode, type QueryNode } from '../../project/node.ts';
import { pathsIn } from '../../project/paths-in.ts';
import type { Project } from '../../project/project.ts';
import type { Catalog, CatalogTable } from '../../warehouse/catalog.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { classify } from '../classify.ts';
import type { Severity, UnknownFlowFound, ValueLeak } from '../finding.ts';
import { type Tier, tierOf } from '../tier.ts';
import { judgeMatch } from './judge-match.ts';
import { findMatches, keepCells, keepWantedWords, type Match } from './matching-cells.ts';
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
  const refused = new Map<number, SqlError>();
  for (const [place, { table }] of built.entries()) {
    const loaded = await orError(() => keepCells(session, place, table.relation, table.columns));
    if (loaded instanceof SqlError) refused.set(place, loaded);
  }
  await keepWantedWords(
    session,
    [...built.keys()].filter((place) => !refused.has(place)),
  );
  await loadPersonalValues(session, personal);
  const findings: (ValueLeak | UnknownFlowFound)[] = [];
  for (const [place, { model, tier, table }] of built.entries()) {
    const matches =
      refused.get(place) ?? (await orError(() => findMatches(session, place, table.relation, table.columns)));
    findings.push(
      ...(matches instanceof SqlError
        ? [unreadable(model, tier, matches)]
        : leaksOf(matches, { model, tier, table, personal, smallestGroup: input.smallestGroup })),
    );
  }
  return findings;
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

interface Matched extends SafeModel {
  readonly table: CatalogTable;
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
  { model, tier, table, personal, smallestGroup }: Matched,
): ValueLeak {
  const type = table.columns[column];
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
