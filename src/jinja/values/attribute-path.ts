import { getItem } from './attributes.ts';
import type { Meter } from './meter.ts';
import { sizeOf } from './size.ts';
import { Undefined, type Value } from './value.ts';

/** Reads the path of `attribute='a.b.0'` from an item. */
export type Getter = (item: Value) => Value;

/**
 * Makes the getter of an attribute path (Jinja: make_attrgetter). Each step looks for an item before an attribute, and a
 * whole number is a position. Without a path the getter gives the item itself. `fallback` replaces a step that is undefined.
 */
export function attributeGetter(attribute: Value | undefined, meter: Meter, fallback?: Value): Getter {
  const path = pathOf(attribute);
  const otherwise = fallback ?? null;
  return (item) => {
    let current = item;
    for (const key of path) {
      meter.work(typeof current === 'string' ? sizeOf(current) : 1);
      current = getItem(current, key);
      if (otherwise !== null && current instanceof Undefined) current = otherwise;
    }
    return current;
  };
}

/** Makes one getter for each path of `attribute='a,b.c'` (Jinja: make_multi_attrgetter). */
export function attributeGetters(attribute: Value | undefined, meter: Meter): readonly Getter[] {
  const attributes = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  return attributes.map((one) => attributeGetter(one, meter));
}

/** A getter whose texts are in lower case, for filters that compare without case by default (Jinja: ignore_case). */
export function ignoringCase(getter: Getter, meter: Meter): Getter {
  return (item) => {
    const value = getter(item);
    if (typeof value !== 'string') return value;
    meter.work(value.length);
    return value.toLowerCase();
  };
}

function pathOf(attribute: Value | undefined): readonly Value[] {
  if (attribute === undefined || attribute === null) return [];
  if (typeof attribute !== 'string') return [attribute];
  return attribute.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
