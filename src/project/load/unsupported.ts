import type { ProjectFiles } from '../../config/project-files.ts';
import { BUILTIN_PACKAGE } from '../context/macro-library.ts';
import { asMapping } from '../mapping.ts';
import type { Macro } from '../project.ts';
import { folderLayers, mergeConfig } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import { listPackageFiles, type Package } from './packages.ts';

/**
 * Refuses by name what this version cannot build, rather than leaving it out: a model that is silently missing would pass
 * every check. What dbt_project.yml disables is nobody's concern.
 */
export function refuseUnsupported(files: ProjectFiles, packages: readonly Package[], mistakes: Mistakes): void {
  for (const source of packages) {
    const { models } = source.config.paths;
    for (const { file, below } of listPackageFiles(files, source, models, ['.py'])) {
      refuse(`the Python model ${nameOf(below)}`, file, {
        source,
        below,
        tree: source.config.configs.models,
        mistakes,
      });
    }
    refuseRunHooks(source, mistakes);
  }
}

function refuse(
  what: string,
  file: string,
  {
    source,
    below,
    tree,
    mistakes,
  }: { readonly source: Package; readonly below: string; readonly tree: unknown; readonly mistakes: Mistakes },
): void {
  const fqn = [source.name, ...below.split('/').slice(0, -1), nameOf(below)];
  if (mergeConfig(folderLayers(asMapping(tree), fqn)).get('enabled') === false) return;
  mistakes.push({
    code: 'not-supported',
    message: `${what} is not supported by this version of Fenceline.`,
    location: { file, line: 1, column: 1 },
    fix: `take it out, or disable it in dbt_project.yml with +enabled: false`,
  });
}

/** dbt builds snapshots with these macros, and a project may have its own: ours would build other tables. */
const SNAPSHOT_MACROS =
  /^(?:default__|duckdb__)?(?:snapshot_\w+_strategy|strategy_dispatch|snapshot_hash_arguments|snapshot_get_time|snapshot_staging_table|build_snapshot_\w+|snapshot_merge_sql|snapshot_check_all_get_existing_columns)$/;

/** Refuses by name macros that would change how snapshots are built. */
export function refuseSnapshotMacros(macros: Iterable<Macro>, mistakes: Mistakes): void {
  refuseMacros(macros, SNAPSHOT_MACROS, 'snapshots', 'take it out, or the snapshots', mistakes);
}

/** dbt builds views, tables, seeds and tests with these macros, and a project may have its own: they could write anything. */
const BUILD_MACROS =
  /^(?:default__|duckdb__)?(?:create_(?:table|view)_as|get_create_(?:table|view)_as_sql|create_csv_table|load_csv_rows|get_(?:merge|delete_insert_merge|insert_overwrite_merge|incremental_\w+)_sql|run_hooks|apply_grants|persist_docs|create_schema|create_indexes|drop_relation|rename_relation|truncate_relation|get_test_sql)$/;

/** Refuses by name macros that would change how everything else is built. */
export function refuseBuildMacros(macros: Iterable<Macro>, mistakes: Mistakes): void {
  refuseMacros(
    macros,
    BUILD_MACROS,
    'models',
    'take it out: what it writes is not what the contract is proven of',
    mistakes,
  );
}

function refuseMacros(macros: Iterable<Macro>, names: RegExp, built: string, fix: string, mistakes: Mistakes): void {
  for (const { name, packageName, location } of macros) {
    if (packageName === BUILTIN_PACKAGE || !names.test(name)) continue;
    mistakes.push({
      code: 'not-supported',
      message: `the macro ${name}, which changes how ${built} are built, is not supported by this version of Fenceline.`,
      location,
      fix,
    });
  }
}

function refuseRunHooks({ config }: Package, mistakes: Mistakes): void {
  const written = [
    ['on-run-start', config.onRunStart],
    ['on-run-end', config.onRunEnd],
  ] as const;
  for (const [key, hooks] of written) {
    if (hooks.length === 0) continue;
    mistakes.push({
      code: 'not-supported',
      message: `${key} is not supported by this version of Fenceline.`,
      location: config.locate([key], 'key'),
      fix: 'take it out, or put the SQL into a hook of the model that needs it',
    });
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
}
