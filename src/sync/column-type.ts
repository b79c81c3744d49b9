import { literal, type Sql, sql } from '../warehouse/sql.ts';

/** A type of Postgres with domains and array dimensions taken apart. */
export interface PostgresType {
  readonly schema: string;
  readonly name: string;
  /** `pg_type.typtype`: base, composite, domain, enum, pseudo, range, multirange. */
  readonly kind: string;
  /** `atttypmod`: precision and scale of a numeric; -1 where none was given. */
  readonly modifier: number;
  /** Declared dimensions; 0 for what is no array. */
  readonly dimensions: number;
}

/** How a column travels: as which text it leaves Postgres, and how the warehouse makes a value of it again. */
export interface ColumnTransfer {
  /** Type in the warehouse. */
  readonly type: Sql;
  /** What `read_csv` takes the text for. */
  readonly wire: string;
  readonly keptAsText: boolean;
  /** For Postgres, whose names and texts are quoted as DuckDB's are. */
  select(column: Sql): Sql;
  /** For DuckDB; `text` is the column as `read_csv` gives it. */
  convert(text: Sql): Sql;
}

/**
 * Nothing that could silently become another value is typed by `read_csv`: it turns timestamps it cannot parse into NULL
 * and rounds decimals. A cast in a SELECT fails instead.
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

/** Elements travel as their own text in JSON, which keeps every digit. */
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
    // Postgres does not hold a column to its dimensions: more of them must fail in the conversion, as this does.
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
  /** The text of Postgres, plain, to a value. */
  parse(text: Sql): Sql;
  /** Where the text in an array is another than `select` gives. */
  parseElement?(text: Sql): Sql;
  /** What an array is cast to before its elements become text. */
  readonly element?: Sql;
  readonly keptAsText?: boolean;
  readonly wire?: string;
  select?(column: Sql): Sql;
  /** Instead of undoing COPY's escapes, where there are none. */
  convert?(text: Sql): Sql;
}

const unchanged = (text: Sql) => text;
const castTo = (type: Sql) => (text: Sql) => sql`${text}::${type}`;

/** COPY never escapes these, so `read_csv` may make the value. */
function plain(type: Sql): Scalar {
  return { type, wire: type.text, parse: castTo(type), convert: unchanged };
}

/** Text without a backslash in it. */
function parsed(type: Sql, parse: (text: Sql) => Sql = castTo(type)): Scalar {
  return { type, parse, convert: parse };
}

const TEXT: Scalar = { type: sql`VARCHAR`, parse: unchanged, select: (column) => sql`${column}::text` };
const KEPT: Scalar = { ...TEXT, keptAsText: true };
const JSON_TEXT: Scalar = { type: sql`JSON`, parse: castTo(sql`JSON`) };

const SCALARS: { readonly [name: string]: Scalar } = {
  bool: plain(sql`BOOLEAN`),
  int2: plain(sql`SMALLINT`),
  int4: plain(sql`INTEGER`),
  int8: plain(sql`BIGINT`),
  // `read_csv` reads -0 as 0.
  float4: parsed(sql`FLOAT`),
  float8: parsed(sql`DOUBLE`),
  oid: plain(sql`UINTEGER`),
  xid: plain(sql`UINTEGER`),
  cid: plain(sql`UINTEGER`),
  uuid: plain(sql`UUID`),
  time: plain(sql`TIME`),
  text: TEXT,
  varchar: TEXT,
  bpchar: TEXT,
  name: TEXT,
  char: TEXT,
  xml: TEXT,
  json: JSON_TEXT,
  jsonb: JSON_TEXT,
  // Its own text follows the server's locale.
  money: { ...parsed(sql`DECIMAL(19,2)`), select: (column) => sql`${column}::numeric(38,2)`, element: sql`numeric` },
  bytea: {
    ...parsed(sql`BLOB`, (text) => sql`unhex(${text})`),
    select: (column) => sql`encode(${column}, 'hex')`,
    parseElement: (text) => sql`unhex(substr(${text}, 3))`,
  },
  date: parsed(sql`DATE`, (text) => sql`${beforeChrist(text, sql`replace(${text}, ' BC', ' (BC)')`)}::DATE`),
  timestamp: parsed(sql`TIMESTAMP`, (text) => sql`${eraOfTimestamp(text)}::TIMESTAMP`),
  timestamptz: parsed(sql`TIMESTAMP WITH TIME ZONE`, (text) => sql`${eraOfTimestamp(text)}::TIMESTAMPTZ`),
  timetz: parsed(sql`TIME WITH TIME ZONE`),
  // DuckDB does not read '+3 days', which Postgres writes behind a negative part.
  interval: parsed(sql`INTERVAL`, (text) => sql`replace(${text}, '+', '')::INTERVAL`),
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

/** DuckDB's decimals have up to 38 digits and always a scale: a numeric of any other kind keeps its text. */
function numeric(modifier: number): Scalar {
  if (modifier < 4) return KEPT;
  const precision = ((modifier - 4) >> 16) & 0xffff;
  // Eleven bits with a sign, since PostgreSQL 15.
  const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
  if (precision > 38 || scale < 0 || scale > precision) return KEPT;
  const type = sql`DECIMAL(${literal(precision)},${literal(scale)})`;
  // DuckDB casts text to decimals of more than 18 digits some 300 times slower, so only what needs it goes that way.
  const isSlow = precision > 18 && scale <= 17;
  return parsed(type, (text) =>
    isSlow
      ? sql`case when length(${text}) <= 18 then ${text}::DECIMAL(18,${literal(scale)})::${type} else ${text}::${type} end`
      : sql`${text}::${type}`,
  );
}

/** DuckDB reads years before Christ only as it writes them itself, and would drop the mark from a date without a word. */
function beforeChrist(text: Sql, rewritten: Sql): Sql {
  return sql`(case when ends_with(${text}, ' BC') then ${rewritten} else ${text} end)`;
}

function eraOfTimestamp(text: Sql): Sql {
  return beforeChrist(text, sql`regexp_replace(${text}, '^(\S+) (.*) BC$', '\1 (BC) \2')`);
}

/**
 * Undoes the escapes of COPY's text format. A doubled backslash is parked as chr(1) while the others are replaced; text
 * that holds chr(1) itself is split at doubled backslashes instead.
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
