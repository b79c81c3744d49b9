import { renderTemplate, type WrapMacro } from '../../jinja/evaluate/render.ts';
import { parseTemplate } from '../../jinja/syntax/parse-template.ts';
import { toValue } from '../../jinja/values/plain-value.ts';
import { printValue } from '../../jinja/values/print-value.ts';
import { Callable, isTruthy, type Value } from '../../jinja/values/value.ts';
import type { Location } from '../../location.ts';
import { UserError } from '../../user-error.ts';
import type { ManifestRecord } from '../artifacts/manifest-record.ts';
import type { RefCall, SourceCall } from '../node.ts';
import type { StandIns } from '../project.ts';
import { type FoundUse, type UnsupportedCode, unsupported } from '../unsupported/unsupported.ts';
import { baseNames, type Names, type Surroundings } from './base-context.ts';
import { readRef, readSource } from './functions/read-call.ts';
import { templateFunction } from './functions/template-function.ts';
import { missingVar } from './functions/variable-functions.ts';
import { type TemplateWarehouse, warehouseNames } from './functions/warehouse-functions.ts';
import type { MacroDefinition, MacroLibrary } from './macro-library.ts';
import { openContext, type TemplateContext } from './template-context.ts';
import { NameSpace } from './values/name-space.ts';
import { RefFunction } from './values/ref-function.ts';
import type { RelationValue } from './values/relation-value.ts';
import { type ReadVariable, watchVariables } from './watch-variables.ts';

/** State that all templates of a project share. */
export interface Workspace {
  readonly rootPackage: string;
  readonly library: MacroLibrary;
  readonly surroundings: Surroundings;
  /** Versions of all packages, as their dbt_project.yml says. */
  readonly versions: ReadonlyMap<string, string | undefined>;
  /** Whether packages of the project are not installed. */
  readonly lacksPackages: boolean;
}

/** The values that the template of one node sees, while the project is parsed or while the node is compiled. */
export interface NodeScope extends TemplateWarehouse {
  readonly workspace: Workspace;
  readonly packageName: string;
  readonly ref: (call: RefCall) => Value | Promise<Value>;
  readonly source: (call: SourceCall) => Value;
  readonly config: Value;
  readonly this: RelationValue;
  readonly model: ManifestRecord;
  readonly graph: () => Value;
  /** Unique ids of the nodes that the command selects; an empty list while templates are parsed. */
  readonly selectedResources: () => Value;
  readonly isIncremental: () => boolean | Promise<boolean>;
  /** Absent while templates are parsed. */
  readonly shouldFullRefresh?: boolean;
  readonly wrapMacro?: WrapMacro | undefined;
  readonly onMacro?: (macro: MacroDefinition) => void;
  /** Called with each use of an unsupported function, which prints nothing; absent: the use is an error. */
  readonly onUnsupported?: (use: FoundUse) => void;
  readonly onOwnCall?: (uniqueId: string) => void;
  /** Called with each variable that a template reads. */
  readonly onVariable?: (variable: ReadVariable) => void;
  readonly standIns?: StandIns | undefined;
  /** Values that replace those of other names, and the results of macros, by `name` or `package.name`. */
  readonly overrides?: ReadonlyMap<string, Value>;
  /** Gets each line that a template logs or prints. */
  readonly onLog?: ((line: string) => void) | undefined;
  /** Further values by name, each made when the template reads it. */
  readonly late?: ReadonlyMap<string, () => Value>;
}

