import { DateValue } from '../../../jinja/python/modules/date-value.ts';
import { onDay } from '../../../jinja/python/modules/datetime-value.ts';
import { parseIsoDate, parseIsoDateTime } from '../../../jinja/python/modules/iso-format.ts';
import { UTC_TIMEZONE } from '../../../jinja/python/modules/tzinfo-value.ts';
import { floatText } from '../../../jinja/python/number-text.ts';
import { toValue } from '../../../jinja/values/plain-value.ts';
import { PythonError } from '../../../jinja/values/python-error.ts';
import { Float, type Value } from '../../../jinja/values/value.ts';
import type { QueryResult } from '../../project.ts';

type Cell = QueryResult['rows'][number][number];

/**
 * The rows of a query as dbt's agate table has them: dates and times are Python's, and numbers with a fraction print as
 * Python's decimals.
 */
export function cellValues({ types, rows }: QueryResult): readonly (readonly Value[])[] {
  return rows.map((row) => row.map((cell, index) => cellValue(types[index] ?? '', cell)));
}

function cellValue(type: string, cell: Cell): Value {
  if (typeof cell === 'string' && /^(?:DATE|TIMESTAMP)/.test(type)) return momentValue(type, cell);
  if (type.startsWith('DECIMAL') && cell !== null) return new Float(Number(cell), String(cell));
  if ((type === 'DOUBLE' || type === 'FLOAT') && typeof cell === 'number') return new Float(cell, decimalText(cell));
  return toValue(cell);
}

/** A date or time; one that Python's calendar lacks (`infinity`, years before 1) stays a text. */
function momentValue(type: string, text: string): Value {
  try {
    if (type === 'DATE') return new DateValue(parseIsoDate(text));
    const isZoned = type === 'TIMESTAMP WITH TIME ZONE';
    // DuckDB prints fractions of a second of any length; Python reads six digits.
    const [, moment = text, fraction = ''] = /^([^.+]*)(?:\.(\d+))?(?:\+00)?$/.exec(text) ?? [];
    const { ordinal, time } = parseIsoDateTime(`${moment}.${fraction.padEnd(6, '0').slice(0, 6)}`);
    return onDay(ordinal, time.inDay, isZoned ? UTC_TIMEZONE : undefined);
  } catch (cause) {
    if (cause instanceof PythonError) return text;
    throw cause;
  }
}

/** A float as Python prints it after its conversion to Decimal: `3.0`, `1E+20`, `Infinity`. */
function decimalText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? floatText(value).toUpperCase() : value < 0 ? '-Infinity' : 'Infinity';
}
