import type { FencelineConfig } from '../config/fenceline-config.ts';
import { overlayFiles } from '../config/overlay-files.ts';
import { openProjectFiles, type ProjectFiles } from '../config/project-files.ts';
import { type ContractResult, findBreaches } from '../contract/check-contract.ts';
import type { Finding, PiiInTier, ProvenFix } from '../contract/finding.ts';
import { findingKey } from '../contract/finding-key.ts';
import { requireContract } from '../contract/require-contract.ts';
import type { Lineage } from '../lineage/flow.ts';
import type { RunTexts } from '../lineage/run-texts.ts';
import { traceStatically } from '../lineage/trace-statically.ts';
import type { TracedProject } from '../lineage/traced-project.ts';
import { genericTestOf, type Node } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { unreachable } from '../unreachable.ts';
import { UserError } from '../user-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type FixCandidate, type FixContext, fixCandidates } from './fix-candidates.ts';
import { lineageDifference, placeKey } from './lineage-difference.ts';

export interface FixInput {
  readonly project: Project;
  readonly config: FencelineConfig;
  /** Loads the project from other files with the options of this run. @throws {UserError} */
  readonly reload: (files: ProjectFiles) => Promise<Project>;
  readonly lineage: Lineage;
  /** Trace of the project without rows; its sources have the types of `warehouse`. */
  readonly traced: TracedProject;
  readonly contract: ContractResult;
  /** The warehouse in which `lineage` found the types of sources. */
  readonly warehouse: Warehouse | undefined;
  readonly runTexts: RunTexts;
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  /** Changes that are tried at most: each loads and traces the project once more. */
  readonly tries: number;
  readonly signal: AbortSignal;
}

/** A decided contract whose findings have the changes that mend them. */
export interface MendedContract extends ContractResult {
  readonly fixes: FixCount;
}

/** Numbers of findings of `pii-in-tier`, for each of which a change is searched. */
export interface FixCount {
  readonly findings: number;
  /** Findings with a proven change. */
  readonly proven: number;
  /** Findings for which the search ended before all their changes were tried. */
  readonly untried: number;
}

/** Findings for which a change is searched at most: whoever has more mends these first. */
const MOST_FINDINGS = 50;

/**
 * How many changes are tried in a project of so many nodes: fewer in a large one, where each takes longer. It is a count
 * and not a time, so that the same project has the same proven changes on every machine.
 */
export function triesFor(nodes: number): number {
  return Math.min(24, Math.max(8, Math.floor(12_000 / nodes)));
}

/**
 * Searches for each finding of `pii-in-tier` a change that mends it. A change is proven when the project with it, in
 * memory, loads and binds, the finding is gone, no other has come, and nothing else has another name, type or flow: only
 * columns the value went through on its way into findings like this one. Nothing is built with the change, so a data test
 * may still fail.
 */
export async function proveFixes(input: FixInput): Promise<MendedContract> {
  const { contract, signal } = input;
  const leaks = contract.findings.filter(isLeak);
  const prover = new Prover(input);
  const fixes = new Map<Finding, ProvenFix>();
  let searched = 0;
  for (const leak of leaks.slice(0, MOST_FINDINGS)) {
    signal.throwIfAborted();
    const found = await prover.search(leak);
    if (found === 'unfinished') break;
    if (found !== 'none') fixes.set(leak, found);
    searched += 1;
  }
  return {
    ...contract,
    findings: contract.findings.map((finding) => {
      const provenFix = fixes.get(finding);
      return isLeak(finding) && provenFix ? { ...finding, provenFix } : finding;
    }),
    fixes: { findings: leaks.length, proven: fixes.size, untried: leaks.length - searched },
  };
}

export function isLeak(finding: Finding): finding is PiiInTier {
  return finding.rule === 'pii-in-tier';
}

class Prover {
  readonly #input: FixInput;
  readonly #context: FixContext;
  /** Keys of the findings before any change. */
  readonly #found: ReadonlySet<string>;
  /** Outcomes of the changes, by their files and texts: one change may mend many findings. */
  readonly #outcomes = new Map<string, Outcome>();

