import { dump, load, YAMLException } from 'js-yaml';
import { toPlain, toValue } from '../../../jinja/values/plain-value.ts';
import { printValue } from '../../../jinja/values/print-value.ts';
import { isTruthy, type Value } from '../../../jinja/values/value.ts';
import { toObject } from '../../mapping.ts';

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

/** dbt: `toyaml`, which writes YAML as PyYAML does. A value that YAML does not have gives the default. */
export function toYaml({
  value: written = null,
  default: otherwise = null,
  sort_keys: sortKeys = false,
}: {
  readonly value?: Value;
  readonly default?: Value;
  readonly sort_keys?: Value;
}): Value {
  try {
    return dump(toObject(toPlain(written)), { seqNoIndent: true, sortKeys: isTruthy(sortKeys) });
  } catch (cause) {
    if (cause instanceof YAMLException) return otherwise;
    throw cause;
  }
}
