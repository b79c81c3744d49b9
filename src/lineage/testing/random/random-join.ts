import type { Draw } from '../draw.ts';
import type { GeneratorContext, Relation } from './generator-context.ts';
import { randomColumn, randomExpression } from './random-expression.ts';
import type { Kind } from './random-schema.ts';

/** A join of two entries of FROM with an ON condition, or one of the joins that need none. */
export function randomJoin(context: GeneratorContext): Relation {
  const { draw } = context;
  const choice = draw.pick(JOINS);
  const left = context.makeRelation(context);
  const right = context.makeRelation(context);
  const kind = choice.startsWith('asof') && commonKinds(left, right).length === 0 ? 'join' : choice;
  const columns = kind === 'semi join' || kind === 'anti join' ? left.columns : [...left.columns, ...right.columns];
  return { sql: `(${left.sql} ${kind} ${right.sql}${joinCondition(kind, left, right, context)})`, columns };
}

const JOINS = [
  'join',
  'left join',
  'right join',
  'full join',
  'semi join',
  'anti join',
  'cross join',
  'positional join',
  'asof join',
  'asof left join',
] as const;

function joinCondition(
  kind: (typeof JOINS)[number],
  left: Relation,
  right: Relation,
  context: GeneratorContext,
): string {
  const { draw } = context;
  if (kind === 'cross join' || kind === 'positional join') return '';
  if (kind.startsWith('asof')) return asofCondition(left, right, draw);
  const key = draw.pick(ORDERED);
  const [leftKey, rightKey] = [randomColumn(key, left.columns, draw), randomColumn(key, right.columns, draw)];
  const both = [...left.columns, ...right.columns];
  const rest = draw.pick(['', '', ' and #', ' or #']).replace('#', () => randomExpression('bool', both, context));
  return ` on ${leftKey} ${draw.pick(['=', '=', '<', 'is not distinct from'])} ${rightKey}${rest}`;
}

/** Compares only columns: on an ASOF join with a constant, DuckDB 1.5.5 crashes when its optimizer is off. */
function asofCondition(left: Relation, right: Relation, draw: Draw): string {
  const kinds = commonKinds(left, right);
  const comparison = (kind: Kind, how: string): string =>
    `${randomColumn(kind, left.columns, draw)} ${how} ${randomColumn(kind, right.columns, draw)}`;
  const equal = draw.once(2) ? `${comparison(draw.pick(kinds), '=')} and ` : '';
  return ` on ${equal}${comparison(draw.pick(kinds), '>=')}`;
}

function commonKinds(left: Relation, right: Relation): readonly Kind[] {
  const has = ({ columns }: Relation, kind: Kind): boolean => columns.some((column) => column.kind === kind);
  return ORDERED.filter((kind) => has(left, kind) && has(right, kind));
}

/** Kinds whose values `<` can compare. */
const ORDERED: readonly Kind[] = ['int', 'text', 'date'];
