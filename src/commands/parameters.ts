import { INDIRECT_SELECTIONS } from '../indirect-selection.ts';
import type {
  ArtifactOptions,
  BuildOptions,
  DbtBuildOptions,
  DbtSelection,
  DeferOptions,
  PipelineOptions,
  PostgresOptions,
  ProjectOptions,
  Selection,
} from '../pipeline/options.ts';
import { POSTGRES_MODES } from '../postgres-mode.ts';
import { RESOURCE_TYPES } from '../resource-types.ts';
import { UserError } from '../user-error.ts';
import {
  choice,
  choices,
  eitherText,
  type Flag,
  group,
  joinedTexts,
  mapping,
  type ParametersOf,
  text,
  texts,
  toggle,
  wholeNumber,
  withoutEffect,
} from './parameter.ts';

// Parameters that several commands have. Each table has exactly the fields of one type of options.

export const PROJECT: ParametersOf<ProjectOptions> = {
  projectDirectory: eitherText(
    { written: '--project-dir <folder>', about: 'the same as the argument, as dbt has it' },
    {
      written: '[project]',
      about: 'folder with dbt_project.yml; the working directory or one above it by default',
      standard: '.',
    },
  ),
  configFile: text({ written: '--config <file>', about: 'another fenceline.yml' }),
  vars: mapping({ written: '--vars <yaml>', about: 'dbt vars, as YAML: "{start: 2026-01-01}"' }, '{start: 2026-01-01}'),
  target: text({ written: '-t, --target <name>', about: 'target of profiles.yml', variable: 'DBT_TARGET' }),
  profile: text({
    written: '--profile <name>',
    about: 'another profile than dbt_project.yml names',
    variable: 'DBT_PROFILE',
  }),
  profilesDirectory: text({ written: '--profiles-dir <folder>', about: 'where profiles.yml is' }),
  threads: wholeNumber({
    written: '--threads <n>',
    about: 'threads of the engine, and nodes that are built at a time',
  }),
};

export const EXTENT: ParametersOf<Pick<PipelineOptions, 'allModels'>> = {
  allModels: toggle({
    written: '--all-models',
    about: 'count mistakes and failures outside of every tier, too, which are warnings otherwise',
  }),
};

export const SELECTION: ParametersOf<Selection> = {
  select: texts({ written: '-s, --select <selector...>', about: "dbt's selection: names, tag:, path:, +graph+ …" }),
  exclude: texts({ written: '--exclude <selector...>', about: 'what not to select' }),
};

/** Folder with the artifacts of an earlier run. */
export const STATE = text({
  written: '--state <folder>',
  about: 'artifacts of an earlier run, for state:, result: and --defer',
  variable: 'DBT_STATE',
});

/** The selection of dbt's commands. */
export const DBT_SELECTION: ParametersOf<DbtSelection> = {
  select: joinedTexts([
    { written: '-s, --select <selector...>', about: "dbt's selection: names, tag:, path:, state:modified, +graph+ …" },
    { written: '-m, --models <selector...>', about: 'the same as --select', isHidden: true },
    { written: '--model <selector...>', about: 'the same as --select', isHidden: true },
  ]),
  exclude: SELECTION.exclude,
  selector: text({ written: '--selector <name>', about: 'a selector of selectors.yml' }),
  resourceTypes: choices(
    { written: '--resource-type <type...>', about: 'only these kinds: model, seed, snapshot, test …' },
    RESOURCE_TYPES,
  ),
  excludedResourceTypes: choices(
    { written: '--exclude-resource-type <type...>', about: 'all kinds but these' },
    RESOURCE_TYPES,
  ),
  indirect: choice(
    { written: '--indirect-selection <mode>', about: 'which tests come along with what they read' },
    INDIRECT_SELECTIONS,
    'eager',
  ),
  state: STATE,
};

export const ARTIFACTS: ParametersOf<ArtifactOptions> = {
  targetPath: text({ written: '--target-path <folder>', about: 'where artifacts are written, in place of target/' }),
};

export const DEFER: ParametersOf<DeferOptions> = {
  defer: toggle({ written: '--defer', about: 'refs to what is not built lead to the relations of --state' }),
  favorState: toggle({
    written: '--favor-state',
    about: 'with --defer: prefer the relations of --state to built ones',
  }),
  deferState: text({ written: '--defer-state <folder>', about: 'artifacts for --defer, where not those of --state' }),
};

