import type { ContractConfig } from '../../config/fenceline-config.ts';
import { baseOutside } from '../../config/load-fenceline-config.ts';
import { openProjectFiles, type ProjectFiles } from '../../config/project-files.ts';
import { compareContracts } from '../../contract/base/compare-contracts.ts';
import { judgeRowNovelty } from '../../contract/base/row-novelty.ts';
import { type ContractResult, checkContract } from '../../contract/check-contract.ts';
import { classify } from '../../contract/classify.ts';
import type { ContractWeakened, Finding, UnverifiedMask, WeakMaskSecret } from '../../contract/finding.ts';
import { findingKey, subjectKey } from '../../contract/finding-key.ts';
import { attackMasks } from '../../contract/masks/attack-masks.ts';
import { printMask } from '../../contract/masks/mask-print.ts';
import { RULES } from '../../contract/rules.ts';
import { readTierSchemas, type TierSchemas } from '../../contract/tier-schemas.ts';
import type { ContractMove } from '../../git/find-contract.ts';
import type { Lineage } from '../../lineage/flow.ts';
import { traceStatically } from '../../lineage/trace-statically.ts';
import { formatLocation } from '../../location.ts';
import { loadProject } from '../../project/load/load-project.ts';
import { readPackages } from '../../project/load/packages.ts';
import type { Project } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { loadOptions, type OpenedProject, readsServer } from '../open/open-project.ts';
import { placeTables } from '../open/place-tables.ts';
import type { PipelineOptions } from '../options.ts';
import type { Judge } from './judge.ts';

export interface BaseInput {
  readonly judge: Judge;
  readonly head: OpenedProject & { readonly lineage: Lineage };
  /** Findings on the head, as if it had no waivers and no base. */
  readonly found: readonly Finding[];
  /** Findings on the masks of the head. Where there are none, the masks of the base need not be tried. */
  readonly maskFindings: readonly (UnverifiedMask | WeakMaskSecret)[];
  /** The warehouse that gives sources their types, on the base and on the head. */
  readonly warehouse: Warehouse | undefined;
  readonly options: PipelineOptions;
}

export interface BaseComparison {
  readonly weakened: readonly ContractWeakened[];
  /** Keys of the findings that the base has; `undefined` where the base has mistakes, and cannot be checked. */
  readonly baseFindings: ReadonlySet<string> | undefined;
  /** Whether a finding that only a run gives is new, by key. No entry: it may be new or old. Absent: so may all of them. */
  readonly rowNovelty?: ReadonlyMap<string, boolean>;
  /** Schemas of the tiers on the base; absent where the base has no contract, or mistakes. */
  readonly baseSchemas?: TierSchemas;
  /** Findings of the base, waived ones left out, that the head has in no form; absent where that cannot be said. */
  readonly fixed?: readonly Finding[];
}

/**
 * Compares contract and findings with those of the base. A base with mistakes does not stop the check of the head: what
 * can be read is compared, and that the rest cannot is an error.
 */
export async function compareWithBase(input: BaseInput): Promise<BaseComparison> {
  const { judge, head, options } = input;
  const { ref } = judge;
  const moved = judge.moves.map((move) => moveFinding(move, ref, head.config.file));
  // Before there was a contract, nothing of it could be violated.
  if (judge.kind === 'first') {
    const rowNovelty = new Map(input.found.map((finding) => [findingKey(finding), true] as const));
    return { weakened: moved, baseFindings: new Set(), rowNovelty, fixed: [] };
  }
  const { config } = judge;
  if (config instanceof UserError) return { weakened: [...moved, unreadable(config, ref)], baseFindings: undefined };
  await using tree = await judge.base.checkOut(judge.project, judge.configFile);
  const files = openProjectFiles(tree.directory);
  const headFiles = openProjectFiles(head.project.directory);
  // Packages that the head commits are not lent to the base, whose marks in them would be lost without a word.
  const packages = readPackages(headFiles).length > 1 ? 'required' : options.packages;
  const project = await mistakesOr(() =>
    loadProject(loadOptions({ ...options, packages }, files, { env: head.config.env, contract: config.contract })),
  );
  const today = options.now.toISOString().slice(0, 10);
  const checked = project instanceof UserError ? undefined : await checkBase(project, config.contract, today, input);
  const baseFindings = checked?.keys;
  const base = {
    ...config,
    ...(project instanceof UserError
      ? { project: undefined }
      : { sync: placeTables(config.sync, project), ...(await withPrints(config.contract, project)) }),
    hasSamePackages: PACKAGE_FILES.every((file) => textIn(files, file) === textIn(headFiles, file)),
    outside: baseOutside(config),
  };
  const side = {
    ...head.config,
    ...(await withPrints(head.config.contract, head.project)),
    lineage: head.lineage,
  };
  const waived = { found: input.found, baseFindings, today };
  const weakened = [...moved, ...compareContracts({ base, head: side, ref, waived })];
  const reviewed = withApprovals(project instanceof UserError ? [...weakened, unreadable(project, ref)] : weakened, {
    approvers: config.contract.approvers,
    approvals: options.approvals ?? [],
  });
  // Whoever approves that a tier allows more approves the tables in its schema, too.
  const isApproved = reviewed.some(({ approvedBy }) => approvedBy !== undefined);
  const rowNovelty =
    checked &&
    base.project &&
    judgeRowNovelty(
      input.found,
      { project: head.project, sync: head.config.sync, settings: settingTexts(headFiles) },
      {
        project: base.project,
        lineage: checked.lineage,
        tiers: config.contract.tiers,
        verify: config.contract.verify,
        sync: base.sync,
        settings: settingTexts(files),
      },
    );
  return {
    weakened: reviewed,
    baseFindings,
    ...(rowNovelty && { rowNovelty }),
    ...(checked && !isApproved && { baseSchemas: checked.schemas }),
    // A finding that only a weaker contract lets pass is not mended.
    ...(checked && weakened.length === 0 && { fixed: mendedFindings(checked.findings, input.found) }),
  };
}

