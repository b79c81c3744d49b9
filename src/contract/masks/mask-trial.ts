import { MASKED_COLUMN } from '../../lineage/query/mask-shape.ts';
import { identifier, literal, type Sql, sql } from '../../sql.ts';
import { ownWords, SqlError } from '../../warehouse/sql-error.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { guessList } from './mask-guesses.ts';
import { type ValueKind, type ValueSet, valueSets } from './mask-values.ts';

/** The outputs of a mask for one set of values. */
export interface MaskTrial {
  readonly kind: ValueKind;
  /** One value of each person. */
  readonly masked: readonly MaskedValue[];
  /** Values that differ in case alone have the same output; `undefined` for a set without such values. */
  readonly foldsCase: boolean | undefined;
  /** The output of NULL is NULL. */
  readonly keepsNull: boolean;
}

export interface MaskedValue {
  readonly person: number;
  readonly text: string;
  /** Value as text, bytes as hex digits; `undefined` for NULL. */
  readonly output: string | undefined;
  /** A second evaluation gives the same output. */
  readonly isStable: boolean;
  /** The output is, or is part of, a guess that needs no secret; `undefined` where no guesses were computed. */
  readonly isGuessed: boolean | undefined;
}

/** Fills an empty warehouse with values of these kinds and guesses for them, once for all masks. */
export async function loadMaskValues(warehouse: Warehouse, kinds: ReadonlySet<ValueKind>): Promise<void> {
  for (const [index, { kind, type, values }] of valueSets().entries()) {
    if (!kinds.has(kind)) continue;
    await warehouse.run(
      sql`create table ${tableOf(index)} as
       select person, plain, plain::${TYPES[type]} as value,
         case when person % ${literal(GUESSED_EACH)} = 0 then ${guessList(sql`plain`, sql`plain::${TYPES[type]}`)} end as guesses
       from (
         select unnest(from_json(?::varchar, '[{"person": "INTEGER", "plain": "VARCHAR"}]'), recursive := true)
       )`,
      [JSON.stringify(values.map(({ person, text }) => ({ person, plain: text })))],
    );
  }
}

const TYPES: { readonly [type in ValueSet['type']]: Sql } = {
  VARCHAR: sql`varchar`,
  BIGINT: sql`bigint`,
  DATE: sql`date`,
};

/** Guesses are computed for one in so many values: they cost time, and one value of many shows what a mask does. */
const GUESSED_EACH = 20;

function tableOf(index: number): Sql {
  return identifier(`masked_values_${index}`);
}

export interface MaskTrials {
  readonly trials: readonly MaskTrial[];
  /** The reason why no set could be tried, without any value. */
  readonly refusal: string;
}

/** Runs the expression that a mask prints for {@link MASKED_COLUMN} on every set of these kinds whose type it takes. */
export async function tryMask(
  expression: Sql,
  kinds: ReadonlySet<ValueKind>,
  warehouse: Warehouse,
): Promise<MaskTrials> {
  const trials: MaskTrial[] = [];
  let refusal = 'no kind of value could be tried';
  for (const [index, set] of valueSets().entries()) {
    if (!kinds.has(set.kind)) continue;
    try {
      trials.push(await tryOn(expression, set, tableOf(index), warehouse));
    } catch (cause) {
      if (!(cause instanceof SqlError)) throw cause;
      if (cause.kind === 'interrupt') throw cause;
      if (trials.length === 0) refusal = refusalOf(cause);
    }
  }
  return { trials, refusal };
}

/** The kind of error alone: the engine's message quotes values, literals and names, of which each may be the secret. */
export function refusalOf(error: SqlError): string {
  return ownWords(error) ?? `the engine refuses it (${error.kind})`;
}

/** @throws {SqlError} where the expression does not bind to the type, or fails on every value */
async function tryOn(expression: Sql, set: ValueSet, table: Sql, warehouse: Warehouse): Promise<MaskTrial> {
  const output = await outputOf(expression, table, warehouse);
  const rows = await warehouse.rows(
    sql`with masked as materialized (select person, plain, guesses, ${output} as output, ${output} as again from ${table})
     select person, plain, output, output is not distinct from again as stable, ${IS_GUESSED} as guessed
     from masked
     order by person, plain = upper(plain)`,
  );
  const masked = rows.map((row): MaskedValue => {
    return {
      person: Number(row['person']),
      text: String(row['plain']),
      output: row['output'] === null ? undefined : String(row['output']),
      isStable: row['stable'] === true,
      isGuessed: row['guessed'] === null ? undefined : row['guessed'] === true,
    };
  });
  // If all outputs are NULL, the mask gives NULL, or it failed on every value: then this query fails.
  if (masked.every((value) => value.output === undefined))
    await warehouse.rows(sql`select ${expression} from ${table}`);
  const [none] = await warehouse.rows(
    sql`select ${output} is null as kept from (select null::${TYPES[set.type]} as ${identifier(MASKED_COLUMN)})`,
  );
  const firsts = masked.filter(({ person }, index) => masked[index - 1]?.person !== person);
  const seconds = masked.filter(({ person }, index) => masked[index - 1]?.person === person);
  return {
    kind: set.kind,
    masked: firsts,
    foldsCase:
      seconds.length === 0
        ? undefined
        : seconds.every(({ person, output: second }) => firsts.find((one) => one.person === person)?.output === second),
    keepsNull: none?.['kept'] === true,
  };
}

/** SQL: whether the output is a guess or part of one, from six characters on: a shorter one is in a guess by chance. */
const IS_GUESSED = sql`case when guesses is not null then len(list_filter(guesses, lambda guess:
  contains(lower(output), guess) or (length(output) >= 6 and contains(guess, lower(output))))) > 0 end`;

/**
 * SQL: the output as text; NULL where the expression fails, since a mask of dates may refuse a word. `try()` cannot hold
 * subqueries and random functions: such an expression fails as a whole.
 */
async function outputOf(expression: Sql, table: Sql, warehouse: Warehouse): Promise<Sql> {
  const [column] = await warehouse.describe(sql`select ${expression} as output from ${table}`);
  const asText = column?.type === 'BLOB' ? sql`lower(hex(${expression}))` : sql`cast(${expression} as varchar)`;
  const guarded = await warehouse.plan(sql`select try(${asText}) as output from ${table}`);
  return guarded.ok ? sql`try(${asText})` : asText;
}
