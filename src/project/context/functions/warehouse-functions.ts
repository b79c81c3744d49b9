import { toValue } from '../../../jinja/values/plain-value.ts';
import { Callable, isTruthy, type Value } from '../../../jinja/values/value.ts';
import type { Quoting } from '../../node.ts';
import type { Adapter } from '../../project.ts';
import type { Names } from '../base-context.ts';
import type { TemplateContext } from '../template-context.ts';
import { AdapterValue, findRelation } from '../values/adapter-value.ts';
import { cellValues } from '../values/cell-value.ts';
import { ColumnClass } from '../values/column-value.ts';
import { NameSpace } from '../values/name-space.ts';
import { RelationValue, relationCreator } from '../values/relation-value.ts';
import { TableValue } from '../values/table-value.ts';
import { templateFunction } from './template-function.ts';
import { textOf } from './text-of.ts';

/** The warehouse that a template may query, if `execute` is true. */
export interface TemplateWarehouse {
  readonly execute: boolean;
  readonly adapter: Adapter | undefined;
}

/**
 * The functions that query the warehouse: `run_query`, `statement`, `load_result` and so on. A named result is kept
 * until the template loads it.
 */
export function warehouseNames(
  { adapter, execute, quoting }: TemplateWarehouse & { readonly quoting: Quoting },
  context: TemplateContext,
): Names {
  const results = new Map<string, Value>();
  const query = async (sql: string): Promise<Value> => {
    if (!adapter || !execute) return null;
    const result = await adapter.query(sql);
    return new TableValue(result.columns, cellValues(result));
  };
  const keep = (name: Value | undefined, table: Value) => {
    if (typeof name === 'string') results.set(name, toResult(table));
    return '';
  };
  return new Map<string, Value>([
    ['adapter', new AdapterValue(context, execute ? adapter : undefined)],
    [
      'api',
      new NameSpace(
        new Map<string, Value>([
          ['Relation', new NameSpace(new Map([['create', relationCreator(quoting)]]), 'Relation')],
          ['Column', new ColumnClass()],
        ]),
        'api',
      ),
    ],
    ['run_query', templateFunction('run_query', ['sql'], async ({ given }) => query(textOf(given.sql)))],
    [
      'statement',
      templateFunction(
        'statement',
        ['name', 'fetch_result', 'auto_begin', 'language', 'caller'],
        async ({ given, site }) => {
          if (!execute || !(given.caller instanceof Callable)) return '';
          const sql = await given.caller.call({ positional: [], named: new Map() }, site);
          const table = await query(textOf(sql));
          return keep(given.name, isTruthy(given.fetch_result ?? false) ? table : null);
        },
      ),
    ],
    [
      'noop_statement',
      templateFunction('noop_statement', ['name', 'message', 'code', 'rows_affected', 'res'], ({ given }) =>
        keep(given.name, null),
      ),
    ],
    [
      'store_result',
      templateFunction('store_result', ['name', 'response', 'agate_table'], ({ given }) =>
        keep(given.name, given.agate_table ?? null),
      ),
    ],
    ['load_result', templateFunction('load_result', ['name'], ({ given }) => results.get(textOf(given.name)) ?? null)],
    [
      'load_relation',
      templateFunction('load_relation', ['relation'], ({ given }) => loadRelation(given.relation, adapter)),
    ],
    [
      'load_cached_relation',
      templateFunction('load_cached_relation', ['relation'], ({ given }) => loadRelation(given.relation, adapter)),
    ],
    [
      'get_columns_in_query',
      templateFunction('get_columns_in_query', ['select_sql'], async ({ given }) => {
        const table = await query(`select * from (\n${textOf(given.select_sql)}\n) as columns_of where false limit 0`);
        return table instanceof TableValue ? toValue([...table.columns]) : toValue([]);
      }),
    ],
  ]);
}

async function loadRelation(relation: Value | undefined, adapter: Adapter | undefined): Promise<Value> {
  return relation instanceof RelationValue ? findRelation(relation, adapter) : null;
}

/** dbt: the result of a statement has `data` (rows) and `table`. */
function toResult(table: Value): Value {
  const data = table instanceof TableValue ? toValue(table.rows.map((row) => [...row])) : toValue([]);
  return new NameSpace(
    new Map<string, Value>([
      ['data', data],
      ['table', table],
      ['response', ''],
    ]),
    'result',
  );
}
