import { createHash } from 'node:crypto';
import type { ColumnMask } from '../config/fenceline-config.ts';
import { literal, type Sql, sql } from '../sql.ts';
import { unreachable } from '../unreachable.ts';
import { type ColumnTransfer, columnTransfer, type PostgresType } from './column-type.ts';

/**
 * SQL of a mask for both engines: Postgres runs the first in the query of the copy, so that the value never leaves it. The
 * second gives the same for the same value in DuckDB, for a table that comes from elsewhere.
 */
export interface MaskSql {
  readonly postgres: (column: Sql) => Sql;
  readonly duckdb: (column: Sql, key: string) => Sql;
}

/** How a column is copied through a mask; `undefined` where the mask has no meaning for its type. */
export function maskedTransfer(mask: ColumnMask, type: PostgresType): ColumnTransfer | undefined {
  if (!isMaskable(mask, type)) return undefined;
  const { postgres } = maskSql(mask, type);
  const masked = mask === 'hash' || mask === 'domain' ? columnTransfer(TEXT) : columnTransfer(type);
  return { ...masked, change: `masked by ${mask ?? 'null'}`, select: postgres };
}

const TEXT: PostgresType = { schema: 'pg_catalog', name: 'text', kind: 'b', modifier: -1, dimensions: 0 };

function isMaskable(mask: ColumnMask, { schema, name, dimensions }: PostgresType): boolean {
  if (mask === null) return true;
  const isText = dimensions === 0 && (name === 'citext' || (schema === 'pg_catalog' && TEXTS.includes(name)));
  const isOf = (names: readonly string[]) => dimensions === 0 && schema === 'pg_catalog' && names.includes(name);
  switch (mask) {
    case 'hash':
      return isText || isOf(WHOLE);
    case 'domain':
      return isText;
    case 'year':
      return isOf(MOMENTS);
    default:
      return unreachable(mask);
  }
}

const TEXTS = ['text', 'varchar', 'bpchar', 'name'];
const MOMENTS = ['date', 'timestamp', 'timestamptz'];
/** Types, beside texts, whose text is the same in both engines. */
const WHOLE = ['int2', 'int4', 'int8', 'uuid'];

/** The mask for a type that {@link maskedTransfer} takes. */
export function maskSql(mask: ColumnMask, { name }: Pick<PostgresType, 'name'>): MaskSql {
  switch (mask) {
    case null:
      return { postgres: () => sql`null`, duckdb: () => sql`null` };
    case 'hash':
      return { postgres: postgresHash, duckdb: duckdbHash };
    case 'domain':
      return {
        postgres: (column) =>
          sql`case when pg_catalog.strpos(${column}::pg_catalog.text, '@') operator(pg_catalog.>) 0
            then pg_catalog.substring(${column}::pg_catalog.text, '[^@]*$') end`,
        duckdb: (column) => sql`case when contains(${column}, '@') then regexp_extract(${column}, '[^@]*$') end`,
      };
    case 'year':
      return {
        postgres: (column) =>
          name === 'date'
            ? sql`pg_catalog.date_trunc('year', ${column}::pg_catalog.timestamp)::pg_catalog.date`
            : sql`pg_catalog.date_trunc('year', ${column})`,
        duckdb: (column) => sql`date_trunc('year', ${column})`,
      };
    default:
      return unreachable(mask);
  }
}

/** HMAC-SHA-256 (RFC 2104) of the text in UTF-8, as hexadecimal digits. */
function postgresHash(column: Sql): Sql {
  const text = sql`pg_catalog.convert_to(${column}::pg_catalog.text, 'UTF8')`;
  return sql`pg_catalog.encode(${shaOf('outer', shaOf('inner', text))}, 'hex')`;
}

function shaOf(pad: keyof typeof PADS, message: Sql): Sql {
  const setting = literal(`${SETTINGS}${pad}`);
  return sql`pg_catalog.sha256(pg_catalog.decode(pg_catalog.current_setting(${setting}), 'hex') operator(pg_catalog.||) ${message})`;
}

function duckdbHash(column: Sql, key: string): Sql {
  const pad = (name: keyof typeof PADS) => sql`unhex(${literal(paddedKey(key, name))})`;
  return sql`sha256(${pad('outer')} || unhex(sha256(${pad('inner')} || encode(${column}::VARCHAR))))`;
}

/** Prefix of the settings of a connection that hold the key, each mixed with one pad of the HMAC. */
const SETTINGS = 'fenceline.mask_';
/** The bytes that RFC 2104 mixes with the key. */
const PADS = { inner: 0x36, outer: 0x5c } as const;
const BLOCK_BYTES = 64;

function paddedKey(key: string, pad: keyof typeof PADS): string {
  const bytes = Buffer.from(key, 'utf8');
  const block = Buffer.alloc(BLOCK_BYTES);
  (bytes.length > BLOCK_BYTES ? createHash('sha256').update(bytes).digest() : bytes).copy(block);
  return Buffer.from(block.map((byte) => byte ^ PADS[pad])).toString('hex');
}

/**
 * The settings with which a connection brings the key to the server, in its first message. It is in the text of no query
 * and no parameter of one, which a server writes into its log.
 */
export function keySettings(key: string): string {
  return (['inner', 'outer'] as const).map((pad) => `-c ${SETTINGS}${pad}=${paddedKey(key, pad)}`).join(' ');
}
