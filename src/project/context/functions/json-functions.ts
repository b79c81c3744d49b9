import { jsonText } from '../../../jinja/python/json-text.ts';
import { toValue } from '../../../jinja/values/plain-value.ts';
import { printValue } from '../../../jinja/values/print-value.ts';
import { PythonError } from '../../../jinja/values/python-error.ts';
import { isTruthy, type Value } from '../../../jinja/values/value.ts';

/** The arguments of `tojson`. */
interface ToJson {
  readonly value?: Value;
  readonly default?: Value;
  readonly sort_keys?: Value;
}

/** dbt: `tojson`. A value that Python's json.dumps refuses gives the default. */
export function toJson({ value = null, default: otherwise = null, sort_keys = false }: ToJson): Value {
  try {
    return jsonText(value, { sortsKeys: isTruthy(sort_keys) });
  } catch (cause) {
    if (cause instanceof PythonError && cause.kind === 'ValueError') return otherwise;
    throw cause;
  }
}

/** dbt: `fromjson`. A text that is no JSON gives the default. */
export function fromJson({
  string: written = null,
  default: otherwise = null,
}: {
  readonly string?: Value;
  readonly default?: Value;
}): Value {
  try {
    return toValue(JSON.parse(printValue(written)));
  } catch (cause) {
    if (cause instanceof SyntaxError) return otherwise;
    throw cause;
  }
}
