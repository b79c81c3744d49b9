import { posix, resolve } from 'node:path';
import { findProject } from '../../config/find-project.ts';
import { type BaseConfig, readBaseConfig } from '../../config/load-fenceline-config.ts';
import { tightenContract } from '../../contract/tighten-contract.ts';
import { type Base, openBase } from '../../git/base-tree.ts';
import { type ContractMove, findContract } from '../../git/find-contract.ts';
import type { ReportedJudge } from '../../report/report.ts';
import { unreachable } from '../../unreachable.ts';
import { UserError } from '../../user-error.ts';
import type { Invocation, PipelineOptions, ProjectOptions } from '../options.ts';

/** A project, and the base that it is compared with. */
export interface ComparedOptions extends ProjectOptions, Invocation {
  /** Git ref of the base; `undefined`: the project is compared with nothing. */
  readonly baseRef?: string | undefined;
}

/** The contract of the base, which judges the head. */
export type Judge =
  | {
      readonly kind: 'contract';
      readonly ref: string;
      readonly base: Base;
      readonly project: string;
      readonly configFile: string;
      /** The base's fenceline.yml; the mistake where it cannot be read. */
      readonly config: BaseConfig | UserError;
      readonly moves: readonly ContractMove[];
    }
  /** The base has no contract for the project: it is judged by its own. */
  | {
      readonly kind: 'first';
      readonly ref: string;
      /** Id of the base's commit. */
      readonly commit: string;
      /** Paths of the contracts of other projects, below the repository's root. */
      readonly others: readonly string[];
      readonly moves: readonly ContractMove[];
    };

/** The judge as a report names it. */
export function reportedJudge(judge: Judge | undefined, { lacksBase }: PipelineOptions): ReportedJudge | undefined {
  if (judge === undefined) return lacksBase ? { kind: 'missing' } : undefined;
  switch (judge.kind) {
    case 'contract':
      return { kind: 'base', base: judge.ref, commit: judge.base.commit };
    case 'first':
      return { kind: 'first', base: judge.ref, commit: judge.commit, others: judge.others };
    default:
      return unreachable(judge);
  }
}

/**
 * Finds the contract of the base: where the work branched off, else at the tip of the ref.
 * @throws {UserError} where git, the repository or the ref is not there
 */
export async function findJudge(ref: string, options: ComparedOptions): Promise<Judge> {
  const { environment, signal } = options;
  const directory = findProject(resolve(options.projectDirectory));
  const configFile =
    options.configFile === undefined ? resolve(directory, 'fenceline.yml') : resolve(options.configFile);
  for (const commit of ['branching-point', 'tip'] as const) {
    const base = await openBase({ directory, ref, commit, environment, signal });
    const found = await findContract(base, configFile);
    if (found.kind === 'contract') {
      return { ref, base, ...found, config: await readConfig(base, found, options) };
    }
    // Work that began before there was a contract is judged by the one that it is merged into.
    if (commit === 'tip') return { kind: 'first', ref, commit: base.commit, others: found.others, moves: found.moves };
  }
  throw new Error('internal: the tip of a base is always looked at');
}

async function readConfig(
  base: Base,
  { project, configFile }: { readonly project: string; readonly configFile: string },
  { policy }: ComparedOptions,
): Promise<BaseConfig | UserError> {
  const text = (await base.read([configFile])).get(configFile) ?? '';
  try {
    const config = readBaseConfig(posix.relative(project, configFile), text);
    if (policy === undefined) return config;
    const { contract } = readBaseConfig(policy.shown, policy.text);
    return { ...config, contract: tightenContract(contract, config.contract) };
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
