import { literal, type Sql, sql } from '../sql.ts';

/** A column's type in Postgres, with its domains resolved and array dimensions apart. */
export interface PostgresType {
  readonly schema: string;
  readonly name: string;
  /** `pg_type.typtype`: base, composite, domain, enum, pseudo, range, multirange. */
  readonly kind: string;
  /** `atttypmod`: precision and scale of a numeric; -1 where none was given. */
  readonly modifier: number;
  /** Declared dimensions of an array; 0 for another type. */
  readonly dimensions: number;
}

/** How a column is copied: the text that Postgres writes, and how DuckDB reads a value from it. */
export interface ColumnTransfer {
  /** Type in the warehouse. */
  readonly type: Sql;
  /** The type that `read_csv` gives the column, before `convert`. */
  readonly wire: string;
  /** True if no type of DuckDB fits, so that the column holds Postgres's text. */
  readonly keptAsText: boolean;
  /** For Postgres, whose names and texts are quoted as DuckDB's are. */
  select(column: Sql): Sql;
  /** For DuckDB; `text` is the column as `read_csv` gives it. */
  convert(text: Sql): Sql;
}

/**
 * How a column of this type is copied. `read_csv` itself parses only types that it cannot change silently: it makes NULL of
 * a timestamp that it cannot parse, and rounds decimals. The others are cast in the SELECT, where such a value is an error.
 */
export function columnTransfer(type: PostgresType): ColumnTransfer {
  return type.dimensions === 0 ? scalarTransfer(type) : arrayTransfer(type);
}

function scalarTransfer(type: PostgresType): ColumnTransfer {
  const scalar = scalarOf(type);
  const { select = unchanged, convert = unescaped(scalar.parse) } = scalar;
  return {
    type: scalar.type,
    wire: scalar.wire ?? 'VARCHAR',
    keptAsText: scalar.keptAsText ?? false,
    select,
    convert,
  };
}

/** Arrays are copied as JSON lists of texts, which keep every digit. */
function arrayTransfer(type: PostgresType): ColumnTransfer {
  const element = scalarOf(type);
  if (type.dimensions > 1 || element.type.text === 'JSON') {
    return {
      type: sql`JSON`,
      wire: 'VARCHAR',
      keptAsText: false,
      select: (column) => sql`to_json(${column})`,
      convert: unescaped((text) => sql`${text}::JSON`),
    };
  }
  const texts = (column: Sql) => (element.element ? sql`${column}::${element.element}[]` : column);
  return {
    type: sql`${element.type}[]`,
    wire: 'VARCHAR',
    keptAsText: element.keptAsText ?? false,
    // Postgres does not check declared dimensions. An array with more of them becomes a text that no list can be read from.
    select: (column) =>
      sql`case when array_ndims(${column}) > 1 then '"dimensions"'::json else to_json((${texts(column)})::text[]) end`,
    convert: unescaped((text) =>
      element.type.text === 'VARCHAR'
        ? sql`${text}::JSON::VARCHAR[]`
        : sql`list_transform(${text}::JSON::VARCHAR[], lambda element: ${(element.parseElement ?? element.parse)(sql`element`)})`,
    ),
  };
}

interface Scalar {
  readonly type: Sql;
  /** SQL that makes a value of Postgres's text, whose escapes are undone. */
  parse(text: Sql): Sql;
  /** The same for an element of an array, if its text differs. */
  parseElement?(text: Sql): Sql;
  /** The element type to which Postgres casts an array before its elements become text. */
  readonly element?: Sql;
  readonly keptAsText?: boolean;
  readonly wire?: string;
  select?(column: Sql): Sql;
  /** Replaces `parse` for a type whose text has no escapes of COPY. */
  convert?(text: Sql): Sql;
}

const unchanged = (text: Sql) => text;
const castTo = (type: Sql) => (text: Sql) => sql`${text}::${type}`;

/** A type that `read_csv` itself can parse: COPY never escapes its text. */
function parsedByReadCsv(type: Sql): Scalar {
  return { type, wire: type.text, parse: castTo(type), convert: unchanged };
}

/** A type that is cast from its text: the text has no backslash, so there are no escapes to undo. */
function castFromText(type: Sql, parse: (text: Sql) => Sql = castTo(type)): Scalar {
  return { type, parse, convert: parse };
}

const TEXT: Scalar = { type: sql`VARCHAR`, parse: unchanged, select: (column) => sql`${column}::text` };
const KEPT: Scalar = { ...TEXT, keptAsText: true };
const JSON_TEXT: Scalar = { type: sql`JSON`, parse: castTo(sql`JSON`) };

