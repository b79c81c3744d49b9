import type { ContractConfig } from '../config/fenceline-config.ts';
import type { Lineage } from '../lineage/flow.ts';
import { nameKey } from '../name.ts';
import { isQueryNode } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { classify } from './classify.ts';
import { drawPiiGraph } from './draw-pii-graph.ts';
import type {
  ContractWeakened,
  Finding,
  PiiInTier,
  RowFinding,
  UnverifiedMask,
  ValueLeak,
  WeakMaskSecret,
} from './finding.ts';
import { identityOf } from './finding-key.ts';
import { type HiddenNames, personalNames, shownName, withHiddenNames } from './hidden-names.ts';
import { type Marks, readMarks } from './marks.ts';
import { lineageOf, type ModelInTier, modelFindings } from './model-findings.ts';
import type { PiiGraph } from './pii-graph.ts';
import { compareRules } from './rules.ts';
import { type Tier, tierOf } from './tier.ts';
import { piiInFolders, piiInSchemas, type TierSchemas } from './tier-schemas.ts';
import { type CopiedTable, undeclaredColumns } from './undeclared-columns.ts';
import { applyWaivers, type WaivedFinding } from './waiver.ts';

export interface ContractInput {
  readonly project: Project;
  readonly lineage: Lineage;
  readonly contract: ContractConfig;
  /** Tables that sync copied; absent in a static check. */
  readonly synced: readonly CopiedTable[] | undefined;
  /** `YYYY-MM-DD`, UTC: decides which waivers still count. */
  readonly today: string;
  /** Findings of the attacks on declared masks. */
  readonly maskFindings: readonly (UnverifiedMask | WeakMaskSecret)[];
  /** Findings in the rows of built tables; none in a static check. */
  readonly verified: readonly RowFinding[];
  /** Findings of a contract weaker than on the base; absent where there is no base to compare with. */
  readonly weakened?: readonly ContractWeakened[];
  /** Schemas of the tiers on the base; absent where there is no base to compare with. */
  readonly baseSchemas?: TierSchemas;
}

export interface ContractResult {
  /** Worst first, then by model, column and source. */
  readonly findings: readonly Finding[];
  /** Findings of the base that are mended; absent where there is no base to compare with, or the contract is weaker. */
  readonly fixed?: readonly Finding[];
  readonly waived: readonly WaivedFinding[];
  readonly tiers: readonly (Tier & { readonly models: number })[];
  /** Output columns of the models in tiers: how many were traced, of how many. */
  readonly coverage: { readonly traced: number; readonly total: number };
  readonly pii: PiiGraph;
  readonly marks: Marks;
}

/** Decides the contract: which personal columns reach models of which tier in a state it does not admit. */
export function checkContract(input: ContractInput): ContractResult {
  const { project, contract, synced } = input;
  const { findings, waived, inTiers, lineage, classification } = judgeProject(input);
  return {
    findings,
    waived,
    tiers: contract.tiers.map(({ name, path, allow }) => {
      return { name, path, allow, models: inTiers.filter(({ tier }) => tier.name === name).length };
    }),
    coverage: coverageOf(inTiers),
    marks: readMarks(project, contract.personal.none ?? (synced ? 'error' : 'warn')),
    pii: drawPiiGraph({ project, lineage, classification, tiers: contract.tiers, findings }),
  };
}

/** Gives only the findings of {@link checkContract}. */
export function findBreaches(input: ContractInput): ContractResult['findings'] {
  return judgeProject(input).findings;
}

