import { sameName } from '../../name.ts';
import type { Source } from '../../project/node.ts';
import { pathsIn } from '../../project/paths-in.ts';
import type { Project } from '../../project/project.ts';
import { identifier, type Sql, sql } from '../../sql.ts';
import type { Catalog, CatalogTable } from '../../warehouse/catalog.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { classify } from '../classify.ts';
import type { UntaggedPii } from '../finding.ts';
import { judgeName, type NamedColumn } from '../names/judge-name.ts';

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
  const classification = classify(project);
  const pathsOf = pathsIn(project);
  const findings: UntaggedPii[] = [];
  for (const source of project.sources.values()) {
    const table = tables.find(source);
    if (!table) continue;
    const { uniqueId } = source;
    const names = table.columns.map(({ name }) => name);
    const judged = table.columns.flatMap((column): { readonly name: string; readonly judgement: NamedColumn }[] => {
      const { name } = column;
      const isDecided =
        declaredColumn(source, name)?.meta['pii'] === false ||
        classification.find({ uniqueId, column: name }) !== undefined ||
        pathsOf({ uniqueId, column: name }).length > 0;
      const judgement = isDecided ? undefined : judgeName(column, source.name, names);
      return judgement ? [{ name, judgement }] : [];
    });
    const filled = await filledColumns(
      session,
      table,
      judged.filter(({ judgement }) => judgement.form === 'own').map(({ name }) => name),
    );
    findings.push(
      ...judged
        .filter(({ name }) => !filled.has(name))
        .map(({ name, judgement }) => toFinding(source, name, judgement)),
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

function declaredColumn({ columns }: Source, name: string) {
  return [...columns.values()].find((column) => sameName(column.name, name));
}

function toFinding(source: Source, name: string, { piiType, confidence }: NamedColumn): UntaggedPii {
  return {
    rule: 'untagged-pii',
    severity: 'warning',
    relation: `${source.sourceName}.${source.name}`,
    column: name,
    piiType,
    byName: confidence,
    location: declaredColumn(source, name)?.location ?? source.location,
  };
}
