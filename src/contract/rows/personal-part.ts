import { nullLiteral } from '../../warehouse/parse-nodes.ts';
import { objectOf, objectsOf, type ParseNode, textOf } from '../../warehouse/parse-sql.ts';

/**
 * A summary as it is, and a second time without what is not personal in its value, where there is such a thing: of
 * `sum(case when id = 3 then age else 1 end)`, `sum(case when id = 3 then age end)`. Who adds a value that anybody knows
 * hides nobody. The first one stays, since a bound such as `greatest(x, 0)` may take persons out.
 */
export function withPersonalPart(summary: ParseNode, isPersonal: (part: unknown) => boolean): readonly ParseNode[] {
  const children = objectsOf(summary['children']);
  const parts = children.map((child) => (isPersonal(child) ? personalPart(child, isPersonal) : child));
  return parts.every((part, index) => part === children[index])
    ? [summary]
    : [summary, { ...summary, children: parts }];
}

/** An expression without its impersonal terms, bounds and branches; the same object where it has none. */
function personalPart(expression: ParseNode, isPersonal: (part: unknown) => boolean): ParseNode {
  const inside = (part: ParseNode) => (isPersonal(part) ? personalPart(part, isPersonal) : part);
  switch (expression['type']) {
    case 'CASE_EXPR':
      return personalBranches(expression, isPersonal);
    case 'OPERATOR_CAST': {
      const child = objectOf(expression['child']);
      return child ? withFields(expression, { child: inside(child) }) : expression;
    }
    case 'OPERATOR_COALESCE':
      return withFields(expression, { children: objectsOf(expression['children']).filter(isPersonal).map(inside) });
    case 'FUNCTION': {
      const children = objectsOf(expression['children']);
      const terms = TERMS.has(textOf(expression['function_name'])) ? children.filter(isPersonal) : children;
      const [first, ...others] = terms.map(inside);
      return first && others.length === 0 && children.length > 1
        ? first
        : withFields(expression, { children: terms.map(inside) });
    }
    default:
      return expression;
  }
}

/** Functions whose impersonal arguments only shift a value, or bound it. */
const TERMS: ReadonlySet<string> = new Set(['+', '-', 'greatest']);

/** A CASE without the impersonal branches that no personal value chooses: they become NULL. */
function personalBranches(expression: ParseNode, isPersonal: (part: unknown) => boolean): ParseNode {
  const branch = (result: ParseNode, conditions: readonly unknown[]) => {
    if (isPersonal(result)) return personalPart(result, isPersonal);
    return conditions.some(isPersonal) || isNull(result) ? result : nullLiteral();
  };
  const checks = objectsOf(expression['case_checks']);
  const conditions = checks.map((check) => check['when_expr']);
  const results = checks.map((check, index) => {
    const result = objectOf(check['then_expr']);
    return result ? withFields(check, { then_expr: branch(result, conditions.slice(0, index + 1)) }) : check;
  });
  const last = objectOf(expression['else_expr']);
  return withFields(expression, {
    case_checks: results,
    ...(last ? { else_expr: branch(last, conditions) } : {}),
  });
}

function isNull(expression: ParseNode): boolean {
  return objectOf(expression['value'])?.['is_null'] === true;
}

/** A node with other fields; the same object where they are the same. */
function withFields(node: ParseNode, fields: Readonly<Record<string, ParseNode | readonly ParseNode[]>>): ParseNode {
  const isSame = Object.entries(fields).every(([name, value]) => {
    const old = node[name];
    if (!Array.isArray(value)) return value === old;
    return Array.isArray(old) && old.length === value.length && value.every((each, index) => each === old[index]);
  });
  return isSame ? node : { ...node, ...fields };
}
