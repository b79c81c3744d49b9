import { isDeepStrictEqual } from 'node:util';
import type { ColumnProperties } from '../../config/properties.ts';
import type { YamlPath } from '../../config/read-yaml.ts';
import type { Location } from '../../location.ts';
import { nameKey } from '../../name.ts';
import type { Mistakes } from '../load/mistakes.ts';
import { toMeta } from '../load/node-config.ts';
import type { Column, Columns, JsonPath } from '../node.ts';
import { readLabels, tagsOf } from './labels.ts';

/**
 * The columns that a properties file describes, by name. The last of two descriptions of one column counts; the marks
 * of both hold.
 */
export function readColumns(columns: readonly ColumnProperties[]): Columns {
  const read = new Map<string, Column>();
  for (const column of columns.flatMap((written) => [readColumn(written), ...readPaths(written)])) {
    const key = nameKey(column.name);
    const first = read.get(key);
    read.set(key, first ? withMarksOf(column, first) : column);
  }
  return new Map([...read.values()].map((column) => [column.name, column]));
}

/** The column with the tags and `meta` of an earlier description. A key of both keeps both values: either may be a mark. */
function withMarksOf(column: Column, first: Column): Column {
  const meta = new Map(Object.entries({ ...first.meta, ...column.meta }));
  for (const [key, value] of Object.entries(first.meta)) {
    const other = column.meta[key];
    if (other !== undefined && !isDeepStrictEqual(other, value)) meta.set(key, [value, other].flat());
  }
  return { ...column, tags: [...new Set([...first.tags, ...column.tags])], meta: Object.fromEntries(meta) };
}

function readColumn({ entry, name, locate }: ColumnProperties): Column {
  const labels = readLabels(entry);
  return {
    name,
    description: String(entry['description'] ?? ''),
    dataType: entry['data_type'] === undefined || entry['data_type'] === null ? undefined : String(entry['data_type']),
    tags: tagsOf(labels),
    meta: toMeta(labels.get('meta')),
    location: locate(['name']),
    dataTypeLocation: locate(['data_type']),
  };
}

/** The paths that YAML declares in a JSON column, which carry marks as columns do. Only sources have any. */
function readPaths({ entry, name: column, locate }: ColumnProperties): readonly Column[] {
  return Object.entries((entry['paths'] ?? {}) as { readonly [path: string]: ColumnProperties['entry'] | null }).map(
    ([written, labels]) => {
      const members = written.replace(/^\$\./, '').split('.');
      const path: JsonPath = { column, members, name: [column, ...members].join('.') };
      const place = (keys: YamlPath, part?: 'key' | 'value') => locate(['paths', written, ...keys], part);
      return {
        ...readColumn({ entry: labels ?? {}, name: path.name, locate: place, tests: [] }),
        location: place([], 'key'),
        path,
      };
    },
  );
}

/** Notes a remark for each column that is described twice. */
export function noteColumnsTwice(columns: readonly ColumnProperties[], mistakes: Mistakes): void {
  const seen = new Map<string, Location>();
  for (const { name, locate } of columns) {
    const first = seen.get(nameKey(name));
    const location = locate(['name']);
    if (!first) {
      seen.set(nameKey(name), location);
      continue;
    }
    mistakes.remark({
      code: 'duplicate-column',
      message: `the column '${name}' is described twice: the other is in line ${first.line}.`,
      location,
      fix: 'put both into one entry: the last counts, as in dbt; the marks of both hold',
    });
  }
}
