import { warehouseAdapter } from '../../build/adapter.ts';
import { writingAdapter } from '../../build/hooks.ts';
import { NodeFailed } from '../../build/node-query.ts';
import { hideSecrets } from '../../hide-secrets.ts';
import { ensureDuckDB } from '../../native/ensure-duckdb.ts';
import { didYouMean } from '../../nearest-name.ts';
import { withoutWords } from '../../project/context/watch-rows.ts';
import type { Operation } from '../../project/hooks.ts';
import type { Macro, Project } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';
import { closeOnAbort } from '../../warehouse/close-on-abort.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { requireHarmlessObjects } from '../../warehouse/functions/own-objects.ts';
import { holdWarehouse } from '../files/hold-warehouse.ts';
import { openStage, openWithoutContract } from '../open/open-project.ts';
import type { Invocation, ProjectOptions } from '../options.ts';
import { openStages } from '../stages/stages.ts';

interface RunMacroOptions extends ProjectOptions, Invocation {
  /** Gets each line that the macro logs; `undefined` for one that may quote rows. */
  say(line: string | undefined): void;
}

type Arguments = { readonly [name: string]: unknown };

/**
 * Calls a macro of a project outside of its graph (dbt: run-operation). It may write only constants, since no lineage covers
 * its statements. Gives the error message of a macro that fails.
 * @throws {UserError} for a macro that does not exist, and for a mistake in the project
 */
export async function runMacro(name: string, args: Arguments, options: RunMacroOptions): Promise<string | undefined> {
  const command = { which: 'run-operation', fullRefresh: false, select: [], exclude: [] } as const;
  const { project, config } = await openStage(
    { ...options, command, packages: 'required' },
    openStages(options),
    openWithoutContract,
  );
  const macro = findMacro(name, project);
  await ensureDuckDB(options);
  const { path, threads, database } = project.target;
  await using _held = await holdWarehouse(path, 'build', options);
  await using session = await openDuckDB(path, { threads, ...config.limits });
  using _interrupted = closeOnAbort(session, options.signal);
  await requireHarmlessObjects(session);
  const owner = callOf(macro, args);
  const texts = { statements: [], readsRows: false };
  const adapter = warehouseAdapter(session, database);
  const run = { owner, project, adapter, session, texts, ownTables: [] } as const;
  const onLog = (line: string | undefined) =>
    options.say(line === undefined ? undefined : hideSecrets(line, project.secrets));
  try {
    await project.renderHook(owner, owner.sql, { adapter: writingAdapter(run), onLog });
    return undefined;
  } catch (error) {
    if (!(error instanceof NodeFailed || error instanceof UserError)) throw error;
    const shown = texts.readsRows && error instanceof UserError ? withoutWords(error) : error;
    return hideSecrets(shown.message, project.secrets);
  }
}

/** Finds a macro by its name. As in dbt, one of the project comes before one of a package. */
function findMacro(name: string, { macros, name: root }: Project): Macro {
  const all = [...macros.values()];
  const named = all.filter((macro) => macro.name === name || `${macro.packageName}.${macro.name}` === name);
  const found = named.find(({ packageName }) => packageName === root) ?? named[0];
  if (found) return found;
  throw new UserError({
    code: 'missing-macro',
    message: `there is no macro '${name}' in the project and its packages.${didYouMean(
      name,
      all.map((macro) => macro.name),
    )}`,
    fix: 'name a macro of the project, or one of a package as package.macro; fenceline deps installs packages',
  });
}

/** The operation whose template calls the macro. The arguments are JSON in a literal of Jinja, whose escapes are those of JSON. */
function callOf({ name, packageName, location }: Macro, args: Arguments): Operation {
  const json = JSON.stringify(JSON.stringify(args));
  const sql = `{{ ${name}(**fromjson(${json})) }}`;
  return { uniqueId: `macro.${packageName}.${name}`, name, packageName, when: 'run-operation', sql, location };
}
