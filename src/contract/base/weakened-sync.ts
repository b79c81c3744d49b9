import type { DriftPolicies, SampleRule, SyncConfig, SyncTable } from '../../config/fenceline-config.ts';
import { postgresName } from '../../config/postgres-name.ts';
import { patternText } from '../../config/sync-patterns.ts';
import type { Location } from '../../location.ts';
import type { Weakening } from './contract-change.ts';

/**
 * Finds settings of `sync` by which more of a table leaves Postgres than on the base. Columns that are no longer excluded
 * are found with the tags.
 * @param at place of settings that stand at no table
 */
export function weakenedSync(base: SyncConfig, head: SyncConfig, at: Location): readonly Weakening[] {
  const tables = base.tables.flatMap((was) =>
    head.tables
      .filter(({ from }) => postgresName(from) === postgresName(was.from))
      .flatMap((is) => [...weakenedColumns(was, is), ...weakenedRows(was, is), ...weakenedMasking(was, is)]),
  );
  const secret =
    base.maskSecret === undefined || base.maskSecret === head.maskSecret
      ? []
      : [lowered('sync.mask_secret', base.maskSecret, head.maskSecret ?? 'not set', at)];
  return [...weakenedDrift(base.drift, head.drift, at), ...weakenedPatterns(base, head), ...secret, ...tables];
}

/** Finds patterns that the base does not have, where they also copy tables that no YAML declares. */
function weakenedPatterns(base: SyncConfig, head: SyncConfig): readonly Weakening[] {
  if (head.drift.table !== 'ignore') return [];
  const { patterns = [] } = head;
  return patterns.flatMap((pattern) => {
    const was = base.patterns?.find(({ name }) => name === pattern.name);
    const [before, now] = [was ? patternText(was, base) : 'not there', patternText(pattern, head)];
    return before === now ? [] : [lowered(`sync.tables.${pattern.name}`, before, now, pattern.location)];
  });
}

/** Finds policies that take more drift: `ignore` copies a new column, `warn` leaves it out, `error` ends the copy. */
function weakenedDrift(base: DriftPolicies, head: DriftPolicies, at: Location): readonly Weakening[] {
  const kinds = ['table', 'add', 'drop', 'type'] as const;
  return kinds
    .filter((kind) => RANKS[head[kind]] < RANKS[base[kind]])
    .map((kind) => lowered(`sync.drift.${kind}`, base[kind], head[kind], at));
}

const RANKS = { error: 2, warn: 1, ignore: 0 } as const;

function weakenedColumns({ columns: was, onlyDeclared }: SyncTable, is: SyncTable): readonly Weakening[] {
  const subject = `sync.tables.${is.name}.columns`;
  if (onlyDeclared) {
    const now = is.columns?.join(', ') ?? 'all';
    return is.onlyDeclared ? [] : [lowered(subject, 'declared', now, is.location)];
  }
  if (was === undefined) return [];
  const more = is.columns?.filter((column) => !was.includes(column) && !is.exclude.includes(column));
  if (more?.length === 0) return [];
  const now = is.columns?.join(', ') ?? (is.onlyDeclared ? 'declared' : 'all');
  return [lowered(subject, was.join(', '), now, is.location)];
}

/** Finds a condition on rows, or a sample, that is another one: which one takes more rows is not decided. */
function weakenedRows(was: SyncTable, { name, where, sample, location }: SyncTable): readonly Weakening[] {
  const condition =
    was.where === undefined || was.where === where
      ? []
      : [lowered(`sync.tables.${name}.where`, was.where, where ?? 'all rows', location)];
  const before = sampleText(was.sample);
  const now = sampleText(sample);
  return was.sample === undefined || before === now
    ? condition
    : [...condition, lowered(`sync.tables.${name}.sample`, before, now, location)];
}

function sampleText(sample: SampleRule | undefined): string {
  if (!sample) return 'all rows';
  const size = sample.kind === 'rows' ? `${sample.rows} rows` : `${sample.percent} %`;
  return `${size}, seed ${sample.seed}`;
}

/** Finds masks of copied columns that are gone or others; a mask that leaves nothing is as strong as any. */
function weakenedMasking({ mask: was = {} }: SyncTable, is: SyncTable): readonly Weakening[] {
  const { mask: now = {}, columns, exclude, name, location } = is;
  const maskNow = (column: string) => (Object.hasOwn(now, column) ? now[column] : undefined);
  return Object.entries(was)
    .filter(([column]) => (columns === undefined || columns.includes(column)) && !exclude.includes(column))
    .filter(([column, mask]) => maskNow(column) !== mask && maskNow(column) !== null)
    .map(([column, mask]) =>
      lowered(`sync.tables.${name}.mask.${column}`, mask ?? 'null', maskNow(column) ?? 'no mask', location),
    );
}

function lowered(subject: string, was: string, is: string, location: Location): Weakening {
  return { severity: 'error', change: { kind: 'setting-lowered', subject, was, is }, location };
}
