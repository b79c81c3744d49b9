import { printValue } from '../../../jinja/values/print-value.ts';
import type { Value } from '../../../jinja/values/value.ts';

/** An argument as text; None and a missing argument give an empty text. */
export function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : printValue(value);
}
