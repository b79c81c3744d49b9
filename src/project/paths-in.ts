import { nameKey } from '../name.ts';
import type { JsonPath, Source } from './node.ts';
import type { Project } from './project.ts';

/** Finds the paths that YAML declares in a JSON column of a source; none for any other column. */
export function pathsIn({
  sources,
}: Pick<Project, 'sources'>): (column: { readonly uniqueId: string; readonly column: string }) => readonly JsonPath[] {
  // The paths of a whole table are found at once and kept, since a table may have thousands of columns.
  const found = new Map<string, ReadonlyMap<string, readonly JsonPath[]>>();
  return ({ uniqueId, column }) => {
    const ofTable = found.get(uniqueId) ?? pathsByColumn(sources.get(uniqueId));
    found.set(uniqueId, ofTable);
    return ofTable.get(nameKey(column)) ?? [];
  };
}

function pathsByColumn(source: Source | undefined): ReadonlyMap<string, readonly JsonPath[]> {
  const found = new Map<string, JsonPath[]>();
  for (const { path } of source?.columns.values() ?? []) {
    if (!path) continue;
    const key = nameKey(path.column);
    found.set(key, [...(found.get(key) ?? []), path]);
  }
  return found;
}
