import type { Sql } from '../../sql.ts';
import { SqlText } from '../../trusted-sql.ts';

/** Turns any text of a test into SQL. Code that ships builds SQL only with the tag `sql`. */
export function testSql(text: string): Sql {
  return new SqlText(text);
}
