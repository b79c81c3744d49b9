import { PythonError } from '../../../jinja/values/python-error.ts';
import { type Callable, HostObject, isTruthy, Tuple, type Value } from '../../../jinja/values/value.ts';
import type { Location } from '../../../location.ts';
import { quoteName } from '../../../quote.ts';
import { identifier, literal, type Sql, sql } from '../../../sql.ts';
import { UserError } from '../../../user-error.ts';
import type { Adapter } from '../../project.ts';
import { templateFunction } from '../functions/template-function.ts';
import type { TemplateContext } from '../template-context.ts';
import { cellValues } from './cell-value.ts';
import { ColumnValue } from './column-value.ts';
import { RelationValue } from './relation-value.ts';
import { TableValue } from './table-value.ts';

/**
 * The value of `adapter` in templates, which queries the warehouse. Without a warehouse its methods give none or an
 * empty list.
 */
export class AdapterValue extends HostObject {
  readonly typeName = 'DatabaseWrapper';
  readonly context: TemplateContext;
  readonly warehouse: Adapter | undefined;

  constructor(context: TemplateContext, warehouse: Adapter | undefined) {
    super();
    this.context = context;
    this.warehouse = warehouse;
  }

  print(): string {
    return 'adapter';
  }

  getAttribute(name: string): Value | undefined {
    // Jinja: SandboxedEnvironment.is_safe_attribute
    if (name.startsWith('_')) {
      throw new PythonError('SecurityError', `access to attribute '${name}' of '${this.typeName}' object is unsafe`);
    }
    return Object.hasOwn(METHODS, name) ? METHODS[name]?.(this) : undefined;
  }
}

const METHODS: { readonly [name: string]: (adapter: AdapterValue) => Value } = {
  dispatch: ({ context }) =>
    templateFunction('dispatch', ['macro_name', 'macro_namespace'], ({ given, site }) =>
      dispatch(context, given.macro_name, given.macro_namespace, site),
    ),
  type: () => templateFunction('type', [], () => 'duckdb'),
  quote: () => templateFunction('quote', ['identifier'], ({ given }) => quoteName(text(given.identifier))),
  get_relation: ({ warehouse }) =>
    templateFunction('get_relation', ['database', 'schema', 'identifier'], ({ given }) =>
      findRelation(
        new RelationValue({
          database: text(given.database),
          schema: text(given.schema),
          identifier: text(given.identifier),
        }),
        warehouse,
      ),
    ),
  get_columns_in_relation: ({ warehouse }) =>
    templateFunction('get_columns_in_relation', ['relation'], ({ given }) => columnsOf(given.relation, warehouse)),
  get_missing_columns: ({ warehouse }) =>
    templateFunction('get_missing_columns', ['from_relation', 'to_relation'], async ({ given }) => {
      const present = new Set((await columnsOf(given.to_relation, warehouse)).map(({ name }) => name));
      return (await columnsOf(given.from_relation, warehouse)).filter(({ name }) => !present.has(name));
    }),
  check_schema_exists: ({ warehouse }) =>
    templateFunction('check_schema_exists', ['database', 'schema'], async ({ given }) => {
      if (!warehouse) return true;
      const schema = literal(text(given.schema));
      const query = sql`select 1 from information_schema.schemata where schema_name = ${schema}`;
      const { rows } = await warehouse.query(query.text);
      return rows.length > 0;
    }),
  execute: ({ warehouse }) =>
    templateFunction('execute', ['sql', 'auto_begin', 'fetch', 'limit'], async ({ given }) => {
      if (!warehouse) return new Tuple(['', new TableValue([], [])]);
      const result = await warehouse.query(text(given.sql));
      const rows = isTruthy(given.fetch ?? false) ? cellValues(result) : undefined;
      return new Tuple(['OK', rows ? new TableValue(result.columns, rows) : new TableValue([], [])]);
    }),
  create_schema: ({ warehouse }) =>
    templateFunction('create_schema', ['relation'], async ({ given, site }) => {
      const { database, schema = '' } = requireRelation(given.relation, 'create_schema', site).shape;
      await warehouse?.query(sql`create schema if not exists ${names(database, schema)}`.text);
      return null;
    }),
  drop_relation: ({ warehouse }) =>
    templateFunction('drop_relation', ['relation'], async ({ given, site }) => {
      await warehouse?.query(dropStatement(requireRelation(given.relation, 'drop_relation', site), site).text);
      return null;
    }),
  truncate_relation: ({ warehouse }) =>
    templateFunction('truncate_relation', ['relation'], async ({ given, site }) => {
      const { database, schema, identifier = '' } = requireRelation(given.relation, 'truncate_relation', site).shape;
      await warehouse?.query(sql`truncate table ${names(database, schema, identifier)}`.text);
      return null;
    }),
  quote_as_configured: () =>
    templateFunction('quote_as_configured', ['identifier', 'quote_key'], ({ given }) =>
      quoteName(text(given.identifier)),
    ),
  expand_target_column_types: () =>
    templateFunction('expand_target_column_types', ['from_relation', 'to_relation'], () => null),
  cache_added: () => templateFunction('cache_added', ['relation'], () => ''),
};

