import type { SyncConfig } from '../config/fenceline-config.ts';
import { nameKey, sameName } from '../name.ts';
import type { Source } from '../project/node.ts';
import { isPersonalColumn } from '../project/personal.ts';
import type { Project } from '../project/project.ts';
import { type Mistake, UserError } from '../user-error.ts';

/**
 * Checks that two copies of one Postgres table have the same personal columns.
 * @throws {UserError} for a copy that lacks a tag
 */
export function requireSameTags({ schema, prefix, tables }: SyncConfig, project: Project): void {
  const sources = [...project.sources.values()];
  const copies = tables.flatMap(({ name, from, exclude }) => {
    const relation = nameKey(schema, prefix + name);
    const source = sources.find((one) => nameKey(one.schema, one.identifier) === relation);
    return source ? [{ source, from: `${from.schema}.${from.table}`, exclude }] : [];
  });
  const mistakes = copies.flatMap(({ source, from, exclude }) =>
    copies
      .filter((other) => other.source !== source && other.from === from)
      .flatMap((other) => missingTags(source, other.source, exclude, from)),
  );
  if (mistakes.length > 0) throw new UserError(mistakes);
}

function missingTags(source: Source, other: Source, exclude: readonly string[], from: string): readonly Mistake[] {
  return [...other.columns.values()]
    .filter(({ name }) => isPersonalColumn(other, name) && !isPersonalColumn(source, name) && !exclude.includes(name))
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
