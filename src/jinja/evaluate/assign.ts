import { unreachable } from '../../unreachable.ts';
import type { Target } from '../syntax/ast.ts';
import { iterate } from '../values/iterate.ts';
import { PythonError } from '../values/python-error.ts';
import { Namespace, Tuple, typeName, Undefined, type Value } from '../values/value.ts';
import type { Frame } from './frame.ts';

/**
 * Assigns a value to a target: the left side of `=`, or the variables of a loop.
 * @throws {PythonError} when the value does not fit the target
 */
export function assign(target: Target, value: Value, frame: Frame): void {
  switch (target.kind) {
    case 'name':
      frame.scope.set(target.name, value);
      return;
    case 'namespace-attribute': {
      namespaceOf(target, frame).attributes.set(target.attribute, value);
      return;
    }
    case 'tuple': {
      frame.rendering.at = target.at;
      const items = unpack(value, target.items.length);
      for (const [index, item] of target.items.entries()) assign(item, items[index] ?? null, frame);
      return;
    }
    default:
      unreachable(target);
      return;
  }
}

/** Checks that a target `ns.x` has a namespace: Jinja does so before it evaluates the value. @throws {PythonError} */
export function checkNamespaces(target: Target, frame: Frame): void {
  if (target.kind === 'tuple') for (const item of target.items) checkNamespaces(item, frame);
  if (target.kind === 'namespace-attribute') namespaceOf(target, frame);
}

function namespaceOf(
  { namespace: name, at }: Extract<Target, { kind: 'namespace-attribute' }>,
  frame: Frame,
): Namespace {
  const own = frame.scope.get(name);
  const namespace = own === undefined ? frame.context.get(name) : own;
  frame.rendering.at = at;
  if (namespace instanceof Namespace) return namespace;
  throw new PythonError('TemplateRuntimeError', 'cannot assign attribute on non-namespace object');
}

function unpack(value: Value, count: number): readonly Value[] {
  if (value instanceof Undefined) throw value.error();
  if (typeof value === 'number' || value === null) {
    throw new PythonError('TypeError', `cannot unpack non-iterable ${typeName(value)} object`);
  }
  const items = value instanceof Tuple ? value.items : iterate(value);
  if (items.length === count) return items;
  throw new PythonError(
    'ValueError',
    items.length > count
      ? `too many values to unpack (expected ${count})`
      : `not enough values to unpack (expected ${count}, got ${items.length})`,
  );
}