/** Findings of the base about which the head has none, in a model that is still proven. */
function mendedFindings(before: readonly Finding[], now: readonly Finding[]): readonly Finding[] {
  const subjects = new Set(now.map(subjectKey));
  const unknown = new Set(now.flatMap((finding) => (finding.rule === 'unknown-flow' ? [finding.model] : [])));
  return before.filter(
    (finding) => !subjects.has(subjectKey(finding)) && !('model' in finding && unknown.has(finding.model)),
  );
}

interface Review {
  /** Logins that the base names. */
  readonly approvers: readonly string[];
  /** Logins of whoever approved the commit of the head. */
  readonly approvals: readonly string[];
}

/**
 * Makes all weakenings warnings if an approver of the base approved this commit. GitHub: logins are compared without
 * case.
 */
function withApprovals(
  weakened: readonly ContractWeakened[],
  { approvers, approvals }: Review,
): readonly ContractWeakened[] {
  const names = new Set(approvers.map((login) => login.toLowerCase()));
  const approvedBy = approvals.filter((login) => names.has(login.toLowerCase()));
  if (approvedBy.length === 0) return weakened;
  return weakened.map((finding) => ({ ...finding, severity: 'warning', approvedBy }));
}

/** Files that say which packages are installed. */
const PACKAGE_FILES = ['packages.yml', 'dependencies.yml', 'package-lock.yml'];

/** Texts of the project's settings files, on which the rows of every node depend. */
function settingTexts(files: ProjectFiles): readonly (string | undefined)[] {
  return ['dbt_project.yml', 'profiles.yml', ...PACKAGE_FILES].map((file) => textIn(files, file));
}

function textIn(files: ProjectFiles, file: string): string | undefined {
  return files.exists(file) ? files.read(file).replaceAll('\r\n', '\n') : undefined;
}

function moveFinding({ kind, from, to }: ContractMove, base: string, file: string): ContractWeakened {
  const location = { file, line: 1, column: 1 };
  return {
    rule: 'contract-weakened',
    severity: 'error',
    base,
    change: { kind, subject: from, was: from, is: to },
    location,
  };
}

interface CheckedBase {
  /** Findings that no waiver covers. */
  readonly findings: readonly Finding[];
  /** Keys of all findings. */
  readonly keys: ReadonlySet<string>;
  readonly schemas: TierSchemas;
  readonly lineage: Lineage;
}

async function checkBase(
  project: Project,
  contract: ContractConfig,
  today: string,
  { head, maskFindings, warehouse, options }: BaseInput,
): Promise<CheckedBase | undefined> {
  const { signal } = options;
  const { runTexts } = head;
  const { parses } = runTexts;
  const checked = await mistakesOr(async () => {
    const lineage = await traceStatically({
      project,
      warehouse,
      masks: contract.masks,
      runTexts,
      adapter: undefined,
      mistaken: 'unknown',
      signal,
    });
    const masksRealData = readsServer(options.rows?.postgres, head.config);
    const broken =
      maskFindings.length === 0
        ? []
        : await attackMasks({ project, contract, lineage, masksRealData, parses, progress: () => {}, signal });
    const input = { project, lineage, contract, synced: undefined, today, maskFindings: broken, verified: [] };
    const { findings, waived } = checkContract(input);
    return {
      findings,
      lineage,
      keys: new Set([...findings, ...waived.map(({ finding }) => finding)].map(findingKey)),
      schemas: readTierSchemas({ project, lineage, classification: classify(project), contract }),
    };
  });
  return checked instanceof UserError ? undefined : checked;
}

async function withPrints({ masks }: ContractConfig, project: Project) {
  const prints = await Promise.all(masks.map(async (mask) => [mask.macro, await printMask(mask, project)] as const));
  return { project, prints: new Map(prints) };
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
  return { rule: 'contract-weakened', severity: 'error', base, change, location };
}

/**
 * Marks each finding that the base lacks as new, and adds the fixed ones. Nothing runs on the base, so findings of rules
 * that need a run are marked only where `rowNovelty` has them.
 */
export function markNew(result: ContractResult, { baseFindings, rowNovelty, fixed }: BaseComparison): ContractResult {
  if (!baseFindings) return result;
  const mark = (finding: Finding): Finding => {
    const key = findingKey(finding);
    const isNew = RULES[finding.rule].needsRun ? rowNovelty?.get(key) : !baseFindings.has(key);
    return isNew === undefined ? finding : { ...finding, isNew };
  };
  return { ...result, findings: result.findings.map(mark), ...(fixed && { fixed }) };
}
