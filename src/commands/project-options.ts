import { readYaml } from '../config/read-yaml.ts';
import type { Environment } from '../environment.ts';
import type { PipelineOptions } from '../pipeline/pipeline-options.ts';
import type { Progress } from '../progress.ts';
import { UserError } from '../user-error.ts';

/** Every option a command may have; which of them it has, `--help` says. Names are commander's. */
export interface Flags {
  readonly config?: string;
  readonly vars?: string;
  readonly target?: string;
  readonly profilesDir?: string;
  readonly json?: true;
  readonly verbose?: true;
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
  readonly fullRefresh?: true;
  readonly threads?: number;
  readonly postgres?: PipelineOptions['postgres']['mode'];
  readonly postgresUrl?: string;
  readonly postgresVersion?: number;
  readonly warehouse?: string;
  readonly base?: string;
  readonly format?: string;
  /** `model.column` or `exposure:name`, the argument of explain. */
  readonly column?: string | undefined;
}

/** What is around a command: who it talks to, and who may stop it. */
export interface Surroundings {
  readonly environment: Environment;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** @throws {UserError} when `--vars` is no YAML mapping */
export function projectOptions(
  project: string | undefined,
  flags: Flags,
  { environment, progress, signal }: Surroundings,
): PipelineOptions {
  return {
    projectDirectory: project ?? '.',
    configFile: flags.config,
    select: flags.select ?? [],
    exclude: flags.exclude ?? [],
    vars: parseVars(flags.vars),
    target: flags.target,
    profilesDirectory: flags.profilesDir,
    baseRef: flags.base,
    fullRefresh: flags.fullRefresh ?? false,
    threads: flags.threads,
    postgres: {
      mode: flags.postgres ?? 'auto',
      url: flags.postgresUrl,
      version: flags.postgresVersion,
      setup: undefined,
    },
    environment,
    visibleVariables: 'all',
    progress,
    signal,
    now: new Date(),
  };
}

function parseVars(text: string | undefined): { readonly [name: string]: unknown } {
  if (text === undefined) return {};
  const { value } = readYaml('--vars', text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as { readonly [name: string]: unknown };
  throw new UserError({
    code: 'wrong-vars',
    message: '--vars must be a YAML mapping from names to values',
    fix: `write it as --vars '{start_date: "2026-01-01"}'`,
  });
}
