import { readFileSync } from 'node:fs';
import { judgeName } from '../../src/contract/names/judge-name.ts';
import { countByKind } from './measure.ts';
import type { Measured, Part } from './results.ts';

/** A column of a public schema, and the kind of its values. */
interface NamedColumn {
  readonly table: string;
  readonly name: string;
  /** The right `pii_type`; `-` for a column that is not personal. */
  readonly kind: string;
  readonly part: Part;
}

const FRESH = 'fresh:';

/** The columns of `column-names.txt`. */
function namedColumns(): readonly NamedColumn[] {
  const lines = readFileSync('bench/detection/column-names.txt', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const tables = [...new Set(lines.map((line) => line.split(' | ')[0]))];
  return lines.flatMap((line) => {
    const [table = '', kind = '', names = ''] = line.split(' | ');
    const half = tables.indexOf(table) % 2 === 0 ? 'first' : 'later';
    const part = table.startsWith(FRESH) ? 'fresh' : half;
    return names.split(' ').map((name) => ({ table: table.replace(FRESH, ''), name, kind, part }));
  });
}

/** Counts by kind what `judgeName` says of columns without types and rows, as in `check`. */
export function measureNames(part: Part): { readonly [kind: string]: Measured } {
  const all = namedColumns();
  const columns = all.filter((column) => column.part === part);
  return countByKind(columns.map((column) => ({ kind: column.kind, said: kindByName(column, all) })));
}

function kindByName({ name, table }: NamedColumn, all: readonly NamedColumn[]): string {
  const neighbours = all.filter((other) => other.table === table).map((other) => other.name);
  return judgeName({ name, type: 'UNKNOWN' }, table, neighbours)?.piiType ?? '-';
}
