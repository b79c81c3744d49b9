import { identifier, type Place, type ProjectSql, projectSql, relation } from '../../sql.ts';
import { unreachable } from '../../unreachable.ts';
import type { ColumnType } from '../warehouse.ts';
import type { HookWrite } from './hook-statement.ts';

type RowWrite = Exclude<HookWrite, { readonly kind: 'create' | 'drop' }>;

/** The columns of {@link writtenRows}; `columns` are those of the table. */
export function writtenColumns(write: RowWrite, columns: readonly ColumnType[]): readonly ColumnType[] {
  if (write.kind !== 'insert' || write.columns.length === 0) return columns;
  return write.columns.map((name) => ({ name, type: 'VARCHAR' }));
}

/** Query for the rows that a statement inserts, or that its table has after it. It is only planned and never run. */
export function writtenRows(write: RowWrite, place: Place, columns: readonly ColumnType[]): ProjectSql {
  const table = relation(place).text;
  switch (write.kind) {
    case 'insert': {
      const names = writtenColumns(write, columns).map(({ name }) => identifier(name).text);
      return projectSql(`select * from (\n${write.query.text}\n) as inserted (${names.join(', ')})`);
    }
    case 'delete':
      return projectSql(`select * from ${table} where not coalesce((\n${write.condition ?? 'true'}\n), false)`);
    case 'update': {
      const condition = write.condition ?? 'true';
      const replaced = write.assignments.map(({ column, expression }) => {
        const name = identifier(column).text;
        return `case when (\n${condition}\n) then (\n${expression}\n) else ${name} end as ${name}`;
      });
      return projectSql(`select * replace (${replaced.join(', ')}) from ${table}`);
    }
    default:
      return unreachable(write);
  }
}
