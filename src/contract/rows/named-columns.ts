import type { Seed, Source } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { identifier, type Sql, sql } from '../../sql.ts';
import type { Catalog, CatalogTable } from '../../warehouse/catalog.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import type { UntaggedPii } from '../finding.ts';
import { judgeName, type NamedColumn } from '../names/judge-name.ts';
import { type UndecidedTable, undecidedInWarehouse, undecidedTables, untaggedPii } from './undecided-columns.ts';

/**
 * Finds columns of sources and seeds that are not tagged but are called like personal ones, also in an empty table. Where
 * values have a form of their own, such as an e-mail address, they decide, and not the name. `meta: {pii: false}` on a
 * column says that somebody has decided.
 */
export async function findNamedColumns(
  project: Project,
  tables: Catalog,
  session: Warehouse,
): Promise<readonly UntaggedPii[]> {
  const findings: UntaggedPii[] = [];
  for (const undecided of undecidedInWarehouse(project, tables)) {
    const named = namedColumns(undecided);
    const filled = await filledColumns(
      session,
      undecided.table,
      named.filter(({ judgement }) => judgement.form === 'own').map(({ name }) => name),
    );
    findings.push(...named.filter(({ name }) => !filled.has(name)).map((column) => hint(undecided.root, column)));
  }
  return findings;
}

/**
 * The same without rows.
 * @param columns columns of sources and seeds by unique id. A source without an entry has those that YAML declares.
 */
export function findNamedWithoutRows(
  project: Project,
  columns: ReadonlyMap<string, readonly ColumnType[]>,
): readonly UntaggedPii[] {
  return undecidedTables(project, (root) => columns.get(root.uniqueId) ?? declaredColumns(root)).flatMap((undecided) =>
    namedColumns(undecided).map((column) => hint(undecided.root, column)),
  );
}

/** The columns that YAML declares. One without a type may be of any. */
function declaredColumns({ columns }: Source | Seed): readonly ColumnType[] {
  return [...columns.values()].flatMap(({ name, dataType, path }) =>
    path ? [] : [{ name, type: dataType?.toUpperCase() ?? 'UNKNOWN' }],
  );
}

interface JudgedColumn {
  readonly name: string;
  readonly judgement: NamedColumn;
}

/** The undecided columns of a table that are called like personal ones. */
function namedColumns({ root, columns, all }: UndecidedTable): readonly JudgedColumn[] {
  const names = all.map(({ name }) => name);
  return columns.flatMap((column) => {
    const judgement = judgeName(column, root.name, names);
    return judgement ? [{ name: column.name, judgement }] : [];
  });
}

function hint(root: Source | Seed, { name, judgement }: JudgedColumn): UntaggedPii {
  return { ...untaggedPii(root, name, judgement.piiType), byName: judgement.confidence };
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
