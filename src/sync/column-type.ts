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
  /** How the value differs from Postgres's: `as JSON`; `undefined` for an equal value. */
  readonly change: string | undefined;
  /** SQL for Postgres that gives the text of a column. Its names and texts are quoted as DuckDB's are. */
  select(column: Sql): Sql;
  /** The value as DuckDB computes it from `text`, the column as `read_csv` gives it. */
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
    change: scalar.change,
    select,
    convert,
  };
}

/** Arrays are copied as JSON lists of texts, which keep every digit. */
function arrayTransfer(type: PostgresType): ColumnTransfer {
  const element = scalarOf(type);
  if (type.dimensions > 1 || element.change === AS_JSON) {
    return {
      type: sql`JSON`,
      wire: 'VARCHAR',
      keptAsText: false,
      change: type.dimensions > 1 ? `${AS_JSON} without array bounds` : AS_JSON,
      select: (column) => sql`pg_catalog.to_json(${column})`,
      convert: unescaped((text) => sql`${text}::JSON`),
    };
  }
  if (element.hasBareText) return bareArray(element.type);
  const elements = (column: Sql) =>
    element.keptAsText
      ? column
      : sql`(${element.element ? sql`${column}::${element.element}[]` : column})::pg_catalog.text[]`;
  return {
    type: sql`${element.type}[]`,
    wire: 'VARCHAR',
    keptAsText: element.keptAsText ?? false,
    change: element.change,
    // Postgres does not check declared dimensions, and an array can count from any number. One with more dimensions or
    // another first number becomes a text that no list can be read from.
    select: (column) =>
      sql`case when pg_catalog.array_ndims(${column}) operator(pg_catalog.>) 1
        or pg_catalog.array_lower(${column}, 1) operator(pg_catalog.<>) 1 then '"dimensions"'::pg_catalog.json
        else pg_catalog.to_json(${elements(column)}) end`,
    convert: unescaped((text) =>
      element.type.text === 'VARCHAR'
        ? sql`${text}::JSON::VARCHAR[]`
        : sql`list_transform(${text}::JSON::VARCHAR[], lambda element: ${(element.parseElement ?? element.parse)(sql`element`)})`,
    ),
  };
}

/**
 * Transfers an array as Postgres writes it, `{1,2,NULL}`: it never quotes these elements, and it makes JSON three times as slowly. More
 * dimensions, `{{1},{2}}`, and another first number, `[0:1]={1,2}`, become no list that can be read.
 */
