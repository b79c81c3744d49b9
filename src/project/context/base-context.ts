import { createHash, randomUUID } from 'node:crypto';
import { MacroReturn } from '../../jinja/evaluate/render.ts';
import { datetimeValue } from '../../jinja/python/modules/datetime-value.ts';
import { modulesValue } from '../../jinja/python/modules.ts';
import { toValue } from '../../jinja/values/plain-value.ts';
import { printValue } from '../../jinja/values/print-value.ts';
import { Callable, type Value } from '../../jinja/values/value.ts';
import type { Location } from '../../location.ts';
import { DBT_VERSION } from '../load/dbt-version.ts';
import type { Mapping } from '../mapping.ts';
import type { Quoting } from '../node.ts';
import type { Target } from '../project.ts';
import type { Variables } from '../variables.ts';
import type { DbtCommand } from './dbt-command.ts';
import { differenceOf, toSet, zip } from './functions/collection-functions.ts';
import { fromJson, toJson } from './functions/json-functions.ts';
import { templateFunction } from './functions/template-function.ts';

import { envVarFunction, missingVar, type VisibleEnvironment, varFunction } from './functions/variable-functions.ts';
import { fromYaml, toYaml } from './functions/yaml-functions.ts';
import { exceptionsValue } from './values/exceptions-value.ts';

/** The target, environment, vars and command that all templates see. */
export interface Surroundings extends VisibleEnvironment {
  readonly rootPackage: string;
  /** Names and versions of all packages, the root project first. */
  readonly packages: readonly { readonly name: string; readonly version: string | undefined }[];
  readonly target: Target;
  readonly variables: Variables;
  readonly startedAt: Date;
  readonly command: DbtCommand;
  /** The quoting of the root project. */
  readonly quoting: Quoting;
  /** The vars of the command line. */
  readonly commandVars: Mapping;
}

/** Values of a template context, by name. */
export type Names = Map<string, Value>;

/**
 * The values that are equal in all templates of a package (dbt: BaseContext, TargetContext).
 * @param missing gives the value of a var without one; an error, if it is absent
 * @param render renders a string var when a template reads it: its Jinja may use macros and other vars
 */
export function baseNames(
  surroundings: Surroundings,
  packageName: string,
  render: (text: string, at: Location) => string | Promise<string>,
  hasReadVariables: () => boolean,
  missing: Parameters<typeof varFunction>[3] = missingVar,
): Names {
  const { target, startedAt } = surroundings;
  return new Map<string, Value>([
    ['var', varFunction(surroundings.variables, packageName, render, missing)],
    ['env_var', envVarFunction(surroundings)],
    ['target', targetValue(target)],
    ['return', templateFunction('return', ['data'], ({ given }) => leaveMacro(given.data))],
    ['log', templateFunction('log', ['msg', 'info'], () => '')],
    ['print', templateFunction('print', ['msg'], () => '')],
    ['modules', modulesValue(() => startedAt)],
    ['exceptions', exceptionsValue(hasReadVariables)],
    ['flags', toValue(flagsOf(surroundings.command))],
    ['invocation_args_dict', toValue(argumentsOf(surroundings))],
    ['tojson', templateFunction('tojson', ['value', 'default', 'sort_keys'], ({ given }) => toJson(given))],
    ['fromjson', templateFunction('fromjson', ['string', 'default'], ({ given }) => fromJson(given))],
    ['fromyaml', templateFunction('fromyaml', ['value', 'default'], ({ given }) => fromYaml(given))],
    ['toyaml', templateFunction('toyaml', ['value', 'default', 'sort_keys'], ({ given }) => toYaml(given))],
    ['local_md5', templateFunction('local_md5', ['value'], ({ given }) => md5(printValue(given.value ?? null)))],
    ['set', templateFunction('set', ['value', 'default'], ({ given }) => toSet(given))],
    ['set_strict', templateFunction('set_strict', ['value'], ({ given }) => toSet(given))],
    ['zip', new Callable('zip', ({ positional, named }) => zip(positional, named.get('default')))],
    ['zip_strict', new Callable('zip_strict', ({ positional }) => zip(positional, undefined))],
    ['dbt_version', DBT_VERSION],
    ['invocation_id', randomUUID()],
    ['run_started_at', datetimeValue(startedAt)],
    ['project_name', surroundings.rootPackage],
    ['thread_id', 'MainThread'],
    [
      'diff_of_two_dicts',
      templateFunction('diff_of_two_dicts', ['dict_a', 'dict_b'], ({ given }) => differenceOf(given)),
    ],
  ]);
}

/** The value of `flags` in templates. */
function flagsOf({ which, fullRefresh, failFast, warnError, storeFailures, empty, indirect }: DbtCommand) {
  return {
    STORE_FAILURES: storeFailures ?? false,
    FAIL_FAST: failFast ?? false,
    WARN_ERROR: warnError ?? false,
    EMPTY: empty ?? false,
    INDIRECT_SELECTION: indirect ?? 'eager',
    WHICH: which,
    FULL_REFRESH: fullRefresh,
  };
}

/** The value of `invocation_args_dict` in templates: the options of the command by dbt's names. */
function argumentsOf({ command, commandVars }: Surroundings) {
  const { which, fullRefresh, select, exclude } = command;
  return { which, full_refresh: fullRefresh, select, exclude, vars: commandVars };
}

/** The value of `target` in templates (dbt-duckdb): the target without its secrets. */
function targetValue({ profileName, name, type, database, schema, threads, path }: Target): Value {
  return toValue({ profile_name: profileName, name, target_name: name, type, database, schema, threads, path });
}

function leaveMacro(value: Value | undefined): never {
  throw new MacroReturn(value ?? null);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