const SCALARS: { readonly [name: string]: Scalar } = {
  bool: parsedByReadCsv(sql`BOOLEAN`),
  int2: parsedByReadCsv(sql`SMALLINT`),
  int4: parsedByReadCsv(sql`INTEGER`),
  int8: parsedByReadCsv(sql`BIGINT`),
  // Not parsed by read_csv, which reads -0 as 0.
  float4: castFromText(sql`FLOAT`),
  float8: castFromText(sql`DOUBLE`),
  oid: parsedByReadCsv(sql`UINTEGER`),
  xid: parsedByReadCsv(sql`UINTEGER`),
  cid: parsedByReadCsv(sql`UINTEGER`),
  uuid: parsedByReadCsv(sql`UUID`),
  time: parsedByReadCsv(sql`TIME`),
  text: TEXT,
  varchar: TEXT,
  bpchar: TEXT,
  name: TEXT,
  char: TEXT,
  xml: TEXT,
  json: JSON_TEXT,
  jsonb: JSON_TEXT,
  // As a number, since the text of money depends on the server's locale.
  money: {
    ...castFromText(sql`DECIMAL(19,2)`),
    select: (column) => sql`${column}::numeric(38,2)`,
    element: sql`numeric`,
  },
  bytea: {
    ...castFromText(sql`BLOB`, (text) => sql`unhex(${text})`),
    select: (column) => sql`encode(${column}, 'hex')`,
    parseElement: (text) => sql`unhex(substr(${text}, 3))`,
  },
  date: castFromText(sql`DATE`, (text) => sql`${beforeChrist(text, sql`replace(${text}, ' BC', ' (BC)')`)}::DATE`),
  timestamp: castFromText(sql`TIMESTAMP`, (text) => sql`${eraOfTimestamp(text)}::TIMESTAMP`),
  timestamptz: castFromText(sql`TIMESTAMP WITH TIME ZONE`, (text) => sql`${eraOfTimestamp(text)}::TIMESTAMPTZ`),
  timetz: castFromText(sql`TIME WITH TIME ZONE`),
  // Without `+`: Postgres writes '+3 days' behind a negative part, which DuckDB does not read.
  interval: castFromText(sql`INTERVAL`, (text) => sql`replace(${text}, '+', '')::INTERVAL`),
};

function scalarOf(type: PostgresType): Scalar {
  if (type.kind === 'e') return TEXT;
  if (type.kind === 'c') return { ...JSON_TEXT, select: (column) => sql`to_json(${column})` };
  if (type.name === 'citext') return TEXT;
  if (type.name === 'hstore') return { ...JSON_TEXT, select: (column) => sql`${column}::json` };
  if (type.schema !== 'pg_catalog') return KEPT;
  if (type.name === 'numeric') return numeric(type.modifier);
  return SCALARS[type.name] ?? KEPT;
}

/** A numeric with up to 38 digits and a declared scale is a DECIMAL; any other one is kept as text. */
function numeric(modifier: number): Scalar {
  if (modifier < 4) return KEPT;
  const precision = ((modifier - 4) >> 16) & 0xffff;
  // The scale has eleven bits with a sign since PostgreSQL 15.
  const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
  if (precision > 38 || scale < 0 || scale > precision) return KEPT;
  const type = sql`DECIMAL(${literal(precision)},${literal(scale)})`;
  // DuckDB's cast of text to a decimal of more than 18 digits is about 300 times slower, so short texts avoid it.
  const isSlow = precision > 18 && scale <= 17;
  return castFromText(type, (text) =>
    isSlow
      ? sql`case when length(${text}) <= 18 then ${text}::DECIMAL(18,${literal(scale)})::${type} else ${text}::${type} end`
      : sql`${text}::${type}`,
  );
}

/**
 * Rewrites a text with ' BC' at its end to DuckDB's form. DuckDB does not read Postgres's, and ignores the mark in a
 * date.
 */
function beforeChrist(text: Sql, rewritten: Sql): Sql {
  return sql`(case when ends_with(${text}, ' BC') then ${rewritten} else ${text} end)`;
}

function eraOfTimestamp(text: Sql): Sql {
  return beforeChrist(text, sql`regexp_replace(${text}, '^(\S+) (.*) BC$', '\1 (BC) \2')`);
}

/**
 * Undoes the escapes of COPY's text format before `parse`. A doubled backslash becomes chr(1) while the other escapes are
 * replaced. A text that contains chr(1) is split at doubled backslashes instead.
 */
function unescaped(parse: (text: Sql) => Sql): (text: Sql) => Sql {
  return (text) => {
    const parked = sql`replace(${text}, '\\', chr(1))`;
    const parts = sql`list_transform(string_split(${text}, '\\'), lambda part: ${singleEscapes(sql`part`)})`;
    return parse(
      sql`(case when not contains(${text}, '\') then ${text} when not contains(${text}, chr(1)) then replace(${singleEscapes(parked)}, chr(1), '\') else array_to_string(${parts}, '\') end)`,
    );
  };
}

const ESCAPES = { b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

function singleEscapes(text: Sql): Sql {
  return Object.entries(ESCAPES).reduce(
    (replaced, [letter, code]) => sql`replace(${replaced}, ${literal(`\\${letter}`)}, chr(${literal(code)}))`,
    text,
  );
}