function bareArray(element: Sql): ColumnTransfer {
  return {
    type: sql`${element}[]`,
    wire: 'VARCHAR',
    keptAsText: false,
    change: undefined,
    select: unchanged,
    convert: (text) => sql`('[' || substr(${text}, 2, strlen(${text}) - 2) || ']')::${element}[]`,
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
  /** Whether each value is a number or word in Postgres's text, so that an array never quotes it. */
  readonly hasBareText?: boolean;
  readonly change?: string;
  readonly wire?: string;
  select?(column: Sql): Sql;
  /** Replaces `parse` for a type whose text has no escapes of COPY. */
  convert?(text: Sql): Sql;
}

const unchanged = (text: Sql) => text;
const castTo = (type: Sql) => (text: Sql) => sql`${text}::${type}`;

/** A type that `read_csv` itself can parse: COPY never escapes its text. */
function parsedByReadCsv(type: Sql): Scalar {
  return { type, wire: type.text, parse: castTo(type), convert: unchanged, hasBareText: true };
}

/** A type that is cast from its text: the text has no backslash, so there are no escapes to undo. */
function castFromText(type: Sql, parse: (text: Sql) => Sql = castTo(type)): Scalar {
  return { type, parse, convert: parse };
}

const AS_JSON = 'as JSON';

const TEXT: Scalar = { type: sql`VARCHAR`, parse: unchanged, select: (column) => sql`${column}::pg_catalog.text` };
/** Postgres's own output. A cast to text can differ from it: it adds a mask to an inet. */
const KEPT: Scalar = { type: sql`VARCHAR`, parse: unchanged, keptAsText: true };
const JSON_TEXT: Scalar = { type: sql`JSON`, parse: castTo(sql`JSON`) };
/** Transfers a jsonb. Postgres writes its text without control characters, so the only escapes are doubled backslashes. */
const JSONB: Scalar = {
  ...JSON_TEXT,
  convert: (text) => sql`(case when contains(${text}, '\') then replace(${text}, '\\', '\') else ${text} end)::JSON`,
};

const SCALARS: { readonly [name: string]: Scalar } = {
  bool: parsedByReadCsv(sql`BOOLEAN`),
  int2: parsedByReadCsv(sql`SMALLINT`),
  int4: parsedByReadCsv(sql`INTEGER`),
  int8: parsedByReadCsv(sql`BIGINT`),
  // The text is cast: read_csv would read -0 as 0.
  float4: { ...castFromText(sql`FLOAT`), hasBareText: true },
  float8: { ...castFromText(sql`DOUBLE`), hasBareText: true },
  oid: parsedByReadCsv(sql`UINTEGER`),
  xid: parsedByReadCsv(sql`UINTEGER`),
  cid: parsedByReadCsv(sql`UINTEGER`),
  uuid: parsedByReadCsv(sql`UUID`),
  time: parsedByReadCsv(sql`TIME`),
  text: TEXT,
  varchar: TEXT,
  // Postgres compares such texts without their trailing blanks. DuckDB would tell texts with and without them apart.
  bpchar: { ...TEXT, change: 'without trailing blanks' },
  name: TEXT,
  char: TEXT,
  xml: TEXT,
  json: JSON_TEXT,
  jsonb: JSONB,
  // Money is read as a number, since its text depends on the server's locale.
  money: {
    ...castFromText(sql`DECIMAL(19,2)`),
    select: (column) => sql`${column}::pg_catalog.numeric(38,2)`,
    element: sql`pg_catalog.numeric`,
  },
  bytea: {
    ...castFromText(sql`BLOB`, (text) => sql`unhex(${text})`),
    select: (column) => sql`pg_catalog.encode(${column}, 'hex')`,
    parseElement: (text) => sql`unhex(substr(${text}, 3))`,
  },
  date: castFromText(sql`DATE`, (text) => sql`${beforeChrist(text, sql`replace(${text}, ' BC', ' (BC)')`)}::DATE`),
  timestamp: castFromText(sql`TIMESTAMP`, (text) => sql`${eraOfTimestamp(text)}::TIMESTAMP`),
  timestamptz: castFromText(sql`TIMESTAMP WITH TIME ZONE`, (text) => sql`${eraOfTimestamp(text)}::TIMESTAMPTZ`),
  timetz: castFromText(sql`TIME WITH TIME ZONE`),
  // The signs `+` are removed: Postgres writes '+3 days' behind a negative part, which DuckDB does not read.
  interval: castFromText(sql`INTERVAL`, (text) => sql`replace(${text}, '+', '')::INTERVAL`),
};

function scalarOf(type: PostgresType): Scalar {
  if (type.kind === 'e') return TEXT;
  if (type.kind === 'c')
    return { ...JSON_TEXT, change: AS_JSON, select: (column) => sql`pg_catalog.to_json(${column})` };
  if (type.name === 'citext') return TEXT;
  if (type.name === 'hstore')
    return { ...JSON_TEXT, change: AS_JSON, select: (column) => sql`${column}::pg_catalog.json` };
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
  const { type, parse } = decimal(precision, scale);
  // The cast would round a text with more decimals. Postgres writes as many as are declared.
  return castFromText(type, (text) => requireDecimals(text, type, sql`= ${literal(scale)}`, parse(text)));
}

function decimal(precision: number, scale: number) {
  const type = sql`DECIMAL(${literal(precision)},${literal(scale)})`;
  return { type, parse: precision <= FAST_DIGITS ? castTo(type) : (text: Sql) => sumOfParts(text, type, scale) };
}

/** A value, or an error if the number of decimals in its text is not as required. */
function requireDecimals(text: Sql, type: Sql, required: Sql, value: Sql): Sql {
  const decimals = sql`case instr(${text}, '.') when 0 then 0 else strlen(${text}) - instr(${text}, '.') end`;
  return sql`case when ${decimals} ${required} then ${value} else (${text} || '?')::${type} end`;
}

/** A column that holds the text as Postgres prints it. */
export function keptTransfer(): ColumnTransfer {
  const { type, parse, keptAsText = false } = KEPT;
  return { type, wire: 'VARCHAR', keptAsText, change: undefined, select: unchanged, convert: unescaped(parse) };
}

/** A numeric without a declared scale, as a decimal: fewer decimals are filled up, and more are an error. */
export function pinnedDecimal(precision: number, scale: number): ColumnTransfer {
  const { type, parse } = decimal(precision, scale);
  const filled = (text: Sql) =>
    scale === 0
      ? text
      : sql`rpad(${text} || case when contains(${text}, '.') then '' else '.' end,
          (coalesce(nullif(instr(${text}, '.'), 0), strlen(${text}) + 1) + ${literal(scale)})::INTEGER, '0')`;
  const convert = (text: Sql) => requireDecimals(text, type, sql`<= ${literal(scale)}`, parse(filled(text)));
  return { type, wire: 'VARCHAR', keptAsText: false, change: undefined, select: unchanged, convert };
}

/** Digits of a decimal that fits 64 bits. DuckDB's cast of a text to a longer one is about 300 times slower. */
const FAST_DIGITS = 18;

/** A long decimal as the sum of its integer and of parts of its fraction, each from a text that is cast fast. */
function sumOfParts(text: Sql, type: Sql, scale: number): Sql {
  if (scale === 0) return sql`${text}::HUGEINT::${type}`;
  if (scale > 2 * FAST_DIGITS) return sql`${text}::${type}`;
  const sign = sql`case when starts_with(${text}, '-') then '-.' else '.' end`;
  const integer = sql`left(${text}, strlen(${text}) - ${literal(scale + 1)})::HUGEINT::${type}`;
  const digits = sql`right(${text}, ${literal(scale)})`;
  if (scale <= FAST_DIGITS) {
    const fraction = sql`((${sign}) || ${digits})::DECIMAL(${literal(FAST_DIGITS)},${literal(scale)})`;
    return sql`(${integer} + ${fraction}::${type})::${type}`;
  }
  const rest = literal(scale - FAST_DIGITS);
  const upper = sql`((${sign}) || left(${digits}, ${literal(FAST_DIGITS)}))::DECIMAL(18,18)`;
  const lower = sql`((${sign}) || right(${text}, ${rest}))::DECIMAL(18,${rest}) * 0.000000000000000001::DECIMAL(18,18)`;
  return sql`(${integer} + ${upper}::${type} + (${lower})::${type})::${type}`;
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
 * replaced. A text that contains chr(1) is split at doubled backslashes instead. Most texts have no escape, or doubled backslashes
 * alone: each replacement costs as much as all else that is done with the text.
 */
function unescaped(parse: (text: Sql) => Sql): (text: Sql) => Sql {
  return (text) => {
    const parked = sql`replace(${text}, '\\', chr(1))`;
    const parts = sql`list_transform(string_split(${text}, '\\'), lambda part: ${singleEscapes(sql`part`)})`;
    return parse(
      sql`(case when not contains(${text}, '\') then ${text}
        when contains(${text}, chr(1)) then array_to_string(${parts}, '\')
        when not contains(${parked}, '\') then replace(${text}, '\\', '\')
        else replace(${singleEscapes(parked)}, chr(1), '\') end)`,
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
