import { renderNative } from '../../../evaluate/render.ts';
import { getAttribute } from '../../../values/attributes.ts';
import { iterate } from '../../../values/iterate.ts';
import { toValue } from '../../../values/plain-value.ts';
import { printValue, reprValue } from '../../../values/print-value.ts';
import { Callable, type Value } from '../../../values/value.ts';
import { modulesValue } from '../../modules.ts';

/** The time that `now()` has in tests. */
export const NOW = new Date('2026-11-25T19:40:00.123Z');

/** The repr() of an expression's value. The expression has the modules as `dt`, `pytz`, `re` and `it`. */
export async function evaluate(expression: string, variables: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const modules = modulesValue(() => NOW);
  const moduleNamed = (name: string) => getAttribute(modules, name);
  const names = new Map<string, Value>([
    ['dt', moduleNamed('datetime')],
    ['pytz', moduleNamed('pytz')],
    ['re', moduleNamed('re')],
    ['it', moduleNamed('itertools')],
    ['list', new Callable('list', ({ positional: [items = null] }) => [...iterate(items)])],
    ['str', new Callable('str', ({ positional: [value = null] }) => printValue(value))],
    ['later', new Callable('later', async () => 'x')],
    ...Object.entries(variables).map(([name, value]) => [name, toValue(value)] as const),
  ]);
  const context = { get: (name: string) => names.get(name), names: () => names.keys() };
  return reprValue(await renderNative(`{{ ${expression} }}`, context, { file: 'm.sql', line: 1, column: 1 }));
}
