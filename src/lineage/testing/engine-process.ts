// The child process of `Engine`: runs each statement that its parent sends, and answers with the rows or the kind of error.
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import type { EngineAnswer, EngineRequest } from './engine.ts';

const opened = openDuckDB(':memory:', { threads: 1 });

process.on('message', async (request: EngineRequest) => {
  process.send?.(await answer(request));
});
process.on('disconnect', () => process.exit());

async function answer({ id, first, sql, wantsRows }: EngineRequest): Promise<EngineAnswer> {
  const warehouse = await opened;
  try {
    if (first !== undefined) await warehouse.run(testSql(first));
    if (wantsRows) return { id, rows: await warehouse.rows(testSql(sql)) };
    await warehouse.run(testSql(sql));
    return { id, rows: [] };
  } catch (cause) {
    return { id, kind: cause instanceof SqlError ? cause.kind : 'unknown' };
  }
}
