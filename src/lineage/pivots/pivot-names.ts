import { nameKey } from '../../name.ts';
import type { CompiledNode } from '../../project/project.ts';
import { type ProjectSql, projectSql } from '../../sql.ts';
import { tokenize } from '../../sql-tokens.ts';
import { byteOffsetToIndex } from '../../warehouse/offset.ts';
import { objectsIn, objectsOf, type ParseNode, placeOf, valueText } from '../../warehouse/parse-sql.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import type { Flow } from '../flow.ts';
import { union } from '../plan/flows/flow-set.ts';
import type { LocalFlow } from '../plan/flows/local-flow.ts';
import { readPlan } from '../plan/read/read-plan.ts';
import { tracePlan } from '../plan/trace-operator.ts';
import type { TraceContext, TracedPivot } from '../plan/walk.ts';
import { shownSql } from '../query/sql-text.ts';
import { withoutMarks } from '../query/without-marks.ts';
import type { QueryNames } from '../query-trace.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { pivotedSpan } from './pivot-text.ts';

/** The PIVOTs of one query, with the flows into their column names. */
export interface TracedPivots {
  readonly pivots: readonly TracedPivot[];
  /** {@link mentionedTexts} */
  readonly mentioned: ReadonlySet<string>;
}

/**
 * The PIVOTs of a query; `undefined` where the engine cannot plan it, as when a PIVOT takes its values from the data.
 *
 * @param session keeps every PIVOT of its plans as one operator
 * @throws {UnknownFlow} for a plan that this version cannot follow
 */
export async function tracePivots(
  query: ProjectSql,
  session: Warehouse,
  context: TraceContext,
): Promise<TracedPivots | undefined> {
  const answer = await session.plan(query);
  const [plan, ...others] = answer.ok ? answer.plans : [];
  if (plan === undefined || others.length > 0) return undefined;
  const pivots = new Map<number, TracedPivot>();
  tracePlan(readPlan(plan), { ...context, onPivot: (index, pivot) => pivots.set(index, pivot) });
  return { pivots: [...pivots.values()], mentioned: mentionedTexts(plan) };
}

/**
 * Texts of a plan that may be column names used as values, in lower case: names of struct fields, which a whole row
 * has, and constants, which UNPIVOT and SUMMARIZE make.
 */
export function mentionedTexts(plan: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  for (const part of objectsIn(plan)) {
    for (const { first } of objectsOf(part['child_types'])) if (typeof first === 'string') found.add(nameKey(first));
    if (part['expression_class'] === 'BOUND_CONSTANT') addTexts(part['value'], found);
  }
  return found;
}

function addTexts(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') found.add(nameKey(value));
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) addTexts(inner, found);
}

/** The names that each PIVOT of a query gives to columns, the flows into them, and the place of the PIVOT. */
export async function locateNames(
  { pivots, mentioned }: TracedPivots,
  sql: CompiledNode['sql'],
  columns: readonly ColumnType[],
  warehouse: Warehouse,
): Promise<readonly QueryNames[]> {
  if (pivots.length === 0) return [];
  const places = await findPlaces(sql, warehouse);
  return pivots.map((pivot) => {
    const place = takePlace(places, pivot);
    return {
      columns: columns.map(({ name }) => name).filter(isNamedBy(pivot.names)),
      values: pivot.names,
      inValues: pivot.names.some((name) => mentioned.has(nameKey(name))),
      flows: [...union(...pivot.on).values()]
        .filter(({ type }) => type === 'DIRECT')
        .map((flow) => locate(flow, place)),
    };
  });
}

/**
 * Whether a column is named by a pivoted value. DuckDB puts the name of an aggregate behind the value, and a number
 * where a name is taken.
 */
function isNamedBy(values: readonly string[]): (column: string) => boolean {
  const names = new Set(values.map((value) => nameKey(value)));
  return (column) => {
    const name = nameKey(column);
    return names.has(name) || [...name.matchAll(/_/g)].some(({ index }) => names.has(name.slice(0, index)));
  };
}

/**
 * Whether one of these values may be in a column's name: alone, inside of `max("a")`, or in a name that COLUMNS
 * changed.
 */
export function bearsNameOf(values: readonly string[]): (column: string) => boolean {
  const isNamed = isNamedBy(values);
  const names = values.map((value) => nameKey(value));
  return (column) => isNamed(column) || names.some((name) => isPartOf(name, nameKey(column)));
}

/**
 * Whether a name is part of a column's name. A short name must be a whole word of it: inside of a longer word it is
 * there by chance.
 */
function isPartOf(name: string, column: string): boolean {
  const isWord = name.length <= SHORT_NAME && !/[^\p{L}\p{N}]/u.test(name);
  return isWord ? column.split(/[^\p{L}\p{N}]+/u).includes(name) : column.includes(name);
}

const SHORT_NAME = 3;

interface PivotPlace extends Pick<Flow, 'location' | 'expression'> {
  readonly names: ReadonlySet<string>;
}

function locate({ offset: _, ...flow }: LocalFlow, { location, expression }: PivotPlace): Flow {
  return { ...flow, masking: flow.masks.length > 0, location, expression };
}

/**
 * Removes the place of a PIVOT from the list and returns it. Of several PIVOTs over the same values, the first place
 * belongs to the first PIVOT.
 */
function takePlace(places: PivotPlace[], { names }: TracedPivot): PivotPlace {
  const found = places.findIndex((place) => names.every((name) => place.names.has(name)));
  const [place] = places.length > 1 ? places.splice(Math.max(found, 0), 1) : places;
  if (!place) throw new UnknownFlow('a PIVOT in the plan that is not in the query');
  return place;
}

async function findPlaces(sql: CompiledNode['sql'], warehouse: Warehouse): Promise<PivotPlace[]> {
  const parsed = await warehouse.parse(projectSql(sql.text));
  const tokens = tokenize(sql.text);
  const pivots = [...objectsIn(parsed.ok ? parsed.tree : [])].filter(
    ({ type, aggregates }) => type === 'PIVOT' && objectsOf(aggregates).length > 0,
  );
  return pivots.map((pivot) => {
    const index = byteOffsetToIndex(sql.text, placeOf(pivot));
    const { calls, location } = sql.origin(index);
    const on = objectsOf(pivot['pivots']).map((part) => {
      const starts = [...objectsIn(part['pivot_expressions'])].map((inner) =>
        byteOffsetToIndex(sql.text, placeOf(inner)),
      );
      const span = pivotedSpan(tokens, Math.min(...starts));
      return withoutMarks(shownSql(sql.text, tokens, span));
    });
    const expression = `PIVOT ON ${on.join(', ')}`;
    return { location: calls[0] ?? location, expression, names: namesOf(objectsOf(pivot['pivots'])) };
  });
}

/** The names that the lists of a PIVOT make, without those of aggregates. */
function namesOf(pivots: readonly ParseNode[]): ReadonlySet<string> {
  const lists = pivots.map(({ entries }) =>
    objectsOf(entries).map(({ alias, values }) =>
      typeof alias === 'string' && alias !== '' ? alias : objectsOf(values).map(nameOfValue).join('_'),
    ),
  );
  return new Set(
    lists
      .reduce((names, list) => names.flatMap((name) => list.map((next) => `${name}_${next}`)), [''])
      .map((name) => name.slice(1)),
  );
}

function nameOfValue({ is_null, value }: ParseNode): string {
  return is_null === true ? 'NULL' : valueText(value);
}
