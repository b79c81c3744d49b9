import { identifier, joinSql, literal, type Sql, sql } from '../sql.ts';
import { parseExpression } from '../warehouse/one-expression.ts';
import { objectOf, objectsOf, type ParseNode, textOf, valueText } from '../warehouse/parse-sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** Gives the condition of a WHERE on the rows of one table, as SQL for Postgres, by the alias that the table has in the query. */
export type RowCondition = (alias: string) => Sql;

/** The error for a condition that holds something else than what may be sent to Postgres. */
export class RefusedCondition extends Error {}

/**
 * Reads a condition from fenceline.yml. It is parsed, and written anew for Postgres from what the lists here name: so it is
 * one condition on one table, which calls nothing else and reads only the given columns.
 * @throws {RefusedCondition}
 */
export async function readCondition(
  text: string,
  columns: readonly string[],
  session: Warehouse,
): Promise<RowCondition> {
  const tree = await parseExpression(text, session);
  const [statement] = objectsOf(tree?.['statements']);
  const [condition] = objectsOf(objectOf(statement?.['node'])?.['select_list']);
  if (!condition) throw new RefusedCondition('it is not one condition');
  const render: RowCondition = (alias) => expression(condition, { alias, columns });
  render('checked');
  return render;
}

interface Scope {
  readonly alias: string;
  readonly columns: readonly string[];
}

function expression(node: ParseNode, scope: Scope): Sql {
  const part = (child: unknown) => expression(nodeOf(child), scope);
  const children = () => objectsOf(node['children']).map(part);
  switch (node['class']) {
    case 'COLUMN_REF':
      return column(node, scope);
    case 'CONSTANT':
      return constant(nodeOf(node['value']));
    case 'CAST':
      return sql`(${part(node['child'])})::${castType(node)}`;
    case 'CONJUNCTION':
      return sql`(${joinSql(children(), node['type'] === 'CONJUNCTION_AND' ? sql` and ` : sql` or `)})`;
    case 'COMPARISON':
      return sql`(${part(node['left'])} ${found(COMPARISONS, node['type'], 'comparison')} ${part(node['right'])})`;
    case 'BETWEEN':
      return sql`(${part(node['input'])} between ${part(node['lower'])} and ${part(node['upper'])})`;
    case 'OPERATOR':
      return operator(textOf(node['type']), children());
    case 'FUNCTION':
      return call(node, children());
    default:
      throw new RefusedCondition(`it holds ${textOf(node['class']).toLowerCase().replaceAll('_', ' ')}`);
  }
}

const COMPARISONS: { readonly [type: string]: Sql } = {
  COMPARE_EQUAL: sql`=`,
  COMPARE_NOTEQUAL: sql`<>`,
  COMPARE_LESSTHAN: sql`<`,
  COMPARE_LESSTHANOREQUALTO: sql`<=`,
  COMPARE_GREATERTHAN: sql`>`,
  COMPARE_GREATERTHANOREQUALTO: sql`>=`,
  COMPARE_DISTINCT_FROM: sql`is distinct from`,
  COMPARE_NOT_DISTINCT_FROM: sql`is not distinct from`,
};

/** Operators between two values, as the parser names them. */
const BINARY: { readonly [name: string]: Sql } = {
  '+': sql`+`,
  '-': sql`-`,
  '*': sql`*`,
  '||': sql`||`,
  '~~': sql`like`,
  '!~~': sql`not like`,
  '~~*': sql`ilike`,
  '!~~*': sql`not ilike`,
};

const FUNCTIONS: { readonly [name: string]: Sql } = {
  now: sql`pg_catalog.now`,
  lower: sql`pg_catalog.lower`,
  upper: sql`pg_catalog.upper`,
  length: sql`pg_catalog.length`,
  abs: sql`pg_catalog.abs`,
  date_trunc: sql`pg_catalog.date_trunc`,
};

const MOMENTS: { readonly [name: string]: Sql } = {
  current_date: sql`current_date`,
  current_timestamp: sql`current_timestamp`,
};

