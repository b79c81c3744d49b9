import { getItem } from './attributes.ts';
import type { Meter } from './meter.ts';
import { sizeOf } from './size.ts';
import { Undefined, type Value } from './value.ts';

/** Gives what `attribute='a.b.0'` asks of an item. */
export type Getter = (item: Value) => Value;

/**
 * The getter of an attribute path (Jinja: make_attrgetter): items before attributes, whole numbers as positions. No
 * attribute gives the item itself. `fallback` stands for what does not exist, at every step.
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

/** The getters of `attribute='a,b.c'` (Jinja: make_multi_attrgetter). */
export function attributeGetters(attribute: Value | undefined, meter: Meter): readonly Getter[] {
  const attributes = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  return attributes.map((one) => attributeGetter(one, meter));
}

/** Filters that compare take texts in any case for equal, unless told otherwise. */
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
