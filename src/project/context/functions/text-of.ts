import { printValue } from '../../../jinja/values/print-value.ts';
import type { Value } from '../../../jinja/values/value.ts';

/** A value as text. None, and an argument that was not given, are empty. */
export function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : printValue(value);
}
