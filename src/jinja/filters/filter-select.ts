import { attributeGetter, type Getter } from '../values/attribute-path.ts';
import { iterateLazily } from '../values/iterate.ts';
import { makeGenerator } from '../values/lazy.ts';
import { reprValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { type CallArguments, isTruthy, type Value } from '../values/value.ts';
import { type Filter, type FilterEnvironment, filter } from './filter.ts';

export const MAP = filter('*', (input, _, environment, all) => makeGenerator(input, mapped(input, environment, all)));

export const SELECT = selecting({ byAttribute: false, keeps: true });
export const REJECT = selecting({ byAttribute: false, keeps: false });
export const SELECTATTR = selecting({ byAttribute: true, keeps: true });
export const REJECTATTR = selecting({ byAttribute: true, keeps: false });

function* mapped(input: Value, environment: FilterEnvironment, all: CallArguments): Iterable<Value> {
  if (!isTruthy(input)) return;
  const change = changeOf(environment, all);
  for (const item of iterateLazily(input)) {
    environment.meter.iterate(1);
    yield change(item);
  }
}

/**
 * The function that `map` applies to an item: `map(attribute='a.b', default=0)`, or `map('filter', …)` with the
 * filter's arguments.
 */
function changeOf({ meter, applyFilter }: FilterEnvironment, { positional, named }: CallArguments): Getter {
  const [name, ...rest] = positional;
  if (name !== undefined) return (item) => applyFilter(name, item, { positional: rest, named });
  if (!named.has('attribute')) throw new PythonError('FilterArgumentError', 'map requires a filter argument');
  for (const given of named.keys()) {
    if (given !== 'attribute' && given !== 'default') {
      throw new PythonError('FilterArgumentError', `Unexpected keyword argument ${reprValue(given)}`);
    }
  }
  return attributeGetter(named.get('attribute'), meter, named.get('default'));
}

function selecting({ byAttribute, keeps }: { readonly byAttribute: boolean; readonly keeps: boolean }): Filter {
  return filter('*', (input, _, environment, all) => makeGenerator(input, selected(input, environment, all)));

  function* selected(input: Value, environment: FilterEnvironment, all: CallArguments): Iterable<Value> {
    if (!isTruthy(input)) return;
    const holds = conditionOf(environment, all, byAttribute);
    for (const item of iterateLazily(input)) {
      environment.meter.iterate(1);
      if (holds(item) === keeps) yield item;
    }
  }
}

/**
 * The condition of `select` (`'test', …`) or `selectattr` (`'attribute', 'test', …`). Without a test the value must be
 * true.
 */
function conditionOf(
  { meter, applyTest }: FilterEnvironment,
  { positional, named }: CallArguments,
  byAttribute: boolean,
): (item: Value) => boolean {
  if (byAttribute && positional.length === 0) {
    throw new PythonError('FilterArgumentError', 'Missing parameter for attribute name');
  }
  const getter = attributeGetter(byAttribute ? positional[0] : undefined, meter);
  const [test, ...rest] = byAttribute ? positional.slice(1) : positional;
  if (test === undefined) return (item) => isTruthy(getter(item));
  return (item) => applyTest(test, getter(item), { positional: rest, named });
}
