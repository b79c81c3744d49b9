import { toValue } from '../jinja/values/plain-value.ts';
import type { Value } from '../jinja/values/value.ts';
import type { Location } from '../location.ts';
import { isEphemeral } from './ephemeral.ts';
import type { Package } from './load/packages.ts';
import { isTableNode, type Node } from './node.ts';

/** A hook of a whole run, or a macro that a command calls (dbt: operation). */
export interface Operation {
  /** `operation.<package>.<package>-on-run-start-0` */
  readonly uniqueId: string;
  readonly name: string;
  readonly packageName: string;
  /** The time at which the SQL runs. `run-operation`: its SQL only calls a macro, whose output does not run. */
  readonly when: 'on-run-start' | 'on-run-end' | 'run-operation';
  /** The SQL before Jinja. */
  readonly sql: string;
  readonly location: Location;
}

/** The owner of a hook: a node, or the operation that a hook of a whole run is. */
export type HookOwner = Node | Operation;

/** Names the owner in a message: `a hook of orders`, `the macro clean_up`. */
export function ownerText(owner: HookOwner): string {
  return 'when' in owner && owner.when === 'run-operation' ? `the macro ${owner.name}` : `a hook of ${owner.name}`;
}

/** The results of a run, which `on-run-end` hooks read. */
export interface EndedRun {
  readonly results: readonly EndedNode[];
  /** Schemas in which nodes were built, each once. */
  readonly schemas: readonly { readonly database: string; readonly schema: string }[];
}

interface EndedNode {
  readonly uniqueId: string;
  readonly status: string;
  readonly message: string | undefined;
  readonly failures: number | undefined;
  readonly milliseconds: number;
}

/**
 * The `on-run-start` and `on-run-end` hooks in dbt's order: those of packages, sorted by name, then those of the root
 * project.
 */
export function readOperations([root, ...others]: readonly [Package, ...Package[]]): readonly Operation[] {
  const packages = [...others].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [...packages, root].flatMap(({ name: packageName, config }) =>
    (
      [
        ['on-run-start', config.onRunStart],
        ['on-run-end', config.onRunEnd],
      ] as const
    ).flatMap(([when, hooks]) =>
      hooks.map((sql, index): Operation => {
        const name = `${packageName}-${when}-${index}`;
        const location = config.locate([when], 'key');
        return { uniqueId: `operation.${packageName}.${name}`, name, packageName, when, sql, location };
      }),
    ),
  );
}

/**
 * Whether the hooks of a node run. Those of a test do not, nor those of an ephemeral model, which is only part of other
 * queries.
 */
export function hasHooks(node: Node): boolean {
  const { preHook, postHook } = node.config;
  return isTableNode(node) && !isEphemeral(node) && preHook.length + postHook.length > 0;
}

/** Whether a hook grants or revokes rights. DuckDB has none, so such a hook does not run and is counted as left out. */
export function isGrant(sql: string): boolean {
  return /^\s*(grant|revoke)\s/i.test(sql);
}

/** The values that only `on-run-end` hooks see: `results`, `schemas` and so on, by name. */
export function endedNames(
  ended: () => EndedRun,
  recordOf: (uniqueId: string) => unknown,
): ReadonlyMap<string, () => Value> {
  const toRecord = ({ uniqueId, status, message, failures, milliseconds }: EndedNode) => ({
    node: recordOf(uniqueId),
    unique_id: uniqueId,
    status,
    message: message ?? null,
    failures: failures ?? null,
    execution_time: milliseconds / 1000,
    thread_id: '',
    timing: [],
    adapter_response: {},
  });
  return new Map([
    ['results', () => toValue(ended().results.map(toRecord))],
    ['schemas', () => toValue([...new Set(ended().schemas.map(({ schema }) => schema))])],
    ['database_schemas', () => toValue(ended().schemas.map(({ database, schema }) => [database, schema]))],
  ]);
}
