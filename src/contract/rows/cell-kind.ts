import { type Sql, sql } from '../../sql.ts';
import { unreachable } from '../../unreachable.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';

/** How values of a column are compared with others: as words, or as a point on a scale. */
export type CellKind = TextKind | ScalarKind;
export type TextKind = 'text' | 'json';
export type ScalarKind = 'number' | 'date' | 'instant';

/** The kind of a column; `undefined` for types that tell no people apart (booleans, times of day, intervals) and bytes. */
export function cellKind({ type }: ColumnType): CellKind | undefined {
  if (/\[\d*\]$|^(STRUCT|MAP|UNION)\(|^(JSON|VARIANT)$/.test(type)) return 'json';
  if (/^(VARCHAR|UUID)$|^ENUM\(/.test(type)) return 'text';
  if (/^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$|^BIGNUM$|^(DECIMAL\(|FLOAT$|DOUBLE$)/.test(type)) return 'number';
  if (type === 'DATE') return 'date';
  return type.startsWith('TIMESTAMP') ? 'instant' : undefined;
}

/**
 * SQL: the column as the text in which values are searched. A nested value becomes its JSON, with a blank in the place of
 * each backslash escape (`\n`), since its letters are none of the value's.
 */
export function cellText(column: Sql, kind: CellKind): Sql {
  return kind === 'json' ? withoutEscapes(jsonText(column)) : sql`cast(${column} as varchar)`;
}

/** SQL: the column as JSON, parsed and written again, so that letters are not written as escapes. */
export function jsonText(column: Sql): Sql {
  return sql`cast(json(to_json(${column})) as varchar)`;
}

/** SQL: a blank in the place of each escape of JSON. */
export function withoutEscapes(text: Sql): Sql {
  return sql`regexp_replace(${text}, '\\(u[0-9a-fA-F]{4}|.)', ' ', 'g')`;
}

/**
 * SQL: the kind of value in a text, since dates (also as midnight) and numbers are often kept as text. `grouped` is a
 * number written with separators, above all a telephone number: it is compared as text and as number.
 */
export function textKind(text: Sql): Sql {
  return sql`case
    when ascii(${text}) not between 32 and 57 then 'text'
    when regexp_full_match(${text}, '\s*\d{4}-\d{2}-\d{2}([ T]00:00(:00(\.0+)?)?([+]00(:00)?|Z)?)?\s*') then 'date'
    when regexp_matches(${text}, '^\s*\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}') then 'instant'
    when regexp_full_match(${text}, '\s*[+-]?\d+(\.\d+)?\s*') then 'number'
    when regexp_full_match(${text}, '\s*[+(]?[\d ()/.-]+') and length(${digits(text)}) between 7 and 15 then 'grouped'
    else 'text' end`;
}

/** SQL: the digits of a text alone. */
export function digits(text: Sql): Sql {
  return sql`regexp_replace(${text}, '[^0-9]', '', 'g')`;
}

/** SQL: a scale and a place on it, in days, seconds or as the number itself. */
export interface ScalePoint {
  readonly scale: Sql;
  readonly value: Sql;
}

/** SQL: the point of a text of that kind; NULL for a plain text. */
export function textPoint(kind: Sql, text: Sql): ScalePoint {
  return {
    scale: sql`case ${kind} when 'grouped' then 'number' else ${kind} end`,
    value: sql`case ${kind}
      when 'date' then epoch(try_cast(substr(trim(${text}), 1, 10) as date)) / 86400
      when 'instant' then epoch(try_cast(${text} as timestamp))
      when 'number' then try_cast(${text} as double)
      when 'grouped' then try_cast(${digits(text)} as double) end`,
  };
}

/** SQL: scale and place of a column whose type is a number, date or instant; an instant at midnight is a date. */
export function columnPoint(kind: ScalarKind, column: Sql): ScalePoint {
  switch (kind) {
    case 'number':
      return { scale: sql`'number'`, value: sql`cast(${column} as double)` };
    case 'date':
      return { scale: sql`'date'`, value: sql`epoch(${column}) / 86400` };
    case 'instant': {
      const isMidnight = sql`epoch(${column}) % 86400 = 0`;
      return {
        scale: sql`case when ${isMidnight} then 'date' else 'instant' end`,
        value: sql`case when ${isMidnight} then epoch(${column}) / 86400 else epoch(${column}) end`,
      };
    }
    default:
      return unreachable(kind);
  }
}
