import type { Finding, PiiColumnName, PiiInTier, ValueLeak } from '../../contract/finding.ts';
import type { RowCount } from '../../contract/rows/row-count.ts';
import { compareStates } from '../../contract/tier.ts';
import type { State } from '../../lineage/flow.ts';
import type { Location } from '../../location.ts';
import { nameKey } from '../../name.ts';

/** A finding that says: values of a personal column are where they must not be. */
export type Leak = PiiInTier | PiiColumnName | ValueLeak;

/** One column of a model, with all the personal data that leaks into it. */
export interface LeakRow {
  readonly model: string;
  readonly column: string;
  /** Whether the base lacks one of its findings; `undefined` where none was compared with a base. */
  readonly isNew: boolean | undefined;
  /** The strongest state of the values; `undefined` where they were only found in rows. */
  readonly state: State | undefined;
  /** Masks that the values go through, which the tier does not accept. */
  readonly masks: readonly string[];
  /** Place of the first finding. */
  readonly location: Location;
  /** Rows of the built model with such values, of the source with most; absent where none were found. */
  readonly rows?: RowCount;
  /** The leaks into the column, worst first. */
  readonly leaks: readonly [Leak, ...(readonly Leak[])];
}

export function isLeak(finding: Finding): finding is Leak {
  return finding.rule === 'pii-in-tier' || finding.rule === 'pii-column-name' || finding.rule === 'value-leak';
}

/** The leaks among findings by column of a model, in the order of their first findings. */
export function leakRows(findings: readonly Finding[]): readonly LeakRow[] {
  const columns = new Map<string, [Leak, ...Leak[]]>();
  for (const leak of findings.filter(isLeak).filter(({ severity }) => severity === 'error')) {
    const key = nameKey(leak.model, leak.column);
    const present = columns.get(key);
    if (present) present.push(leak);
    else columns.set(key, [leak]);
  }
  return [...columns.values()].map(rowOf);
}

function rowOf(leaks: readonly [Leak, ...Leak[]]): LeakRow {
  const [{ model, column, location }] = leaks;
  const compared = leaks.map(({ isNew }) => isNew).filter((isNew) => isNew !== undefined);
  const states = leaks.flatMap((leak) => ('state' in leak ? [leak.state] : [])).sort(compareStates);
  const rows = leaks.flatMap((leak) => ('rows' in leak && leak.rows ? [leak.rows] : [])).sort(byCount)[0];
  return {
    model,
    column,
    location,
    leaks,
    isNew: compared.length === 0 ? undefined : compared.includes(true),
    state: states[0],
    masks: [...new Set(leaks.flatMap((leak) => ('masks' in leak ? leak.masks : [])))],
    ...(rows && { rows }),
  };
}

function byCount(a: RowCount, b: RowCount): number {
  return sizeOf(b) - sizeOf(a);
}

function sizeOf(count: RowCount): number {
  return 'below' in count ? 0 : count.exactly;
}

/** Orders rows for a list that is cut: new rows before old ones, and the first row of each model before any second one. */
export function fairOrder(rows: readonly LeakRow[]): readonly LeakRow[] {
  const ofModel = new Map<string, number>();
  const withTurns = rows.map((row) => {
    const key = `${row.isNew === false} ${row.model}`;
    const turn = ofModel.get(key) ?? 0;
    ofModel.set(key, turn + 1);
    return { row, turn };
  });
  const age = ({ isNew }: LeakRow) => (isNew === false ? 1 : 0);
  return withTurns.sort((a, b) => age(a.row) - age(b.row) || a.turn - b.turn).map(({ row }) => row);
}
