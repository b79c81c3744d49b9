import { resolve } from 'node:path';
import type { ContractConfig } from '../config/fenceline-config.ts';
import { readContract } from '../config/load-fenceline-config.ts';
import { openProjectFiles } from '../config/project-files.ts';
import { compareContracts } from '../contract/base/compare-contracts.ts';
import type { BaseSide } from '../contract/base/contract-change.ts';
import { type ContractResult, checkContract } from '../contract/check-contract.ts';
import type { ContractWeakened, Finding, UnverifiedMask, WeakMaskSecret } from '../contract/finding.ts';
import { findingKey } from '../contract/finding-key.ts';
import { attackMasks } from '../contract/masks/attack-masks.ts';
import { RULES } from '../contract/rules.ts';
import { openBaseTree } from '../git/base-tree.ts';
import type { Lineage } from '../lineage/flow.ts';
import { traceStatically } from '../lineage/trace-statically.ts';
import { formatLocation } from '../location.ts';
import { loadProject } from '../project/load/load-project.ts';
import type { Project } from '../project/project.ts';
import { UserError } from '../user-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { loadOptions, type OpenedProject, readsServer } from './open-project.ts';
import type { PipelineOptions } from './options.ts';

export interface BaseQuestion {
  readonly ref: string;
  readonly head: OpenedProject & { readonly lineage: Lineage };
  /** Findings on the masks of the head. Where there are none, the masks of the base need not be tried. */
  readonly maskFindings: readonly (UnverifiedMask | WeakMaskSecret)[];
  /** Gives the sources their types, of the base as of the head. */
  readonly warehouse: Warehouse | undefined;
  readonly options: PipelineOptions;
}

export interface BaseComparison {
  readonly weakened: readonly ContractWeakened[];
  /** Keys of the findings that the base has; `undefined` where the base has mistakes, and cannot be checked. */
  readonly baseFindings: ReadonlySet<string> | undefined;
}

/**
 * Compares the contract and its findings with those of the commit where the work branched off from a git ref. A base with
 * mistakes does not stop the check of the head: what can be read is compared, and a warning says what cannot.
 * @throws {UserError} when git, the repository or the ref is not there
 */
export async function compareWithBase(question: BaseQuestion): Promise<BaseComparison> {
  const { ref, head, options } = question;
  const configFile = resolve(head.project.directory, options.configFile ?? 'fenceline.yml');
  const { directory } = head.project;
  await using tree = await openBaseTree({ ...options, directory, configFile, ref });
  // A base without a contract has no findings.
  if (tree.configFile === undefined) return { weakened: [], baseFindings: new Set() };
  const files = openProjectFiles(tree.directory);
  const file = tree.configFile;
  const written = await mistakesOr(async () => readContract(file, files));
  if (written instanceof UserError) return { weakened: [unreadable(written, ref)], baseFindings: undefined };
  const project = await mistakesOr(() => loadProject(loadOptions(options, files, head.config.env)));
  const today = options.now.toISOString().slice(0, 10);
  const side = { ...head.config, project: head.project, lineage: head.lineage };
  const compare = (base: BaseSide) => compareContracts({ base, head: side, ref, today });
  if (project instanceof UserError) {
    return {
      weakened: [...compare({ ...written, project: undefined }), unreadable(project, ref)],
      baseFindings: undefined,
    };
  }
  return {
    weakened: compare({ ...written, project }),
    baseFindings: await findingsOfBase(project, written.contract, today, question),
  };
}

async function findingsOfBase(
  project: Project,
  contract: ContractConfig,
  today: string,
  { head, maskFindings, warehouse, options }: BaseQuestion,
): Promise<ReadonlySet<string> | undefined> {
  const { signal } = options;
  const checked = await mistakesOr(async () => {
    const lineage = await traceStatically({ project, warehouse, masks: contract.masks, adapter: undefined, signal });
    const masksRealData = readsServer(options.rows?.postgres, head.config);
    const masks =
      maskFindings.length === 0
        ? []
        : await attackMasks({ project, contract, lineage, masksRealData, progress: () => {}, signal });
    return checkContract({ project, lineage, contract, synced: undefined, today, maskFindings: masks, verified: [] });
  });
  if (checked instanceof UserError) return undefined;
  return new Set([...checked.findings, ...checked.waived.map(({ finding }) => finding)].map(findingKey));
}

async function mistakesOr<Result>(work: () => Promise<Result>): Promise<Result | UserError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function unreadable({ mistakes }: UserError, base: string): ContractWeakened {
  const [first] = mistakes;
  const place = first?.location ? `${formatLocation(first.location)} ` : '';
  const is = `${place}${first?.message ?? ''}`;
  const change = { kind: 'unknown', subject: base, was: 'unknown', is } as const;
  const location = { file: 'fenceline.yml', line: 1, column: 1 };
  return { rule: 'contract-weakened', severity: 'warning', base, change, location };
}

/** Marks each finding that the base lacks as new. Rules that need a run are left out: on the base, nothing is run. */
export function markNew(result: ContractResult, { baseFindings }: BaseComparison): ContractResult {
  if (!baseFindings) return result;
  const mark = (finding: Finding): Finding =>
    RULES[finding.rule].needsRun ? finding : { ...finding, isNew: !baseFindings.has(findingKey(finding)) };
  return { ...result, findings: result.findings.map(mark) };
}
