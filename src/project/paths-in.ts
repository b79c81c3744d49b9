import { sameName } from '../name.ts';
import type { JsonPath } from './node.ts';
import type { Project } from './project.ts';

/** Finds the paths that YAML declares in a JSON column of a source; none for any other column. */
export function pathsIn({
  sources,
}: Pick<Project, 'sources'>): (column: { readonly uniqueId: string; readonly column: string }) => readonly JsonPath[] {
  return ({ uniqueId, column }) =>
    [...(sources.get(uniqueId)?.columns.values() ?? [])].flatMap(({ path }) =>
      path && sameName(path.column, column) ? [path] : [],
    );
}
