import type { Context } from '../evaluate/render.ts';
import { modulesValue } from '../python/modules.ts';
import { iterate } from '../values/iterate.ts';
import { toValue } from '../values/plain-value.ts';
import { printValue } from '../values/print-value.ts';
import {
  type CallArguments,
  Callable,
  Dict,
  Generator,
  HostObject,
  PySet,
  Tuple,
  type Value,
} from '../values/value.ts';

/** The context of all cases: the same variables and functions with which Python made their expected outputs. */
export function caseContext(): Context {
  const results = new Map<string, Value>();
  const star = new Callable('star', ({ positional, named }) => {
    const from = named.get('from') ?? positional[0] ?? null;
    return printValue(named.get('prefix') ?? '') + printValue(from);
  });
  const functions: Readonly<Record<string, (args: CallArguments) => Value | Promise<Value>>> = {
    ref: ({ positional }) => new Relation(`"db"."sch"."${printValue(positional.at(-1) ?? null)}"`),
    var: ({ positional, named }) => positional[1] ?? named.get('default') ?? null,
    config: () => '',
    log: () => '',
    load_result: ({ positional }) => results.get(printValue(positional[0] ?? null)) ?? null,
    f: ({ positional }) => positional.length,
    kwf: ({ named }) => [...named.keys()].sort().join(','),
    pkg_list: () => ['a', 'b'],
    set: ({ positional }) => new PySet(iterate(positional[0] ?? [])),
    zip: ({ positional }) => zip(positional),
    tojson: ({ positional }) => pythonJson(positional[0] ?? null),
  };
  const names = new Map<string, Value>([
    ...Object.entries(functions).map(([name, call]) => [name, new Callable(name, (args) => call(args))] as const),
    [
      'statement',
      new Callable('statement', async ({ positional, named }, site) => {
        const caller = named.get('caller');
        if (caller instanceof Callable) {
          results.set(printValue(positional[0] ?? null), await caller.call({ positional: [], named: new Map() }, site));
        }
        return '';
      }),
    ],
    ['adapter', new Dict([['dispatch', new Callable('dispatch', () => star)]])],
    ['dbt_utils', new Dict([['star', star]])],
    ['modules', modulesValue(() => new Date(0))],
    ...Object.entries(DATA).map(([name, value]) => [name, toValue(value)] as const),
  ]);
  return { get: (name) => names.get(name), names: () => names.keys() };
}

const DATA = {
  node: { unique_id: 'model.p.a', name: 'a' },
  cols: ['id', 'name', 'email'],
  d: { a: 1, b: 'two' },
  pair: [1, 2],
  flag: true,
  x5: 5,
  none_v: null,
  execute: true,
  objs: [
    { name: 'a', n: 1, ok: true },
    { name: 'b', n: 2, ok: false },
    { name: 'c', n: 3, ok: true },
  ],
  target: { name: 'dev', type: 'duckdb' },
  graph: {
    nodes: {
      'model.p.a': {
        name: 'a',
        unique_id: 'model.p.a',
        resource_type: 'model',
        tags: ['pii'],
        columns: { email: { meta: { pii: true } }, id: { meta: {} } },
      },
      'seed.p.s': { name: 's', unique_id: 'seed.p.s', resource_type: 'seed', tags: [], columns: {} },
    },
  },
};

/** A relation: a text that has attributes, too. */
class Relation extends HostObject {
  readonly typeName = 'Rel';
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  print(): string {
    return this.#text;
  }

  getAttribute(name: string): Value | undefined {
    return name === 'schema' ? 'sch' : undefined;
  }
}

function zip(lists: readonly Value[]): Value {
  const all = lists.map((list) => iterate(list));
  const length = Math.min(...all.map((items) => items.length));
  return new Generator(Array.from({ length }, (_, index) => new Tuple(all.map((items) => items[index] ?? null))));
}

function pythonJson(value: Value): string {
  if (value instanceof Dict) {
    return `{${value
      .entries()
      .map(([key, item]) => `${pythonJson(key)}: ${pythonJson(item)}`)
      .join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
    ? JSON.stringify(value)
    : printValue(value);
}
