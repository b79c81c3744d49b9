import type { Policy } from '../config/fenceline-config.ts';
import { nameKey } from '../name.ts';
import type { Project } from '../project/project.ts';
import type { UndeclaredColumn } from './finding.ts';
import { severityOf } from './severity.ts';

/** Finds copied columns that the sources YAML does not declare. */
export function undeclaredColumns(
  project: Project,
  synced: readonly { readonly table: string; readonly columns: readonly { readonly name: string }[] }[],
  policy: Policy,
): readonly UndeclaredColumn[] {
  const severity = severityOf(policy);
  if (!severity) return [];
  const tables = new Map(synced.map(({ table, columns }) => [nameKey(table), columns]));
  return [...project.sources.values()].flatMap(({ sourceName, name, identifier, columns, location }) => {
    const declared = new Set([...columns.values()].map((column) => nameKey(column.name)));
    return (tables.get(nameKey(identifier)) ?? [])
      .filter((column) => !declared.has(nameKey(column.name)))
      .map((column): UndeclaredColumn => {
        return {
          rule: 'undeclared-column',
          severity,
          relation: `${sourceName}.${name}`,
          column: column.name,
          location,
        };
      });
  });
}
