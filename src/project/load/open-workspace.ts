import { loadProfile } from '../../config/profiles.ts';
import { HIDDEN } from '../../hide-secrets.ts';
import { renderNative } from '../../jinja/evaluate/render.ts';
import type { TemplateBlock } from '../../jinja/syntax/parse-template.ts';
import { toPlain } from '../../jinja/values/plain-value.ts';
import { atOnce } from '../../jinja/values/steps.ts';
import { UserError } from '../../user-error.ts';
import { openBareContext } from '../context/bare-context.ts';
import { openMacroCaller } from '../context/call-macro.ts';
import { BUILD_ALL } from '../context/dbt-command.ts';
import { openMacroLibrary } from '../context/macro-library.ts';
import type { Workspace } from '../context/node-context.ts';
import { watchVariables } from '../context/watch-variables.ts';
import { asMapping } from '../mapping.ts';
import type { StandIns, Target } from '../project.ts';
import { openVariables } from '../variables.ts';
import type { LoadOptions } from './load-options.ts';
import type { Mistakes } from './mistakes.ts';
import type { Package } from './packages.ts';
import { EVERY_NAME, mergeQuoting } from './quoting.ts';
import { builtinMacros, readMacros } from './read-macros.ts';

export interface OpenedWorkspace {
  /** With this one nodes are compiled. */
  readonly workspace: Workspace;
  /** With this one declarations are read: it has stand-ins for the secrets of masks. */
  readonly declaring: Workspace;
  /** `{% materialization … %}` blocks of all packages. */
  readonly materializations: readonly TemplateBlock[];
}

/**
 * Reads the macros, vars and profile of a project, which all its templates share.
 * @throws {UserError} for a profile or target that cannot be used
 */
export async function openWorkspace(
  options: LoadOptions,
  packages: readonly [Package, ...Package[]],
  lacksPackages: boolean,
  mistakes: Mistakes,
): Promise<OpenedWorkspace> {
  const { files, environment, isVisibleVariable } = options;
  const [root] = packages;
  const read = await Promise.all(packages.map((source) => readMacros(files, source, mistakes)));
  const library = openMacroLibrary([...builtinMacros(), ...read.flatMap(({ macros }) => macros)], {
    rootPackage: root.name,
    searchOrders: new Map(root.config.dispatch.map((entry) => [entry.macro_namespace, entry.search_order])),
    lacksPackages,
  });
  const surroundings = {
    rootPackage: root.name,
    packages: packages.map(({ name, config }) => ({ name, version: config.version })),
    variables: openVariables({
      commandLine: new Map(Object.entries(options.vars)),
      rootPackage: root.name,
      packages: new Map(
        packages.map(({ name, config }) => [
          name,
          { vars: asMapping(config.vars) ?? new Map(), locate: (path) => config.locate(['vars', ...path]) },
        ]),
      ),
    }),
    environment,
    isVisibleVariable,
    readsSecrets: false,
    startedAt: new Date(),
    command: options.command ?? BUILD_ALL,
    quoting: mergeQuoting(EVERY_NAME, root.config.quoting),
    commandVars: new Map(Object.entries({ ...options.vars, ...hiddenVars(options) })),
  };
  const versions = new Map(packages.map(({ name, config }) => [name, config.version]));
  const shared = { rootPackage: root.name, library, versions, lacksPackages };
  const standIns = await standInsFor(options, {
    ...shared,
    surroundings: { ...surroundings, target: NO_TARGET },
  });
  const hiding = watchVariables({ ...surroundings, target: NO_TARGET }, () => undefined, standIns);
  const reading = { ...shared, surroundings: { ...hiding, readsSecrets: true } };
  const target = readTarget(options, root, reading, mistakes);
  return {
    workspace: { ...shared, surroundings: { ...surroundings, target } },
    declaring: { ...shared, surroundings: { ...hiding, target } },
    materializations: read.flatMap(({ materializations }) => materializations),
  };
}

/** The secrets of masks that the command line sets, with a stand-in for each: templates can print all of its vars. */
function hiddenVars({ vars, secretVars = [] }: LoadOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(secretVars.filter((name) => Object.hasOwn(vars, name)).map((name) => [name, HIDDEN]));
}

/** Stand-ins for the secrets of masks, and for the environment variables that give them. */
async function standInsFor({ secretVars = [] }: LoadOptions, workspace: Workspace): Promise<StandIns> {
  const vars = new Map<string, string>();
  const environment = new Map<string, string>();
  const caller = openMacroCaller(workspace);
  for (const name of secretVars) {
    try {
      const variable = await caller.variable(name, workspace.rootPackage);
      if (!variable) continue;
      vars.set(name, HIDDEN);
      for (const read of await caller.environmentOf(name, workspace.rootPackage)) environment.set(read, HIDDEN);
    } catch (error) {
      // A secret that cannot be read has no value to hide. Whatever reads it reports the mistake at its place.
      if (!(error instanceof UserError)) throw error;
    }
  }
  return { vars, environment };
}

/**
 * Stands for the target while profiles.yml is rendered: it may use only `env_var` and `var`, so no value is read from
 * this target.
 */
const NO_TARGET: Target = {
  profileName: '',
  name: '',
  type: 'duckdb',
  database: '',
  schema: '',
  threads: 1,
  path: ':memory:',
  externalRoot: { path: '.', isAllowed: false },
};

function readTarget(options: LoadOptions, root: Package, workspace: Workspace, mistakes: Mistakes): Target {
  const context = openBareContext(workspace, root.name, undefined);
  const profile = loadProfile({
    profileName: options.profileName ?? root.config.profile,
    targetName: options.targetName,
    directories: options.profilesDirectories,
    projectDirectory: options.files.directory,
    render(text, at) {
      const value = atOnce(() => renderNative(text, context, at));
      if (value instanceof Promise) throw new Error('internal: profiles.yml was rendered asynchronously');
      return toPlain(value);
    },
  });
  const { remarks = [], ...target } = profile;
  for (const remark of remarks) mistakes.remark(remark);
  return { ...target, threads: options.threads ?? target.threads };
}
