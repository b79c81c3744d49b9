import type { Policy } from '../config/fenceline-config.ts';
import { nameKey, sameName } from '../name.ts';
import type { Project } from '../project/project.ts';
import type { UndeclaredColumn } from './finding.ts';
import { severityOf } from './severity.ts';

/** A table as it was copied into the warehouse. */
export interface CopiedTable {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly { readonly name: string }[];
}

/** Finds copied columns that the sources YAML does not declare. */
export function undeclaredColumns(
  project: Project,
  synced: readonly CopiedTable[],
  policy: Policy,
): readonly UndeclaredColumn[] {
  const severity = severityOf(policy);
  if (!severity) return [];
  return [...project.sources.values()].flatMap(({ sourceName, name, schema, identifier, columns, location }) => {
    const declared = new Set([...columns.values()].map((column) => nameKey(column.name)));
    const copied = synced.find((one) => sameName(one.schema, schema) && sameName(one.table, identifier));
    return (copied?.columns ?? [])
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
