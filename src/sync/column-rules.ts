import type { ColumnMask, SyncTable, ValuePolicy } from '../config/fenceline-config.ts';
import { type Sql, sql } from '../sql.ts';
import { type ColumnTransfer, columnTransfer, keptTransfer, type PostgresType, pinnedDecimal } from './column-type.ts';
import { maskedTransfer } from './source-mask.ts';

/** The rules that fenceline.yml has for the values of one column. */
export interface ColumnRules {
  /** `varchar` or `decimal(p,s)`. */
  readonly type: string | undefined;
  readonly nan: ValuePolicy;
  readonly onBad: ValuePolicy;
  /** `undefined` for a column that no mask is for. */
  readonly mask: ColumnMask | undefined;
}

/** The rules of a column; those of `*` count where it has none of its own. */
export function rulesFor({ values, mask = {} }: SyncTable, column: string): ColumnRules {
  const policy = (policies: { readonly [column: string]: ValuePolicy } = {}) => {
    const key = Object.hasOwn(policies, column) ? column : '*';
    return Object.hasOwn(policies, key) ? (policies[key] ?? null) : 'error';
  };
  return {
    type: values?.type[column],
    nan: policy(values?.nan),
    onBad: policy(values?.onBad),
    mask: Object.hasOwn(mask, column) ? mask[column] : undefined,
  };
}

/** How a column is copied under its rules; `undefined` where its mask is for other types. */
export function ruledTransfer(type: PostgresType, rules: ColumnRules): ColumnTransfer | undefined {
  if (rules.mask !== undefined) return maskedTransfer(rules.mask, type);
  const usual = typedTransfer(type, rules.type);
  const withoutNan = rules.nan === null && isDecimal(type, usual) ? nanAsNull(usual) : usual;
  return rules.onBad === null ? badAsNull(withoutNan) : withoutNan;
}

/** Whether a type can be given to a column: each can be a text, and only a numeric a decimal. */
export function isTypeFor(type: PostgresType, pinned: string | undefined): boolean {
  return pinned === undefined || pinned === 'varchar' || isNumeric(type);
}

function typedTransfer(type: PostgresType, pinned: string | undefined): ColumnTransfer {
  if (pinned === undefined) return columnTransfer(type);
  const [, precision, scale] = /^decimal\((\d+), ?(\d+)\)$/.exec(pinned) ?? [];
  return precision === undefined ? keptTransfer() : pinnedDecimal(Number(precision), Number(scale));
}

function isNumeric({ schema, name, dimensions }: PostgresType): boolean {
  return schema === 'pg_catalog' && name === 'numeric' && dimensions === 0;
}

function isDecimal(type: PostgresType, { keptAsText }: ColumnTransfer): boolean {
  return isNumeric(type) && !keptAsText;
}

function nanAsNull(transfer: ColumnTransfer): ColumnTransfer {
  return {
    ...transfer,
    change: 'NaN as NULL',
    select: (column) =>
      sql`case when ${column} operator(pg_catalog.=) 'NaN'::pg_catalog.numeric then null else ${column} end`,
  };
}

/** Makes NULL of a value that does not fit. It is read as a text, so that the reader of lines does not end at it. */
function badAsNull(transfer: ColumnTransfer): ColumnTransfer {
  const parse = (text: Sql) => (transfer.wire === 'VARCHAR' ? transfer.convert(text) : sql`${text}::${transfer.type}`);
  return { ...transfer, wire: 'VARCHAR', convert: (text) => sql`try(${parse(text)})` };
}
