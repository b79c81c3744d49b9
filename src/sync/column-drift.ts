import type { DriftPolicies, SyncTable } from '../config/fenceline-config.ts';
import { sameName } from '../name.ts';
import { unreachable } from '../unreachable.ts';
import type { Mistake } from '../user-error.ts';
import { isCopied } from './source-table.ts';

/** A column that is not in Postgres as it was at the last copy. */
export type ColumnDrift =
  | { readonly kind: 'added'; readonly column: string; readonly isCopied: boolean }
  | { readonly kind: 'dropped'; readonly column: string }
  | { readonly kind: 'retyped'; readonly column: string; readonly was: string; readonly is: string };

type Types = { readonly [column: string]: string };

/**
 * Finds the columns of a table that differ from the last copy. A new column that some YAML declares is no drift, nor is
 * any change of a column that is not copied.
 * @param was types of the columns at the last copy @param is types now
 */
export function findDrift(config: SyncTable, was: Types, is: Types, { add }: DriftPolicies): readonly ColumnDrift[] {
  const { columns, declared = [] } = config;
  const added = Object.keys(is)
    .filter((column) => columns === undefined && !Object.hasOwn(was, column))
    .filter((column) => isCopied(config, column) && !declared.some((name) => sameName(name, column)))
    .map((column): ColumnDrift => ({ kind: 'added', column, isCopied: add === 'ignore' }));
  const changed = Object.entries(was)
    .filter(([column, type]) => isCopied(config, column) && is[column] !== type)
    .map(([column, type]): ColumnDrift => {
      const now = is[column];
      return now === undefined ? { kind: 'dropped', column } : { kind: 'retyped', column, was: type, is: now };
    });
  return [...added, ...changed];
}

/** The mistakes among the drift: those whose policy is `error`. */
export function driftMistakes(
  { from, location }: SyncTable,
  drift: readonly ColumnDrift[],
  policies: DriftPolicies,
): readonly Mistake[] {
  return drift
    .filter((change) => policyOf(change, policies) === 'error')
    .map((change) => ({
      code: 'column-drift',
      message: `${from.schema}.${from.table}: ${driftText(change)} since the last copy`,
      location,
      fix:
        change.kind === 'added'
          ? `declare ${change.column} in the source's YAML with its tag, or name it under exclude`
          : 'change the models that read it, and run once with --full-refresh',
    }));
}

/** Texts about the drift that is a warning. */
export function driftWarnings(drift: readonly ColumnDrift[], policies: DriftPolicies): readonly string[] {
  return drift
    .filter((change) => policyOf(change, policies) === 'warn')
    .map((change) => (change.kind === 'added' ? `${driftText(change)} and left out` : driftText(change)));
}

function policyOf({ kind }: ColumnDrift, policies: DriftPolicies) {
  return policies[({ added: 'add', dropped: 'drop', retyped: 'type' } as const)[kind]];
}

function driftText(change: ColumnDrift): string {
  switch (change.kind) {
    case 'added':
      return `column ${change.column} is new`;
    case 'dropped':
      return `column ${change.column} is gone`;
    case 'retyped':
      return `column ${change.column} was ${change.was} and is ${change.is}`;
    default:
      return unreachable(change);
  }
}
