import type { SyncConfig } from '../config/fenceline-config.ts';
import { postgresName } from '../config/postgres-name.ts';
import { sameName } from '../name.ts';
import type { Source } from '../project/node.ts';
import { type IsPersonal, isPersonalColumn } from '../project/personal.ts';
import type { Project } from '../project/project.ts';
import { type Mistake, UserError } from '../user-error.ts';

/**
 * Checks that two copies of one Postgres table have the same personal columns.
 * @throws {UserError} for a copy that lacks a tag
 */
export function requireSameTags({ tables }: SyncConfig, project: Project): void {
  const sources = [...project.sources.values()];
  const copies = tables.flatMap(({ to, from, exclude }) => {
    const source = sources.find(
      (one) => sameName(one.schema, to.schema ?? 'main') && sameName(one.identifier, to.table),
    );
    return source ? [{ source, from: postgresName(from), exclude }] : [];
  });
  const mistakes = copies.flatMap(({ source, from, exclude }) =>
    copies
      .filter((other) => other.source !== source && other.from === from)
      .flatMap((other) => missingTags(source, other.source, exclude, from, project.isPersonal)),
  );
  if (mistakes.length > 0) throw new UserError(mistakes);
}

function missingTags(
  source: Source,
  other: Source,
  exclude: readonly string[],
  from: string,
  isPersonal: IsPersonal,
): readonly Mistake[] {
  const isMarked = (table: Source, name: string) => isPersonalColumn(table, name, isPersonal);
  return [...other.columns.values()]
    .filter(({ name }) => isMarked(other, name) && !isMarked(source, name) && !exclude.includes(name))
    .map(({ name }) => ({
      code: 'tag-missing',
      message: `source('${source.sourceName}', '${source.name}') is a copy of ${from}, as is source('${other.sourceName}', '${other.name}'), whose column '${name}' is tagged as personal.`,
      location: columnOf(source, name)?.location ?? source.location,
      fix: `tag ${name} here, too, or exclude it in sync.tables`,
    }));
}

function columnOf({ columns }: Source, name: string) {
  return [...columns.values()].find((column) => sameName(column.name, name));
}