  constructor(input: FixInput) {
    const { project, config, contract } = input;
    const broken = new Set(
      contract.findings.flatMap((finding) =>
        'macro' in finding && finding.severity === 'error' ? [finding.macro] : [],
      ),
    );
    this.#input = input;
    this.#found = new Set(contract.findings.map(findingKey));
    this.#context = {
      project,
      contract: config.contract,
      files: openProjectFiles(project.directory),
      masks: config.contract.masks.filter(({ macro }) => !broken.has(macro)),
    };
  }

  /** Searches a change that mends a finding. `unfinished`: the most changes have been tried, and one is left. */
  async search(leak: PiiInTier): Promise<ProvenFix | 'none' | 'unfinished'> {
    for (const candidate of await fixCandidates(leak, this.#context)) {
      const outcome = await this.#outcomeOf(candidate);
      if (outcome === 'untried') return 'unfinished';
      if (outcome !== 'mistake' && this.#mends(outcome, leak, candidate)) return candidate.fix;
    }
    return 'none';
  }

  async #outcomeOf(candidate: FixCandidate): Promise<Outcome | 'untried'> {
    const key = JSON.stringify([...candidate.changes]);
    const earlier = this.#outcomes.get(key);
    if (earlier) return earlier;
    if (this.#outcomes.size >= this.#input.tries) return 'untried';
    const outcome = await this.#try(candidate);
    this.#outcomes.set(key, outcome);
    return outcome;
  }

  /** Loads the project with the change, and decides its contract. */
  async #try({ changes, fix, place }: FixCandidate): Promise<Outcome> {
    const { config, reload, traced, warehouse, runTexts, today, signal } = this.#input;
    // A fix that moves a model may give it another configuration, and so another table: the whole project is traced.
    const before = fix.kind === 'move' ? undefined : { traced, changed: new Set([place.uniqueId]) };
    const { contract } = config;
    try {
      const project = await reload(overlayFiles(this.#context.files, changes));
      requireContract(contract, project);
      const trace = {
        project,
        warehouse,
        masks: contract.masks,
        runTexts,
        adapter: undefined,
        mistaken: 'unknown' as const,
        before,
        signal,
      };
      const lineage = await traceStatically(trace);
      const findings = findBreaches({
        project,
        lineage,
        contract,
        synced: undefined,
        today,
        maskFindings: [],
        verified: [],
      });
      return { lineage, keys: new Set(findings.map(findingKey)) };
    } catch (error) {
      if (error instanceof UserError) return 'mistake';
      throw error;
    }
  }

  #mends({ lineage, keys }: ChangedProject, leak: PiiInTier, candidate: FixCandidate): boolean {
    if (keys.has(findingKey(leak)) || [...keys].some((key) => !this.#found.has(key))) return false;
    const touched = this.#touchable(leak, candidate);
    const changed = lineageDifference(this.#input.lineage, lineage).map(placeKey);
    return changed.every((key) => touched.has(key)) && !this.#isTested(candidate);
  }

  /** Keys of the places whose lineage the change may alter. */
  #touchable({ source }: PiiInTier, { fix, place }: FixCandidate): ReadonlySet<string> {
    switch (fix.kind) {
      case 'move':
        return new Set();
      case 'drop':
        return new Set([placeKey(place)]);
      case 'mask': {
        const alike = this.#input.contract.findings
          .filter(isLeak)
          .filter((other) => other.source.uniqueId === source.uniqueId && other.source.column === source.column);
        return new Set(
          alike.flatMap(({ steps }) => {
            const keys = steps.map(placeKey);
            const from = keys.indexOf(placeKey(place));
            return from < 0 ? [] : keys.slice(from);
          }),
        );
      }
      default:
        return unreachable(fix.kind);
    }
  }

  /**
   * Whether a test reads the column, which would be missing or have other values. After a mask `unique` and `not_null`
   * judge as before: it keeps different values different, and NULL as NULL.
   */
  #isTested({ fix, place }: FixCandidate): boolean {
    if (fix.kind === 'move') return false;
    const word = new RegExp(`\\b${(place.column ?? '').replace(/\W/g, '\\$&')}\\b`, 'i');
    return [...this.#context.project.nodes.values()]
      .filter((node) => node.dependsOn.nodes.includes(place.uniqueId))
      .filter((node) => fix.kind === 'drop' || !['unique', 'not_null'].includes(genericTestOf(node)?.testName ?? ''))
      .some((node) => word.test(testText(node)));
  }
}

/** The text by which a node judges values; empty for one whose own lineage shows what the change does to it. */
function testText(node: Node): string {
  switch (node.resourceType) {
    case 'test':
      return `${node.rawCode} ${node.generic?.columnName} ${JSON.stringify(node.generic?.kwargs)}`;
    case 'model':
    case 'snapshot':
    case 'seed':
      return '';
    default:
      return unreachable(node);
  }
}

/** Outcome of a change; `mistake`: the project no longer loads. */
type Outcome = ChangedProject | 'mistake';

interface ChangedProject {
  readonly lineage: Lineage;
  /** Keys of the findings that the project has with the change. */
  readonly keys: ReadonlySet<string>;
}
