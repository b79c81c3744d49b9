import { asList, asMapping } from '../project/mapping.ts';
import { identifier, relation, sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Job } from './materialization.ts';

/**
 * Makes the indexes in the configuration of a model (dbt: create_indexes). They change no row.
 * @throws {UserError} for rows with equal values in a unique index
 */
export async function createIndexes({ model, session }: Pick<Job, 'model' | 'session'>): Promise<void> {
  for (const [number, written] of asList(model.config.other['indexes']).entries()) {
    const index = asMapping(written);
    const columns = asList(index?.get('columns')).map((name) => identifier(String(name)));
    const isUnique = (index?.get('unique') ?? false) === true;
    const name = identifier(`${model.alias}_index_${number + 1}`);
    const kind = isUnique ? sql`unique index` : sql`index`;
    try {
      await session.run(sql`create ${kind} ${name} on ${relation(model)} (${columns})`);
    } catch (cause) {
      if (!(cause instanceof SqlError && cause.kind === 'constraint')) throw cause;
      throw new UserError(
        {
          code: 'constraint-broken',
          message: `rows of ${model.name} have a value of a unique index twice: ${asList(index?.get('columns')).join(', ')}.`,
          location: model.location,
          fix: 'correct the query, or set unique: false',
        },
        { cause },
      );
    }
  }
}