/** Opens the context in which the template of a node is rendered (dbt: ModelContext). */
export function openNodeContext(scope: NodeScope): TemplateContext {
  const { workspace, packageName, wrapMacro, onMacro, onOwnCall } = scope;
  const { library, rootPackage } = workspace;
  const names: Names = new Map();
  const context = openContext({
    library,
    rootPackage,
    localPackage: packageName,
    names,
    late: new Map([['graph', scope.graph], ['selected_resources', scope.selectedResources], ...(scope.late ?? [])]),
    wrapMacro,
    ...(onMacro && { onMacro }),
    ...(onOwnCall && { onOwnCall }),
    ...(scope.overrides && { overrides: scope.overrides }),
  });
  const render = (text: string, at: Location) => renderText(text, context, at);
  let hasRead = false;
  const surroundings = watchVariables(
    workspace.surroundings,
    (variable) => {
      hasRead = true;
      scope.onVariable?.(variable);
    },
    scope.standIns,
  );
  // dbt: while it parses, a var without a value is none. Only what is run needs the value.
  const missing = scope.execute ? missingVar : () => null;
  for (const [name, value] of baseNames(surroundings, packageName, render, () => hasRead, missing))
    names.set(name, value);
  for (const [name, value] of nodeNames(scope)) names.set(name, value);
  for (const [name, value] of logNames(scope.onLog)) names.set(name, value);
  for (const [name, value] of warehouseNames({ ...scope, quoting: workspace.surroundings.quoting }, context))
    names.set(name, value);
  const builtins = new Map(names).set('ref', new RefFunction(names.get('ref'), workspace.surroundings));
  names.set('builtins', new NameSpace(builtins, 'builtins'));
  names.set('context', new NameSpace(names, 'context'));
  return context;
}

/** Renders a var with Jinja in it. It sees the context of the template that reads the var. */
function renderText(text: string, context: TemplateContext, at: Location): string | Promise<string> {
  const template = parseTemplate({ file: at.file, text, firstLine: at.line, firstColumn: at.column });
  const rendered = renderTemplate(template, context);
  return rendered instanceof Promise ? rendered.then((done) => done.text) : rendered.text;
}

function nodeNames(scope: NodeScope): Names {
  const model = toValue(scope.model);
  return new Map<string, Value>([
    ['ref', new Callable('ref', (args, site) => scope.ref(readRef(args, site)), runtimeConfig(scope.workspace))],
    ['source', new Callable('source', (args, site) => scope.source(readSource(args, site)))],
    ['config', scope.config],
    ['this', scope.this],
    ['model', model],
    ['node', model],
    ['schema', scope.this.shape.schema ?? null],
    ['database', scope.this.shape.database ?? null],
    ['execute', scope.execute],
    ['is_incremental', templateFunction('is_incremental', [], scope.isIncremental)],
    ['should_full_refresh', templateFunction('should_full_refresh', [], () => scope.shouldFullRefresh ?? false)],
    ['metric', notSupported('metric', 'metrics', scope)],
    ['function', notSupported('function', 'functions', scope)],
    ['pre_hooks', toValue([])],
    ['post_hooks', toValue([])],
    ['defer_relation', null],
    // dbt has `doc` only while it parses.
    ...(scope.execute ? [] : [['doc', templateFunction('doc', ['package', 'name'], () => '')] as const]),
    ['dbt_metadata_envs', toValue({})],
  ]);
}

/** The functions `log` and `print`; empty without `onLog`. dbt shows a logged line only with `info=true`. */
function logNames(onLog: NodeScope['onLog']): Names {
  if (!onLog) return new Map();
  const say = (message: Value | undefined) => {
    onLog(printValue(message ?? null));
    return '';
  };
  return new Map<string, Value>([
    [
      'log',
      templateFunction('log', ['msg', 'info'], ({ given }) => (isTruthy(given.info ?? false) ? say(given.msg) : '')),
    ],
    ['print', templateFunction('print', ['msg'], ({ given }) => say(given.msg))],
  ]);
}

/** The value of `ref.config`, which packages read (dbt: RuntimeConfig): only the names and versions of the packages. */
function runtimeConfig({ rootPackage, versions }: Workspace): ReadonlyMap<string, Value> {
  const dependencies = [...versions].map(([name, version]) => [name, { project_name: name, version: version ?? null }]);
  return new Map([['config', toValue({ project_name: rootPackage, dependencies: Object.fromEntries(dependencies) })]]);
}

/** A function of dbt that is not supported, with its entry in the table `UNSUPPORTED`. */
function notSupported(
  name: string,
  code: UnsupportedCode,
  { model, onUnsupported }: Pick<NodeScope, 'model' | 'onUnsupported'>,
): Callable {
  return new Callable(name, (_args, location) => {
    const use = { subject: `${name}() of ${String(model['name'])}`, location };
    if (!onUnsupported) throw new UserError(unsupported(code, use));
    onUnsupported({ code, ...use });
    return '';
  });
}
