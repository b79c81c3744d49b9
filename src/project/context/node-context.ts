import { renderTemplate } from '../../jinja/evaluate/render.ts';
import { parseTemplate } from '../../jinja/syntax/parse-template.ts';
import {
  type CallArguments,
  Callable,
  HostObject,
  isTruthy,
  printValue,
  toValue,
  type Value,
} from '../../jinja/values/value.ts';
import type { Location } from '../../location.ts';
import { UserError } from '../../user-error.ts';
import type { ManifestRecord } from '../artifacts/manifest-node.ts';
import type { RefCall, SourceCall } from '../node.ts';
import type { Adapter } from '../project.ts';
import { type UnsupportedCode, unsupported } from '../unsupported/unsupported.ts';
import { AdapterValue, findRelation } from './adapter-value.ts';
import { baseNames, type Names, type Surroundings } from './base-context.ts';
import { ColumnClass } from './column-value.ts';
import type { MacroDefinition, MacroLibrary } from './macro-library.ts';
import { createRelation, RelationValue } from './relation-value.ts';
import { TableValue } from './table-value.ts';
import { openContext, type TemplateContext } from './template-context.ts';
import { templateFunction } from './template-function.ts';

/** What all templates of a project share. */
export interface Workspace {
  readonly rootPackage: string;
  readonly library: MacroLibrary;
  readonly surroundings: Surroundings;
}

/** One node's view of the project while its template is rendered, be it to find refs or to compile. */
export interface NodeScope {
  readonly workspace: Workspace;
  readonly packageName: string;
  readonly ref: (call: RefCall) => Value | Promise<Value>;
  readonly source: (call: SourceCall) => Value;
  readonly config: Value;
  readonly this: RelationValue;
  readonly model: ManifestRecord;
  readonly graph: () => Value;
  readonly execute: boolean;
  readonly adapter: Adapter | undefined;
  readonly isIncremental: () => boolean | Promise<boolean>;
  readonly wrapMacro?: ((macro: string, output: string) => string) | undefined;
  readonly onMacro?: (macro: MacroDefinition) => void;
}

/** dbt: ModelContext. */
export function openNodeContext(scope: NodeScope): TemplateContext {
  const { workspace, packageName, wrapMacro, onMacro } = scope;
  const names: Names = new Map();
  const context = openContext({
    library: workspace.library,
    rootPackage: workspace.rootPackage,
    localPackage: packageName,
    names,
    late: new Map([['graph', scope.graph]]),
    wrapMacro,
    ...(onMacro && { onMacro }),
  });
  const render = (text: string, at: Location) => renderText(text, context, at);
  for (const [name, value] of baseNames(workspace.surroundings, packageName, render)) names.set(name, value);
  for (const [name, value] of nodeNames(scope)) names.set(name, value);
  for (const [name, value] of warehouseNames(scope, context)) names.set(name, value);
  names.set('builtins', new NameSpace(names, 'builtins'));
  names.set('context', new NameSpace(names, 'context'));
  return context;
}

/** A string var, whose template may use whatever the reader of the var may. */
function renderText(text: string, context: TemplateContext, at: Location): string | Promise<string> {
  const template = parseTemplate({ file: at.file, text, firstLine: at.line, firstColumn: at.column });
  const rendered = renderTemplate(template, context);
  return rendered instanceof Promise ? rendered.then((done) => done.text) : rendered.text;
}

function nodeNames(scope: NodeScope): Names {
  const model = toValue(scope.model);
  return new Map<string, Value>([
    ['ref', new Callable('ref', (args, site) => scope.ref(readRef(args, site)))],
    ['source', new Callable('source', (args, site) => scope.source(readSource(args, site)))],
    ['config', scope.config],
    ['this', scope.this],
    ['model', model],
    ['node', model],
    ['schema', scope.this.shape.schema ?? null],
    ['database', scope.this.shape.database ?? null],
    ['execute', scope.execute],
    ['is_incremental', templateFunction('is_incremental', [], scope.isIncremental)],
    ['should_full_refresh', templateFunction('should_full_refresh', [], () => false)],
    ['metric', notSupported('metric', 'metrics')],
    ['function', notSupported('function', 'functions')],
    ['doc', templateFunction('doc', ['package', 'name'], () => '')],
    ['selected_resources', toValue([])],
    ['pre_hooks', toValue([])],
    ['post_hooks', toValue([])],
    ['defer_relation', null],
    ['dbt_metadata_envs', toValue({})],
    ['invocation_args_dict', toValue({})],
  ]);
}

/** What asks the warehouse, and keeps what it answered by name until the template asks for it. */
function warehouseNames({ adapter, execute }: NodeScope, context: TemplateContext): Names {
  const results = new Map<string, Value>();
  const query = async (sql: string): Promise<Value> => {
    if (!adapter || !execute) return null;
    const { columns, rows } = await adapter.query(sql);
    return new TableValue(columns, rows);
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
          ['Relation', new NameSpace(new Map([['create', createRelation]]), 'Relation')],
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

function readRef({ positional, named }: CallArguments, site: Location): RefCall {
  const [first, second, ...more] = positional.map(textOf);
  if (first === undefined || more.length > 0) {
    throw new UserError({
      code: 'bad-ref',
      message: `ref() takes a name, or a package and a name, but ${positional.length} arguments are given.`,
      location: site,
      fix: "write ref('name') or ref('package', 'name')",
    });
  }
  return {
    name: second ?? first,
    packageName: second === undefined ? undefined : first,
    version: readVersion(named.get('version') ?? named.get('v')),
    location: site,
  };
}

function readVersion(version: Value | undefined): string | number | undefined {
  if (version === undefined || version === null) return undefined;
  return typeof version === 'number' ? version : printValue(version);
}

function readSource({ positional, named }: CallArguments, site: Location): SourceCall {
  const [sourceName, tableName, ...more] = positional.map(textOf);
  if (sourceName === undefined || tableName === undefined || more.length > 0 || named.size > 0) {
    throw new UserError({
      code: 'bad-source',
      message: `source() takes two names, but ${positional.length + named.size} arguments are given.`,
      location: site,
      fix: "write source('source', 'table')",
    });
  }
  return { sourceName, tableName, location: site };
}

/** A function of dbt that stops the template with its entry in the table of what is not supported. */
function notSupported(name: string, code: UnsupportedCode): Callable {
  return new Callable(name, (_args, location) => {
    throw new UserError(unsupported(code, { subject: `${name}()`, location }));
  });
}

/** Names behind a dot, such as `api.Relation` or `builtins.ref`. */
class NameSpace extends HostObject {
  readonly typeName: string;
  readonly #names: ReadonlyMap<string, Value>;

  constructor(names: ReadonlyMap<string, Value>, typeName: string) {
    super();
    this.#names = names;
    this.typeName = typeName;
  }

  print(): string {
    return `<${this.typeName}>`;
  }

  getAttribute(name: string): Value | undefined {
    if (name === 'get')
      return templateFunction('get', ['key', 'default'], ({ given }) => {
        const found = this.#names.get(textOf(given.key));
        return found === undefined ? (given.default ?? null) : found;
      });
    return this.#names.get(name);
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.#names.get(key) : undefined;
  }
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : printValue(value);
}
