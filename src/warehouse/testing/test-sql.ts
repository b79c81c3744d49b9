import type { Sql } from '../../sql.ts';
import { SqlText } from '../../trusted-sql.ts';

/** SQL of a test that is put together from cases. What ships puts SQL together with `sql` alone. */
export function testSql(text: string): Sql {
  return new SqlText(text);
}
