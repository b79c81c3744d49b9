import { Draw } from '../draw.ts';
import type { Column } from './generator-context.ts';
import { randomQueryOver } from './random-query.ts';
import { quoted, type Schema } from './random-schema.ts';

/** A model as SQL over tables and models by their plain names, and how it is built. */
export interface RandomModel {
  readonly name: string;
  readonly materialized: 'table' | 'view' | 'incremental';
  readonly sql: string;
  /** SQL that every run of an incremental model after the first one puts behind the query. */
  readonly later: string;
  readonly uniqueKey: string | undefined;
  /** Set for the strategy `merge`: a later run updates whole rows, or the columns listed. */
  readonly merges?: 'rows' | readonly string[];
}

/** Two to four models, each over the tables and the models before it. An ephemeral model is a CTE in the models after it. */
export function randomModels(bytes: Uint8Array, schema: Schema): readonly RandomModel[] {
  const draw = new Draw(bytes);
  const count = 2 + draw.below(3);
  const models: RandomModel[] = [];
  const ephemeralCtes: string[] = [];
  let tables = schema;
  for (let index = 1; index <= count; index += 1) {
    const name = `m${index}`;
    const { sql, columns } = randomQueryOver({
      draw,
      tables,
      depth: draw.pick([1, 1, 2]),
      shapes: 'all',
      macros: false,
    });
    const distinct = distinctlyNamed(columns);
    const list = distinct.map((column, position) => `q.${quoted(column.name)} as a${position}`).join(', ');
    const ctes = ephemeralCtes.length === 0 ? '' : `with ${ephemeralCtes.join(', ')} `;
    const text = `${ctes}select ${list || '1 as a0'} from (${sql}) q`;
    const materialized = index === count ? 'table' : draw.pick(['table', 'view', 'ephemeral', 'incremental'] as const);
    if (materialized === 'ephemeral') ephemeralCtes.push(`${name} as (${text.slice(ctes.length)})`);
    else
      models.push({
        name,
        materialized,
        sql: text,
        ...(materialized === 'incremental' ? laterRun(name, distinct.length, draw) : NO_LATER_RUN),
      });
    const outputs = distinct.map(({ kind }, position) => ({ name: `a${position}`, kind, type: '' }));
    const constant = { name: 'a0', kind: 'int', type: '' } as const;
    tables = [{ name, columns: outputs.length > 0 ? outputs : [constant], rows: [] }, ...tables];
  }
  return models;
}

function laterRun(name: string, width: number, draw: Draw): Omit<RandomModel, 'name' | 'materialized' | 'sql'> {
  const last = [`a${Math.max(width - 1, 0)}`];
  const merges = draw.pick(['nothing', 'nothing', 'rows', last] as const);
  return {
    ...(merges !== 'nothing' && { merges }),
    later: draw.pick([
      ' where q is not null',
      ` where (select count(*) from ${name}) > 1`,
      ` union all select * from ${name}`,
      ` where exists (select 1 from ${name} z where z.a0 is not null)`,
    ]),
    uniqueKey: merges !== 'nothing' || draw.once(2) ? 'a0' : undefined,
  };
}

const NO_LATER_RUN = { later: '', uniqueKey: undefined };

/** Drops all but the last of several columns with one name, so that `q.name` means one column. */
function distinctlyNamed(columns: readonly Column[]): readonly Column[] {
  const lastByName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  return [...lastByName.values()];
}
