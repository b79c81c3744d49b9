import { judgeName } from '../../src/contract/names/judge-name.ts';
import { judgeValues } from '../../src/contract/values/judge-values.ts';
import { type LabelledColumn, labelledColumns } from './columns.ts';

/** Counts for one kind of column: how many a detector found, and how many it mistook for this kind. */
export interface Measured {
  readonly columns: number;
  /** Columns of this kind to which the detector gave this kind. */
  readonly found: number;
  /** Columns of another kind, or of none, to which the detector gave this kind. */
  readonly wrong: number;
}

/** Gives the `pii_type` that a detector finds in a column; `undefined` if it finds none. */
export type Detector = (column: LabelledColumn, naming: Naming) => string | undefined;

/** The names that a detector sees. `telling`: those of the column and its table. `bare`: `c17` in a table `t`. */
export type Naming = 'telling' | 'bare';

/** Counts by kind, for both halves of the columns, with telling and with bare names. */
export type Halves = {
  readonly [half in LabelledColumn['half']]: {
    readonly [naming in Naming]: { readonly [kind: string]: Measured };
  };
};

/** Kinds whose values have no form, so that only the name of a column shows them. */
export const FORMLESS: ReadonlySet<string> = new Set(['name', 'address', 'birth_date']);

export function fenceline({ name, table, values, regions }: LabelledColumn, naming: Naming): string | undefined {
  const called = naming === 'telling' ? { name, table } : { name: 'c17', table: 't' };
  const column = { ...called, type: 'VARCHAR', neighbours: [called.name] };
  const byValue = judgeValues({ ...column, values, regions });
  if (byValue !== undefined) return byValue;
  const byName = judgeName(column, column.table, column.neighbours);
  return byName?.form === 'none' ? byName.piiType : undefined;
}

/** Counts by kind. `-` is for columns that are not personal; its `wrong` counts those to which the detector gave any kind. */
export function measure(
  detector: Detector,
  naming: Naming,
  half: LabelledColumn['half'],
): ReadonlyMap<string, Measured> {
  const judged = labelledColumns()
    .filter((column) => column.half === half)
    .map((column) => ({ column, said: detector(column, naming) }));
  const kinds = [...new Set(judged.map(({ column }) => column.kind))];
  return new Map(
    kinds.map((kind) => {
      const own = judged.filter(({ column }) => column.kind === kind);
      const found = own.filter(({ said }) => said === (kind === '-' ? undefined : kind)).length;
      const wrong =
        kind === '-'
          ? own.length - found
          : judged.filter(({ column, said }) => said === kind && column.kind !== kind).length;
      return [kind, { columns: own.length, found, wrong }];
    }),
  );
}
