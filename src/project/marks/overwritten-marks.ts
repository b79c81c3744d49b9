import type { SourceTable } from '../declarations/declared-source.ts';
import { tagsOf } from '../declarations/labels.ts';
import type { Patch } from '../declarations/patch.ts';
import { toMeta } from '../load/node-config.ts';
import type { IsPersonal } from '../personal.ts';
import type { ListedMark } from './read-mark-list.ts';

/**
 * The marks in descriptions that YAML overrides, since the file has their key a second time. It is unclear which of the two
 * descriptions the author meant, so the marks of both hold.
 */
export function overwrittenMarks(
  descriptions: readonly (Patch | SourceTable)[],
  isPersonal: IsPersonal,
): readonly ListedMark[] {
  return descriptions.flatMap((description) => {
    const { config, columns, location } = description;
    const table = 'sourceName' in description ? `${description.sourceName}.${description.name}` : description.name;
    const isWhole = isPersonal(tagsOf(config), toMeta(config.get('meta')));
    const personal = [...columns.values()].filter(({ tags, meta }) => isPersonal(tags, meta));
    const names = personal.map(({ name, path }) => path?.column ?? name);
    return [...(isWhole ? ['*'] : []), ...names].map((column) => ({ table, column, piiType: undefined, location }));
  });
}
