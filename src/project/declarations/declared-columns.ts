import type { ColumnProperties } from '../../config/properties.ts';
import type { Location } from '../../location.ts';
import { nameKey } from '../../name.ts';
import type { Mistakes } from '../load/mistakes.ts';
import { toMeta } from '../load/node-config.ts';
import type { Column, Columns } from '../node.ts';
import { readLabels, tagsOf } from './labels.ts';

/** The columns that a properties file describes, by name. */
export function readColumns(columns: readonly ColumnProperties[]): Columns {
  return new Map(columns.map((column) => [column.name, readColumn(column)]));
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

/** Notes each column that is described twice: only one description would count, and the tags of the other be lost. */
export function noteColumnsTwice(columns: readonly ColumnProperties[], mistakes: Mistakes): void {
  const seen = new Map<string, Location>();
  for (const { name, locate } of columns) {
    const first = seen.get(nameKey(name));
    const location = locate(['name']);
    if (!first) {
      seen.set(nameKey(name), location);
      continue;
    }
    mistakes.push({
      code: 'duplicate-column',
      message: `the column '${name}' is described twice: the other is in line ${first.line}.`,
      location,
      fix: 'put both into one entry',
    });
  }
}
