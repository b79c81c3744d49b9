import { load, YAMLException } from 'js-yaml';
import { toValue } from '../../../jinja/values/plain-value.ts';
import { printValue } from '../../../jinja/values/print-value.ts';
import type { Value } from '../../../jinja/values/value.ts';

/** dbt: `fromyaml`. A text that is no YAML gives the default. */
export function fromYaml({
  value: written = null,
  default: otherwise = null,
}: {
  readonly value?: Value;
  readonly default?: Value;
}): Value {
  try {
    return toValue(load(printValue(written)));
  } catch (cause) {
    if (cause instanceof YAMLException) return otherwise;
    throw cause;
  }
}
