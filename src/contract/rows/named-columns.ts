import type { Project } from '../../project/project.ts';
import { identifier, type Sql, sql } from '../../sql.ts';
import type { Catalog, CatalogTable } from '../../warehouse/catalog.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { UntaggedPii } from '../finding.ts';
import { judgeName, type NamedColumn } from '../names/judge-name.ts';
import { undecidedTables, untaggedPii } from './undecided-columns.ts';

/**
 * Finds columns of sources that are not tagged but are called like personal ones, also in an empty table. Where values
 * have a form of their own, such as an e-mail address, they decide, and not the name. `meta: {pii: false}` on a column
 * says that somebody has decided.
 */
export async function findNamedColumns(
  project: Project,
  tables: Catalog,
  session: Warehouse,
): Promise<readonly UntaggedPii[]> {
  const findings: UntaggedPii[] = [];
  for (const { source, table, columns } of undecidedTables(project, tables)) {
    const names = table.columns.map(({ name }) => name);
    const judged = columns.flatMap((column): { readonly name: string; readonly judgement: NamedColumn }[] => {
      const judgement = judgeName(column, source.name, names);
      return judgement ? [{ name: column.name, judgement }] : [];
    });
    const filled = await filledColumns(
      session,
      table,
      judged.filter(({ judgement }) => judgement.form === 'own').map(({ name }) => name),
    );
    findings.push(
      ...judged
        .filter(({ name }) => !filled.has(name))
        .map(({ name, judgement }) => ({
          ...untaggedPii(source, name, judgement.piiType),
          byName: judgement.confidence,
        })),
    );
  }
  return findings;
}

/** The columns of a table that hold any value but blanks. */
async function filledColumns(
  session: Warehouse,
  { relation }: CatalogTable,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const counts = names.map((name, index): Sql => {
    const isFilled = sql`trim(cast(${identifier(name)} as varchar)) <> ''`;
    return sql`count(*) filter (where ${isFilled}) as ${identifier(`c${index}`)}`;
  });
  const [row] = await session.rows(sql`select ${counts} from ${relation}`);
  return new Set(names.filter((_, index) => Number(row?.[`c${index}`]) > 0));
}
