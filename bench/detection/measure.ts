import { judgeName } from '../../src/contract/names/judge-name.ts';
import { judgeValues } from '../../src/contract/values/judge-values.ts';
import { type LabelledColumn, labelledColumns } from './columns.ts';
import type { Measured, Naming, Part } from './results.ts';

/** Gives the `pii_type` that a detector finds in a column; `undefined` if it finds none. */
export type Detector = (column: LabelledColumn, naming: Naming) => string | undefined;

/** Counts by kind. `-` is for columns that are not personal; its `wrong` counts those to which the detector gave any kind. */
export function countByKind(judged: readonly { readonly kind: string; readonly said: string }[]): {
  readonly [kind: string]: Measured;
} {
  const kinds = [...new Set(judged.map(({ kind }) => kind))].sort();
  return Object.fromEntries(
    kinds.map((kind) => {
      const own = judged.filter((column) => column.kind === kind);
      const found = own.filter(({ said }) => said === kind).length;
      const others = judged.filter((column) => column.said === kind && column.kind !== kind);
      return [kind, { columns: own.length, found, wrong: kind === '-' ? own.length - found : others.length }];
    }),
  );
}

export function fenceline({ name, table, values, regions }: LabelledColumn, naming: Naming): string | undefined {
  const called = naming === 'telling' ? { name, table } : { name: 'c17', table: 't' };
  const column = { ...called, type: 'VARCHAR', neighbours: [called.name] };
  const byValue = judgeValues({ ...column, values, regions });
  if (byValue !== undefined) return byValue;
  const byName = judgeName(column, column.table, column.neighbours);
  return byName?.form === 'none' ? byName.piiType : undefined;
}

export function measure(detector: Detector, naming: Naming, part: Part): { readonly [kind: string]: Measured } {
  const columns = labelledColumns().filter((column) => column.part === part);
  return countByKind(columns.map((column) => ({ kind: column.kind, said: detector(column, naming) ?? '-' })));
}
