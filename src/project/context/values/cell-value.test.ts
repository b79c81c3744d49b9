import { expect, test } from 'vitest';
import { printValue, reprValue } from '../../../jinja/values/print-value.ts';
import { cellValues } from './cell-value.ts';

// Expected texts are those of dbt-core 1.11.16 with dbt-duckdb 1.10.1. The last four cells have no value in Python.
test.each([
  ['DATE', '2026-01-02', '2026-01-02', 'datetime.date(2026, 1, 2)'],
  ['TIMESTAMP', '2026-01-02 03:04:05', '2026-01-02 03:04:05', 'datetime.datetime(2026, 1, 2, 3, 4, 5)'],
  [
    'TIMESTAMP',
    '2026-01-02 03:04:05.5',
    '2026-01-02 03:04:05.500000',
    'datetime.datetime(2026, 1, 2, 3, 4, 5, 500000)',
  ],
  ['TIMESTAMP', '2026-01-02 00:00:00', '2026-01-02 00:00:00', 'datetime.datetime(2026, 1, 2, 0, 0)'],
  ['TIMESTAMP WITH TIME ZONE', '2026-01-02 03:04:05.17125+00', '2026-01-02 03:04:05.171250+00:00', undefined],
  ['DECIMAL(5,2)', '1.50', '1.50', undefined],
  ['DECIMAL(5,0)', '12', '12', undefined],
  ['DOUBLE', 3, '3.0', undefined],
  ['DOUBLE', 1e20, '1E+20', undefined],
  ['DOUBLE', Number.POSITIVE_INFINITY, 'Infinity', undefined],
  ['BIGINT', 12n, '12', '12'],
  ['BOOLEAN', true, 'True', 'True'],
  ['VARCHAR', '2026-01-02', '2026-01-02', "'2026-01-02'"],
  ['DATE', null, 'None', 'None'],
  ['DATE', 'infinity', 'infinity', "'infinity'"],
  ['DATE', '0044-03-15 (BC)', '0044-03-15 (BC)', undefined],
  ['TIMESTAMP', 'infinity', 'infinity', undefined],
  ['DOUBLE', Number.NaN, 'NaN', undefined],
])('a cell of type %s that is %s prints as %s', (type, cell, printed, repr) => {
  const [[value] = []] = cellValues({ columns: ['c'], types: [type], rows: [[cell]] });

  expect(printValue(value ?? null)).toBe(printed);
  if (repr !== undefined) expect(reprValue(value ?? null)).toBe(repr);
});
