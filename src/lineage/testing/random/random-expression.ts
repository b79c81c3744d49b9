import type { Draw } from '../draw.ts';
import { AGGREGATES } from './aggregate-templates.ts';
import { ANY_KIND, EXPRESSIONS, HOSTILE } from './expression-templates.ts';
import type { Column, GeneratorContext, Relation } from './generator-context.ts';
import { MACRO_CALLS } from './random-macros.ts';
import type { Kind } from './random-schema.ts';

/** An expression of a kind over the columns in `scope`; a column or a literal where no depth is left. */
export function randomExpression(kind: Kind, scope: readonly Column[], context: GeneratorContext): string {
  const { draw, depth } = context;
  if (depth <= 0 || draw.below(3) === 0) return randomColumn(kind, scope, draw);
  return fillTemplate(template(kind, context), kind, scope, { ...context, depth: depth - 1 });
}

function template(kind: Kind, { draw, macros, shapes }: GeneratorContext): string {
  if (draw.once(8)) return draw.pick(ANY_KIND);
  const hostile = shapes === 'all' ? HOSTILE[kind] : undefined;
  if (hostile && draw.once(5)) return draw.pick(hostile);
  if (macros && kind === 'text' && draw.once(8)) return draw.pick(MACRO_CALLS);
  return draw.pick(EXPRESSIONS[kind]);
}

/** A column of a kind in `scope`, or a literal if there is none. */
export function randomColumn(kind: Kind, scope: readonly Column[], draw: Draw): string {
  const fitting = scope.filter((candidate) => candidate.kind === kind);
  return fitting.length === 0 ? LITERALS[kind] : draw.pick(fitting).sql;
}

const LITERALS: Readonly<Record<Kind, string>> = {
  text: "'k'",
  int: '2',
  bool: 'true',
  date: "date '2024-01-31'",
  list: "['p', 'q']",
  struct: "{'a': 's', 'b': 3}",
  json: `json '{"a": "k"}'`,
};

/** Puts a random expression for each placeholder; `<>` stands for one of `kind`. */
export function fillTemplate(
  template: string,
  kind: Kind,
  scope: readonly Column[],
  context: GeneratorContext,
): string {
  return template.replaceAll(
    /<(one |some )?(text|int|bool|date|list|struct|json)?>/g,
    (_, subquery?: string, named?: Kind) => {
      if (subquery === 'one ') return subqueryOfOne(named ?? kind, scope, context);
      if (subquery === 'some ') return subqueryOfSome(named ?? kind, scope, context);
      return randomExpression(named ?? kind, scope, context);
    },
  );
}

/** A scalar subquery. It has at most one row, since it is an aggregate or has LIMIT 1: with more, DuckDB would fail. */
function subqueryOfOne(kind: Kind, scope: readonly Column[], context: GeneratorContext): string {
  const { relation, visible } = inSubquery(scope, context);
  const where = randomExpression('bool', visible, { ...context, depth: 1 });
  return context.draw.once(3)
    ? `(select ${randomExpression(kind, visible, context)} from ${relation.sql} where ${where} order by all limit 1)`
    : `(select ${randomAggregate(kind, relation.columns, { ...context, depth: context.depth - 1 })} from ${relation.sql} where ${where})`;
}

function subqueryOfSome(kind: Kind, scope: readonly Column[], context: GeneratorContext): string {
  const { relation, visible } = inSubquery(scope, context);
  const where = randomExpression('bool', visible, { ...context, depth: 1 });
  return `select ${randomExpression(kind, visible, context)} from ${relation.sql} where ${where}`;
}

function inSubquery(
  scope: readonly Column[],
  context: GeneratorContext,
): { readonly relation: Relation; readonly visible: readonly Column[] } {
  const relation = context.makeRelation(context);
  return { relation, visible: [...relation.columns, ...scope] };
}

export function randomAggregate(kind: Kind, scope: readonly Column[], context: GeneratorContext): string {
  return fillTemplate(context.draw.pick(AGGREGATES[kind]), kind, scope, context);
}
