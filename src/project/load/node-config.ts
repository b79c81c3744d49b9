import type { Location } from '../../location.ts';
import { didYouMean } from '../../nearest-name.ts';
import { asList, asMapping, type Mapping, toObject } from '../mapping.ts';
import type { Hook, Meta, NodeConfig } from '../node.ts';
import type { Mistakes } from './mistakes.ts';

const OWN_FIELDS = new Set([
  'enabled',
  'materialized',
  'schema',
  'alias',
  'database',
  'tags',
  'meta',
  'full_refresh',
  'severity',
  'where',
  'limit',
  'fail_calc',
  'warn_if',
  'error_if',
  'store_failures',
  'store_failures_as',
  'pre-hook',
  'post-hook',
]);

interface ConfiguredNode {
  /** The materialization of a node that configures none. */
  readonly materialized: string;
  readonly location: Location;
  /** Whether the command stores failures of tests that configure nothing else (dbt: `--store-failures`). */
  readonly storeFailures?: boolean | undefined;
}

/** Reads the configuration of a node from its merged layers, with dbt's defaults. A value of a wrong type is a mistake. */
export function nodeConfig(
  merged: Mapping,
  { materialized, location, storeFailures = false }: ConfiguredNode,
  mistakes: Mistakes,
): NodeConfig {
  const wrong = (key: string, expected: string) => {
    mistakes.push({
      code: 'bad-config',
      message: `config '${key}' must be ${expected}.`,
      location,
      fix: `write ${expected} for '${key}'`,
    });
    return undefined;
  };
  const text = (key: string) => {
    const value = merged.get(key);
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : wrong(key, 'text');
  };
  const flag = (key: string) => {
    const value = merged.get(key);
    if (value === undefined || value === null) return undefined;
    return typeof value === 'boolean' ? value : wrong(key, 'true or false');
  };
  const count = (key: string) => {
    const value = merged.get(key);
    if (value === undefined || value === null) return undefined;
    const written = String(value).trim();
    return /^\d{1,15}$/.test(written) ? Number(written) : wrong(key, 'a whole number');
  };
  const storeFailuresAs = readStored(text('store_failures_as'), flag('store_failures'), location, mistakes);
  const storedAs = storeFailuresAs ?? (storeFailures ? 'table' : undefined);
  return {
    enabled: flag('enabled') ?? true,
    materialized: text('materialized') ?? materialized,
    schema: text('schema'),
    alias: text('alias'),
    database: text('database'),
    tags: asList(merged.get('tags')).map(String),
    meta: toMeta(merged.get('meta')),
    fullRefresh: flag('full_refresh'),
    severity: readSeverity(text('severity'), location, mistakes),
    where: text('where'),
    limit: count('limit'),
    failCalc: text('fail_calc') ?? 'count(*)',
    warnIf: text('warn_if') ?? '!= 0',
    errorIf: text('error_if') ?? '!= 0',
    storeFailuresAs,
    storedAs: storedAs === 'ephemeral' ? undefined : storedAs,
    // dbt puts the header before the statement that makes the table, in its transaction.
    preHook: [merged.get('pre-hook'), merged.get('sql_header')].flatMap(asList).flatMap(readHook),
    postHook: asList(merged.get('post-hook')).flatMap(readHook),
    other: otherKeys(merged),
  };
}

export function toMeta(value: unknown): Meta {
  const plain = toObject(value ?? {});
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain) ? { ...plain } : {};
}

function readSeverity(written: string | undefined, location: Location, mistakes: Mistakes): 'error' | 'warn' {
  const severity = (written ?? 'error').toLowerCase();
  if (severity === 'error' || severity === 'warn') return severity;
  mistakes.push({
    code: 'bad-config',
    message: `severity '${written}' is neither error nor warn.${didYouMean(severity, ['error', 'warn'])}`,
    location,
    fix: "write 'severity: error' or 'severity: warn'",
  });
  return 'error';
}

/** `store_failures_as` overrides `store_failures` (dbt: TestConfig). */
function readStored(
  written: string | undefined,
  isStored: boolean | undefined,
  location: Location,
  mistakes: Mistakes,
): NodeConfig['storeFailuresAs'] {
  if (written === undefined) return isStored === undefined ? undefined : isStored ? 'table' : 'ephemeral';
  const found = STORED.find((as) => as === written);
  if (found) return found;
  mistakes.push({
    code: 'bad-config',
    message: `store_failures_as '${written}' is none of ${STORED.join(', ')}.${didYouMean(written, STORED)}`,
    location,
    fix: 'write store_failures_as: table',
  });
  return undefined;
}

const STORED = ['table', 'view', 'ephemeral'] as const;

/** Reads a hook, which is SQL, or a mapping with the keys `sql` and `transaction` (dbt: get_hook_dict). */
function readHook(written: unknown): readonly Hook[] {
  const hook = asMapping(typeof written === 'string' ? parseHook(written) : written);
  if (typeof written === 'string' && !hook) return written.trim() === '' ? [] : [{ sql: written, transaction: true }];
  const sql = hook?.get('sql');
  return typeof sql === 'string' ? [{ sql, transaction: hook?.get('transaction') !== false }] : [];
}

/** The mapping in a hook that is JSON: `before_begin()` and `after_commit()` print such a text. */
function parseHook(written: string): unknown {
  if (!written.trimStart().startsWith('{"')) return undefined;
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}

function otherKeys(merged: Mapping): Meta {
  return toMeta(new Map([...merged].filter(([key]) => !OWN_FIELDS.has(key))));
}
