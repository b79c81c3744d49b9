import type { ColumnRef } from '../lineage/flow.ts';
import { isRootNode } from '../lineage/root-node.ts';
import { nameKey } from '../name.ts';
import type { Meta } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import type { PiiColumn } from './finding.ts';

/** The columns that the project's YAML calls personal. */
export interface Classification {
  /** Finds a personal column; names are compared without case, as DuckDB compares them. */
  find(column: ColumnRef): PiiColumn | undefined;
}

/**
 * Reads `tags: [pii]` and `meta: {pii: true, pii_type: email}` of the columns of sources, seeds and models; on a whole
 * source table or seed they hold for every column of it.
 */
export function classify(project: Project): Classification {
  const { isPersonal } = project;
  const tables = [
    ...[...project.sources.values()].map((source) => ({
      ...source,
      relation: `${source.sourceName}.${source.name}`,
      isRoot: true,
    })),
    ...[...project.nodes.values()].map((node) => ({ ...node, relation: node.name, isRoot: isRootNode(node) })),
  ];
  const byTable = new Map(
    tables.map(({ uniqueId, relation, columns, tags, meta, isRoot, location }) => {
      const whole = isRoot && isPersonal(tags, meta) ? { piiType: typeOf(meta), declared: location } : undefined;
      const tagged = new Map(
        [...columns.values()]
          .filter((column) => isPersonal(column.tags, column.meta))
          .map(({ name, meta, location: declared }) => [nameKey(name), { piiType: typeOf(meta), declared }] as const),
      );
      // The mark of a column holds for every path in its JSON.
      for (const { name, path } of columns.values()) {
        const mark = path && tagged.get(nameKey(path.column));
        if (mark && !tagged.has(nameKey(name))) tagged.set(nameKey(name), mark);
      }
      return [uniqueId, { relation, whole, tagged }] as const;
    }),
  );
  return {
    find({ uniqueId, column }) {
      const table = byTable.get(uniqueId);
      const mark = table?.tagged.get(nameKey(column)) ?? table?.whole;
      return table && mark ? { relation: table.relation, uniqueId, column, ...mark } : undefined;
    },
  };
}

function typeOf(meta: Meta): string {
  return typeof meta['pii_type'] === 'string' ? meta['pii_type'] : 'pii';
}
