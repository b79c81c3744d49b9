import { isRootNode } from '../../lineage/root-node.ts';
import { sameName } from '../../name.ts';
import type { Seed, Source } from '../../project/node.ts';
import { pathsIn } from '../../project/paths-in.ts';
import type { Project } from '../../project/project.ts';
import type { Catalog, CatalogTable } from '../../warehouse/catalog.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import { classify } from '../classify.ts';
import type { UntaggedPii } from '../finding.ts';

/** A source or seed, and those of its columns that YAML calls neither personal nor, with `meta: {pii: false}`, harmless. */
export interface UndecidedTable {
  readonly root: Source | Seed;
  readonly columns: readonly ColumnType[];
  /** All of its columns, in their order. */
  readonly all: readonly ColumnType[];
}

/**
 * All sources and seeds of which columns are known, with the undecided ones. Whoever has declared paths in a column of JSON
 * has decided which of them are personal. A source over the table of a node has the marks of that node, and is left out.
 */
export function undecidedTables(
  project: Project,
  columnsOf: (root: Source | Seed) => readonly ColumnType[] | undefined,
): readonly UndecidedTable[] {
  const classification = classify(project);
  const pathsOf = pathsIn(project);
  const sources = [...project.sources.values()].filter(({ node }) => node === undefined);
  return [...sources, ...[...project.nodes.values()].filter(isRootNode)].flatMap((root) => {
    const all = columnsOf(root);
    if (!all) return [];
    const { uniqueId } = root;
    const columns = all.filter(
      ({ name }) =>
        declaredColumn(root, name)?.meta['pii'] !== false &&
        !classification.find({ uniqueId, column: name }) &&
        pathsOf({ uniqueId, column: name }).length === 0,
    );
    return columns.length > 0 ? [{ root, columns, all }] : [];
  });
}

/** The same for the sources and seeds that have a table in the warehouse. */
export function undecidedInWarehouse(
  project: Project,
  tables: Catalog,
): readonly (UndecidedTable & { readonly table: CatalogTable })[] {
  return undecidedTables(project, (root) => tables.find(root)?.columns).flatMap((undecided) => {
    const table = tables.find(undecided.root);
    return table ? [{ ...undecided, table }] : [];
  });
}

export function untaggedPii(root: Source | Seed, column: string, piiType: UntaggedPii['piiType']): UntaggedPii {
  return {
    rule: 'untagged-pii',
    severity: 'warning',
    relation: root.resourceType === 'source' ? `${root.sourceName}.${root.name}` : root.name,
    column,
    piiType,
    location: declaredColumn(root, column)?.location ?? root.location,
  };
}

function declaredColumn({ columns }: Source | Seed, name: string) {
  return [...columns.values()].find((column) => sameName(column.name, name));
}
