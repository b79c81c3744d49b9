import { sameName } from '../../name.ts';
import type { Source } from '../../project/node.ts';
import { pathsIn } from '../../project/paths-in.ts';
import type { Project } from '../../project/project.ts';
import type { Catalog, CatalogTable } from '../../warehouse/catalog.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import { classify } from '../classify.ts';
import type { UntaggedPii } from '../finding.ts';

/** The table of a source, and those of its columns that YAML calls neither personal nor, with `meta: {pii: false}`, harmless. */
export interface UndecidedTable {
  readonly source: Source;
  readonly table: CatalogTable;
  readonly columns: readonly ColumnType[];
}

/**
 * The tables of all sources with their undecided columns. Whoever has declared paths in a column of JSON has decided which
 * of them are personal.
 */
export function undecidedTables(project: Project, tables: Catalog): readonly UndecidedTable[] {
  const classification = classify(project);
  const pathsOf = pathsIn(project);
  return [...project.sources.values()].flatMap((source): readonly UndecidedTable[] => {
    const table = tables.find(source);
    if (!table) return [];
    const { uniqueId } = source;
    const columns = table.columns.filter(
      ({ name }) =>
        declaredColumn(source, name)?.meta['pii'] !== false &&
        !classification.find({ uniqueId, column: name }) &&
        pathsOf({ uniqueId, column: name }).length === 0,
    );
    return [{ source, table, columns }];
  });
}

export function untaggedPii(source: Source, column: string, piiType: UntaggedPii['piiType']): UntaggedPii {
  return {
    rule: 'untagged-pii',
    severity: 'warning',
    relation: `${source.sourceName}.${source.name}`,
    column,
    piiType,
    location: declaredColumn(source, column)?.location ?? source.location,
  };
}

function declaredColumn({ columns }: Source, name: string) {
  return [...columns.values()].find((column) => sameName(column.name, name));
}