export const BUILD: ParametersOf<BuildOptions> = {
  fullRefresh: toggle({ written: '-f, --full-refresh', about: 'rebuild incremental models and seeds from nothing' }),
};

const WARN_ERROR = { written: '--warn-error', about: 'warnings are errors' };
const WARN_ERROR_OPTIONS = {
  written: '--warn-error-options <yaml>',
  about: "the same, as YAML: '{error: all}'",
};

/** Flags of dbt's commands that build, beside `--full-refresh`. */
export const DBT_BUILD: ParametersOf<DbtBuildOptions> = {
  ...BUILD,
  ...DEFER,
  failFast: toggle({ written: '-x, --fail-fast', about: 'start no node after one has failed' }),
  storeFailures: toggle({ written: '--store-failures', about: 'keep failures of tests in tables' }),
  empty: toggle({ written: '--empty', about: 'build with refs and sources that give no rows' }),
  warnError: {
    flags: [WARN_ERROR, WARN_ERROR_OPTIONS],
    async read(find) {
      const { error, include, ...others } = await mapping(WARN_ERROR_OPTIONS, '{error: all}').read(find);
      const errors = error ?? include ?? [];
      const isAll = errors === 'all' || errors === '*';
      if (!isAll && !isEmpty(errors)) throw singleWarnings();
      if (!Object.values(others).every(isEmpty)) throw singleWarnings();
      return isAll || find(WARN_ERROR) === true;
    },
  },
};

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function singleWarnings(): UserError {
  return new UserError({
    code: 'wrong-option',
    message: '--warn-error-options names single warnings, but Fenceline makes all warnings errors or none',
    fix: "make all warnings errors: --warn-error-options '{error: all}'",
  });
}

/**
 * dbt's flags that change nothing here: nothing is cached between runs, nobody is told of a run, and what is printed goes by
 * NO_COLOR and --verbose.
 */
export const NO_EFFECT = withoutEffect([
  ...['partial-parse', 'static-parser', 'populate-cache', 'cache-selected-only', 'introspect'].flatMap(onAndOff),
  ...['send-anonymous-usage-stats', 'use-colors', 'use-colors-file', 'print', 'log-cache-events'].flatMap(onAndOff),
  ...[
    'version-check',
    'use-experimental-parser',
    'partial-parse-file-diff',
    'use-fast-test-edges',
    'export-saved-queries',
  ].flatMap(onAndOff),
  ...[
    'log-level',
    'log-level-file',
    'log-format',
    'log-format-file',
    'log-path',
    'log-file-max-bytes',
    'printer-width',
  ].map((name) => ({ written: `--${name} <value>`, about: 'accepted as dbt has it' })),
]);

function onAndOff(name: string): readonly Flag[] {
  return [`--${name}`, `--no-${name}`].map((written) => ({ written, about: 'accepted as dbt has it' }));
}

export interface PostgresParameters {
  /** Options for Postgres, without set-up SQL: only fenceline.yml and the Action name that. */
  readonly postgres: Omit<PostgresOptions, 'setup'>;
}

export const POSTGRES: ParametersOf<PostgresParameters> = {
  postgres: group({
    mode: choice({ written: '--postgres <mode>', about: 'where Postgres comes from' }, POSTGRES_MODES, 'auto'),
    url: text({
      written: '--postgres-url <url>',
      about: 'an existing server, which is only ever read',
      variable: 'FENCELINE_POSTGRES_URL',
    }),
    version: wholeNumber({ written: '--postgres-version <major>', about: 'major version of a throwaway server' }),
  }),
};

export const WAREHOUSE: ParametersOf<Pick<PipelineOptions, 'warehouse'>> = {
  warehouse: text({ written: '--warehouse <file>', about: 'take source schemas from this DuckDB file' }),
};

export const BASE: ParametersOf<Pick<PipelineOptions, 'baseRef'>> = {
  baseRef: text({
    written: '--base <ref>',
    about: 'git ref: show what is new since, and where the contract is weaker',
  }),
};

export interface OutputOptions {
  readonly json: boolean;
}

export const OUTPUT: ParametersOf<OutputOptions> = {
  json: toggle({ written: '--json', about: 'print the machine-readable result on stdout, and only that' }),
};