function judgeProject({
  project,
  lineage: tracedLineage,
  contract,
  synced,
  today,
  maskFindings,
  verified,
  weakened = [],
  baseSchemas,
}: ContractInput) {
  const classification = classify(project);
  const hidden = personalNames(tracedLineage, classification);
  const lineage = withHiddenNames(tracedLineage, hidden);
  const inTiers = [...project.nodes.values()].flatMap((node) => {
    const tier = isQueryNode(node) ? tierOf(node, contract.tiers) : undefined;
    return isQueryNode(node) && tier ? [{ model: node, tier, lineage: lineageOf(node, lineage) }] : [];
  });
  const flowFindings = inTiers.flatMap((model) => modelFindings(model, classification, contract));
  const rowFindings = verified.map((finding) => hideColumn(finding, inTiers, hidden));
  const found = [
    ...withRows(flowFindings, rowFindings),
    ...piiInSchemas({ project, lineage, classification, contract }, baseSchemas),
    ...piiInFolders({ project, lineage, classification, contract }),
    ...undeclaredColumns(project, synced ?? [], contract.undeclaredColumns),
    ...maskFindings,
    ...exposedSecrets(tracedLineage, project),
    ...withoutTracedLeaks(rowFindings, flowFindings),
    ...weakened,
  ];
  const { findings, waived } = applyWaivers(found, contract.waivers, today, synced ? 'run' : 'check');
  return { findings: [...findings].sort(byWeight), waived, inTiers, lineage, classification };
}

function exposedSecrets({ exposedSecrets: exposed = [] }: Lineage, { nodes }: Project): readonly Finding[] {
  return exposed.map(({ uniqueId, secret, location }) => {
    return { rule: 'secret-exposed', severity: 'error', node: nodes.get(uniqueId)?.name ?? uniqueId, secret, location };
  });
}

/** Replaces the real name of a column, under which its rows were read, by the name that a report may show. */
function hideColumn(finding: RowFinding, inTiers: readonly ModelInTier[], hidden: HiddenNames): RowFinding {
  if (!('model' in finding) || !('column' in finding) || finding.column === undefined) return finding;
  const model = inTiers.find(({ model }) => model.name === finding.model)?.model;
  return model ? { ...finding, column: shownName(model.uniqueId, finding.column, hidden) } : finding;
}

/** Leaves out values seen in a column for which lineage has found the path already: one fault is one finding. */
function withoutTracedLeaks(
  rowFindings: readonly RowFinding[],
  flowFindings: readonly Finding[],
): readonly RowFinding[] {
  const traced = new Set(flowFindings.flatMap((finding) => (finding.rule === 'pii-in-tier' ? [leakKey(finding)] : [])));
  return rowFindings.filter((finding) => finding.rule !== 'value-leak' || !traced.has(leakKey(finding)));
}

/** Adds to each leak that lineage found the number of rows in which its values were seen. */
function withRows(flowFindings: readonly Finding[], rowFindings: readonly RowFinding[]): readonly Finding[] {
  const rows = new Map(
    rowFindings.flatMap((finding) => (finding.rule === 'value-leak' ? [[leakKey(finding), finding.rows]] : [])),
  );
  return flowFindings.map((finding) => {
    const seen = finding.rule === 'pii-in-tier' ? rows.get(leakKey(finding)) : undefined;
    return finding.rule === 'pii-in-tier' && seen ? { ...finding, rows: seen } : finding;
  });
}

function leakKey({ model, column, source }: PiiInTier | ValueLeak): string {
  return nameKey(model, column, source.uniqueId, source.column);
}

/** A model that could not be traced counts with the columns its YAML declares, and with one at least. */
function coverageOf(inTiers: readonly ModelInTier[]): ContractResult['coverage'] {
  const traced = inTiers.reduce(
    (sum, { lineage }) => sum + (lineage.status === 'traced' ? lineage.columns.length : 0),
    0,
  );
  const unknown = inTiers.filter(({ lineage }) => lineage.status === 'unknown');
  return { traced, total: traced + unknown.reduce((sum, { model }) => sum + Math.max(1, model.columns.size), 0) };
}

function byWeight(a: Finding, b: Finding): number {
  return (
    Number(a.severity === 'warning') - Number(b.severity === 'warning') ||
    compareRules(a.rule, b.rule) ||
    compareText(identityOf(a).join('\n'), identityOf(b).join('\n'))
  );
}

/** Compares by code unit, which gives the same order on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
