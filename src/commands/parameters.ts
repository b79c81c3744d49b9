import type { BuildOptions, PipelineOptions, PostgresOptions, ProjectOptions, Selection } from '../pipeline/options.ts';
import { POSTGRES_MODES } from '../postgres-mode.ts';
import {
  choice,
  group,
  mapping,
  type ParametersOf,
  requiredText,
  text,
  texts,
  toggle,
  wholeNumber,
} from './parameter.ts';

// Parameters that several commands have. Each table has exactly the fields of one type of options.

export const PROJECT: ParametersOf<ProjectOptions> = {
  projectDirectory: requiredText({
    written: '[project]',
    about: 'folder with dbt_project.yml; the working directory or one above it by default',
    standard: '.',
  }),
  configFile: text({ written: '--config <file>', about: 'another fenceline.yml' }),
  vars: mapping({ written: '--vars <yaml>', about: 'dbt vars, as YAML: "{start: 2026-01-01}"' }, '{start: 2026-01-01}'),
  target: text({ written: '--target <name>', about: 'target of profiles.yml' }),
  profilesDirectory: text({ written: '--profiles-dir <folder>', about: 'where profiles.yml is' }),
  threads: wholeNumber({
    written: '--threads <n>',
    about: 'threads of the engine, and nodes that are built at a time',
  }),
};

export const SELECTION: ParametersOf<Selection> = {
  select: texts({ written: '-s, --select <selector...>', about: "dbt's selection: names, tag:, path:, +graph+ …" }),
  exclude: texts({ written: '--exclude <selector...>', about: 'what not to select' }),
};

export const BUILD: ParametersOf<BuildOptions> = {
  fullRefresh: toggle({ written: '--full-refresh', about: 'rebuild incremental models and seeds from nothing' }),
};

export interface PostgresParameters {
  /** Without set-up SQL, which only fenceline.yml and the Action name. */
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
