import { judgeName } from '../../src/contract/names/judge-name.ts';
import { judgeValues } from '../../src/contract/values/judge-values.ts';
import { type LabelledColumn, labelledColumns } from './columns.ts';

/** How a detector did on columns of one kind. */
export interface Measured {
  readonly columns: number;
  /** Columns of the kind that were given it. */
  readonly found: number;
  /** Columns of another kind, or of none, that were given it. */
  readonly wrong: number;
}

/** A detector's word on a column: the `pii_type`; `undefined` for none. */
export type Detector = (column: LabelledColumn, naming: Naming) => string | undefined;

/** `telling`: the column has its own name, in its table. `bare`: it is called `c17`, in a table `t`. */
export type Naming = 'telling' | 'bare';

/** Results by kind of both halves of the columns, with and without telling names. */
export type Halves = {
  readonly [half in LabelledColumn['half']]: {
    readonly [naming in Naming]: { readonly [kind: string]: Measured };
  };
};

/** Kinds whose values have no form: only names tell them. */
export const FORMLESS: ReadonlySet<string> = new Set(['name', 'address', 'birth_date']);

export function fenceline({ name, table, values, regions }: LabelledColumn, naming: Naming): string | undefined {
  const called = naming === 'telling' ? { name, table } : { name: 'c17', table: 't' };
  const column = { ...called, type: 'VARCHAR', neighbours: [called.name] };
  const byValue = judgeValues({ ...column, values, regions });
  if (byValue !== undefined) return byValue;
  const byName = judgeName(column, column.table, column.neighbours);
  return byName?.form === 'none' ? byName.piiType : undefined;
}

/** Results by kind, `-` for the columns that are not personal: of these `wrong` counts those that were given any kind. */
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
