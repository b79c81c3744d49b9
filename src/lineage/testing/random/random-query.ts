import { Draw } from '../draw.ts';
import { cteQuery, recursiveQuery } from './cte-query.ts';
import type { GeneratorContext, Relation, Shapes } from './generator-context.ts';
import { groupQuery } from './group-query.ts';
import { compareWithGrid, countSize, readOrder, sortWithGrid } from './hostile-queries.ts';
import { pivotQuery, unpivotQuery } from './pivot-query.ts';
import { randomRelation } from './random-relation.ts';
import type { Schema } from './random-schema.ts';
import { distinctOnQuery, selectQuery } from './select-query.ts';
import { setOperation } from './set-operation.ts';
import { starQuery } from './star-query.ts';
import { unnestQuery } from './unnest-query.ts';
import { wholeRowQuery } from './whole-row-query.ts';
import { windowQuery } from './window-query.ts';

/**
 * A query over the tables of a schema: joins of every kind, correlated and lateral subqueries, set operations, CTEs,
 * windows, structs, lists, JSON, lambdas, macros, pivots. Each array of bytes gives a query, the same one each time.
 */
export function randomQuery(bytes: Uint8Array, schema: Schema, shapes: Shapes = 'all'): string {
  const draw = new Draw(bytes);
  const depth = draw.pick([1, 1, 1, 2, 2, 3]);
  return randomQueryOver({ draw, tables: schema, depth, shapes, macros: true }).sql;
}

/** A random query and its columns, for a caller that draws other things too. */
export function randomQueryOver(settings: Omit<GeneratorContext, 'makeRelation' | 'makeQuery'>): Relation {
  return makeQuery({ ...settings, makeRelation: randomRelation, makeQuery });
}

function makeQuery(context: GeneratorContext): Relation {
  const { draw, depth } = context;
  if (depth <= 0) return selectQuery(context);
  const make = draw.pick([
    selectQuery,
    groupQuery,
    windowQuery,
    selectQuery,
    distinctOnQuery,
    setOperation,
    cteQuery,
    recursiveQuery,
    pivotQuery,
    unpivotQuery,
    starQuery,
    unnestQuery,
    groupQuery,
    wholeRowQuery,
    ...(context.shapes === 'all' ? [readOrder, countSize, compareWithGrid, sortWithGrid] : []),
  ]);
  return make({ ...context, depth: depth - 1 });
}