const TYPES: { readonly [id: string]: Sql } = {
  BOOLEAN: sql`pg_catalog.bool`,
  INTEGER: sql`pg_catalog.int4`,
  BIGINT: sql`pg_catalog.int8`,
  DOUBLE: sql`pg_catalog.float8`,
  VARCHAR: sql`pg_catalog.text`,
  DATE: sql`pg_catalog.date`,
  TIMESTAMP: sql`pg_catalog.timestamp`,
  'TIMESTAMP WITH TIME ZONE': sql`pg_catalog.timestamptz`,
  INTERVAL: sql`pg_catalog.interval`,
  UUID: sql`pg_catalog.uuid`,
};

function operator(type: string, [first, ...others]: readonly Sql[]): Sql {
  if (first) {
    switch (type) {
      case 'OPERATOR_NOT':
        return sql`(not ${first})`;
      case 'OPERATOR_IS_NULL':
        return sql`(${first} is null)`;
      case 'OPERATOR_IS_NOT_NULL':
        return sql`(${first} is not null)`;
      case 'COMPARE_IN':
        return sql`(${first} in (${others}))`;
      case 'COMPARE_NOT_IN':
        return sql`(${first} not in (${others}))`;
      case 'OPERATOR_COALESCE':
        return sql`coalesce(${[first, ...others]})`;
    }
  }
  throw new RefusedCondition(`it holds ${type.toLowerCase().replaceAll('_', ' ')}`);
}

function call(node: ParseNode, children: readonly Sql[]): Sql {
  const name = textOf(node['function_name']);
  const isPlain =
    node['schema'] === '' && node['catalog'] === '' && node['distinct'] === false && node['filter'] === null;
  const [left, right] = children;
  if (isPlain && node['is_operator'] === true && left && children.length <= 2) {
    const word = found(BINARY, name, 'operator');
    if (right) return sql`(${left} ${word} ${right})`;
    if (name === '-') return sql`(- ${left})`;
  } else if (isPlain) {
    return sql`${found(FUNCTIONS, name, 'function')}(${children})`;
  }
  throw new RefusedCondition(`it calls ${name}`);
}

function column(node: ParseNode, { alias, columns }: Scope): Sql {
  const names = node['column_names'];
  const [name, ...others] = Array.isArray(names) ? names.map(textOf) : [];
  if (name === undefined || others.length > 0) throw new RefusedCondition('it names a column with a table before it');
  if (columns.includes(name)) return identifier(alias, name);
  const moment = Object.hasOwn(MOMENTS, name) ? MOMENTS[name] : undefined;
  if (moment) return moment;
  throw new RefusedCondition(`it reads ${name}, which is no copied column without a mask`);
}

function constant(value: ParseNode): Sql {
  if (value['is_null'] === true) return literal(null);
  const type = objectOf(value['type']);
  const text = valueText(value['value']);
  switch (type?.['id']) {
    case 'VARCHAR':
      return literal(text);
    case 'INTEGER':
    case 'BIGINT':
      return sql`${literal(text)}::pg_catalog.int8`;
    case 'DOUBLE':
      return sql`${literal(text)}::pg_catalog.float8`;
    case 'DECIMAL':
      return sql`${literal(decimalText(text, Number(valueText(objectOf(type['type_info'])?.['scale']))))}::pg_catalog.numeric`;
    default:
      throw new RefusedCondition(`it holds a literal of type ${textOf(type?.['id'])}`);
  }
}

/** `-250` with the scale 2 is -2.50. */
function decimalText(digits: string, scale: number): string {
  const [, sign = '', whole = ''] = /^(-?)(\d+)$/.exec(digits) ?? [];
  const padded = whole.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, padded.length - scale)}.${padded.slice(padded.length - scale)}`;
}

function castType(node: ParseNode): Sql {
  const type = objectOf(node['cast_type']);
  if (node['try_cast'] === true || !type || type['type_info'] !== null) {
    throw new RefusedCondition('it casts to a type with settings, or tries to cast');
  }
  return found(TYPES, type['id'], 'type');
}

function found(list: { readonly [name: string]: Sql }, name: unknown, kind: string): Sql {
  const text = textOf(name);
  const entry = Object.hasOwn(list, text) ? list[text] : undefined;
  if (!entry) throw new RefusedCondition(`it has the ${kind} ${text}`);
  return entry;
}

function nodeOf(value: unknown): ParseNode {
  const node = objectOf(value);
  if (!node) throw new RefusedCondition('a part of it is not understood');
  return node;
}
