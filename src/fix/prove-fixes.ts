import type { FencelineConfig } from '../config/fenceline-config.ts';
import { overlayFiles } from '../config/overlay-files.ts';
import { openProjectFiles, type ProjectFiles } from '../config/project-files.ts';
import { type ContractResult, checkContract } from '../contract/check-contract.ts';
import type { Finding, PiiInTier } from '../contract/finding.ts';
import { findingKey } from '../contract/finding-key.ts';
import { requireContract } from '../contract/require-contract.ts';
import type { Lineage } from '../lineage/flow.ts';
import { TraceCache } from '../lineage/trace-cache.ts';
import { traceStatically } from '../lineage/trace-statically.ts';
import type { Test } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { UserError } from '../user-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type FixCandidate, type FixContext, fixCandidates } from './fix-candidates.ts';
import { lineageDifference, placeKey } from './lineage-difference.ts';

export interface FixQuestion {
  readonly project: Project;
  readonly config: FencelineConfig;
  /** Loads the project as it would be with other files, with the options of this run. @throws {UserError} */
  readonly reload: (files: ProjectFiles) => Promise<Project>;
  readonly lineage: Lineage;
  readonly contract: ContractResult;
  /** Gives sources their types, as it did for `lineage`. */
  readonly warehouse: Warehouse | undefined;
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  readonly signal: AbortSignal;
}

const MOST_FINDINGS = 10;
/** Milliseconds. Each try loads and traces the project once more. */
const PATIENCE = 10_000;

/**
 * Findings of `pii-in-tier` with a change that was tried and mends them. A change is proven when the project with it, in
 * memory, loads and binds, the finding is gone, none has come, and nothing else has another name, type or flow: only
 * columns the value went through on its way into findings like this one. What runs is not tried: a test may fail.
 */
export async function proveFixes(question: FixQuestion): Promise<ContractResult> {
  const { contract, signal } = question;
  const leaks = contract.findings.filter(isLeak).slice(0, MOST_FINDINGS);
  const prover = new Prover(question);
  const fixes = new Map<Finding, PiiInTier['provenFix']>();
  for (const leak of leaks) {
    signal.throwIfAborted();
    fixes.set(leak, await prover.fixOf(leak));
  }
  return {
    ...contract,
    findings: contract.findings.map((finding) => {
      const provenFix = fixes.get(finding);
      return isLeak(finding) && provenFix ? { ...finding, provenFix } : finding;
    }),
  };
}

export function isLeak(finding: Finding): finding is PiiInTier {
  return finding.rule === 'pii-in-tier';
}

class Prover {
  readonly #question: FixQuestion;
  readonly #context: FixContext;
  /** Spares tracing again what no change touches. */
  readonly #cache = TraceCache.inMemory();
  readonly #known: ReadonlySet<string>;
  readonly #deadline = performance.now() + PATIENCE;
  /** One change may mend many findings: its files and texts → what it leaves. */
  readonly #tried = new Map<string, Promise<Tried | undefined>>();

  constructor(question: FixQuestion) {
    const { project, config, contract } = question;
    const broken = new Set(
      contract.findings.flatMap((finding) =>
        'macro' in finding && finding.severity === 'error' ? [finding.macro] : [],
      ),
    );
    this.#question = question;
    this.#known = new Set(contract.findings.map(findingKey));
    this.#context = {
      project,
      contract: config.contract,
      files: openProjectFiles(project.directory),
      masks: config.contract.masks.filter(({ macro }) => !broken.has(macro)),
    };
  }

  async fixOf(leak: PiiInTier): Promise<PiiInTier['provenFix']> {
    for (const candidate of await fixCandidates(leak, this.#context)) {
      if (performance.now() > this.#deadline) return undefined;
      const tried = await this.#try(candidate);
      if (tried && this.#mends(tried, leak, candidate)) return candidate.fix;
    }
    return undefined;
  }

  #try({ changes }: FixCandidate): Promise<Tried | undefined> {
    const key = JSON.stringify([...changes]);
    const tried = this.#tried.get(key) ?? this.#check(changes);
    this.#tried.set(key, tried);
    return tried;
  }

  /** `undefined` for a change that makes a mistake. */
  async #check(changes: FixCandidate['changes']): Promise<Tried | undefined> {
    const { config, reload, warehouse, today, signal } = this.#question;
    const { contract } = config;
    try {
      const project = await reload(overlayFiles(this.#context.files, changes));
      requireContract(contract, project);
      const trace = { project, warehouse, masks: contract.masks, adapter: undefined, cache: this.#cache, signal };
      const lineage = await traceStatically(trace);
      const { findings } = checkContract({
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
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  #mends({ lineage, keys }: Tried, leak: PiiInTier, candidate: FixCandidate): boolean {
    if (keys.has(findingKey(leak)) || [...keys].some((key) => !this.#known.has(key))) return false;
    const touched = this.#touchable(leak, candidate);
    const changed = lineageDifference(this.#question.lineage, lineage).map(placeKey);
    return changed.every((key) => touched.has(key)) && !this.#isTested(candidate);
  }

  /** Places that may look otherwise with the change. */
  #touchable({ source }: PiiInTier, { fix, place }: FixCandidate): ReadonlySet<string> {
    switch (fix.kind) {
      case 'move':
        return new Set();
      case 'drop':
        return new Set([placeKey(place)]);
      case 'mask': {
        const alike = this.#question.contract.findings
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
    }
  }

  /** A test of the column would lack it, or see other values; a mask keeps what is unique unique, and NULL is NULL. */
  #isTested({ fix, place }: FixCandidate): boolean {
    if (fix.kind === 'move') return false;
    const word = new RegExp(`\\b${(place.column ?? '').replace(/\W/g, '\\$&')}\\b`, 'i');
    return [...this.#context.project.nodes.values()]
      .filter((node): node is Test => node.resourceType === 'test' && node.dependsOn.nodes.includes(place.uniqueId))
      .filter(({ generic }) => fix.kind === 'drop' || !['unique', 'not_null'].includes(generic?.testName ?? ''))
      .some(({ rawCode, generic }) =>
        word.test(`${rawCode} ${generic?.columnName} ${JSON.stringify(generic?.kwargs)}`),
      );
  }
}

interface Tried {
  readonly lineage: Lineage;
  /** Of its findings. */
  readonly keys: ReadonlySet<string>;
}