/** Name of a relation or schema; parts that it does not have are left out. */
function names(...parts: readonly (string | null | undefined)[]): Sql {
  const [first = '', ...more] = parts.filter((part) => part !== undefined && part !== null);
  return identifier(first, ...more);
}

/** dbt drops only a relation of a type that it has been given: `this.incorporate(type='table')`. */
function dropStatement(
  { shape: { database, schema, identifier: name = '', type } }: RelationValue,
  site: Location,
): Sql {
  const relation = names(database, schema, name);
  switch (type) {
    case 'table':
      return sql`drop table if exists ${relation}`;
    case 'view':
      return sql`drop view if exists ${relation}`;
    default:
      throw new UserError({
        code: 'bad-relation',
        message: `adapter.drop_relation() drops a table or a view, and ${name} is neither.`,
        location: site,
        fix: "say its type: relation.incorporate(type='table')",
      });
  }
}

function requireRelation(value: Value | undefined, method: string, site: Location): RelationValue {
  if (value instanceof RelationValue) return value;
  throw new UserError({
    code: 'bad-relation',
    message: `adapter.${method}() is called without a relation.`,
    location: site,
    fix: `write adapter.${method}(api.Relation.create(schema=…, identifier=…)) or adapter.${method}(this)`,
  });
}

/** The relation with its type in the warehouse; none if the warehouse has no such relation (dbt: adapter.get_relation). */
export async function findRelation(wanted: RelationValue, warehouse: Adapter | undefined): Promise<Value> {
  const { schema, identifier } = wanted.shape;
  const type = await warehouse?.relationType(schema ?? '', identifier ?? '');
  return type === undefined ? null : wanted.with({ type });
}

async function columnsOf(relation: Value | undefined, warehouse: Adapter | undefined): Promise<ColumnValue[]> {
  if (!(relation instanceof RelationValue) || !warehouse) return [];
  const { schema, identifier } = relation.shape;
  const columns = await warehouse.columns(schema ?? '', identifier ?? '');
  return columns.map(({ name, type }) => new ColumnValue(name, type));
}

function dispatch(
  context: TemplateContext,
  name: Value | undefined,
  namespace: Value | undefined,
  site: Location,
): Callable {
  const macro = text(name);
  if (macro.includes('.')) {
    throw new UserError({
      code: 'bad-dispatch',
      message: `adapter.dispatch('${macro}') has a package in its name.`,
      location: site,
      fix: `write adapter.dispatch('${macro.split('.').pop()}', '${macro.split('.')[0]}')`,
    });
  }
  const found = context.dispatch(macro, typeof namespace === 'string' ? namespace : undefined);
  if (found) return found;
  throw new UserError({
    code: 'missing-macro',
    message: `adapter.dispatch('${macro}') finds neither duckdb__${macro} nor default__${macro}.`,
    location: site,
    fix: `define a macro duckdb__${macro}`,
  });
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}
