import type { ContractConfig } from '../config/fenceline-config.ts';
import type { IndirectSubtype, Lineage, NodeLineage } from '../lineage/flow.ts';
import { isQueryNode, type QueryNode } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { type Classification, classify } from './classify.ts';
import { drawPiiGraph } from './draw-pii-graph.ts';
import type {
  ContractWeakened,
  Finding,
  IndirectFlow,
  PiiColumnName,
  PiiInTier,
  RowFinding,
  UnverifiedMask,
  ValueLeak,
  WeakMaskSecret,
} from './finding.ts';
import { identityOf } from './finding-key.ts';
import { type HiddenNames, personalNames, shownName, withHiddenNames } from './hidden-names.ts';
import { modelPiiFlows, namePiiFlows, type PiiFlow } from './pii-flow.ts';
import type { PiiGraph } from './pii-graph.ts';
import { compareRules } from './rules.ts';
import { severityOf } from './severity.ts';
import { admits, type Tier, tierOf } from './tier.ts';
import { undeclaredColumns } from './undeclared-columns.ts';
import { applyWaivers, type WaivedFinding } from './waiver.ts';

export interface ContractQuestion {
  readonly project: Project;
  readonly lineage: Lineage;
  readonly contract: ContractConfig;
  /** What sync copied; absent in a static check. */
  readonly synced:
    | readonly { readonly table: string; readonly columns: readonly { readonly name: string }[] }[]
    | undefined;
  /** `YYYY-MM-DD`, UTC: decides which waivers still count. */
  readonly today: string;
  /** What attacks on the declared masks found. */
  readonly maskFindings: readonly (UnverifiedMask | WeakMaskSecret)[];
  /** What looking at the built tables found; nothing in a static check. */
  readonly verified: readonly RowFinding[];
  /** In what the contract asks for less than on the base; absent where there is none to compare with. */
  readonly weakened?: readonly ContractWeakened[];
}

export interface ContractResult {
  /** Worst first, then by model, column and source. */
  readonly findings: readonly Finding[];
  readonly waived: readonly WaivedFinding[];
  readonly tiers: readonly (Tier & { readonly models: number })[];
  /** Output columns of the models in tiers: how many were traced, of how many. */
  readonly coverage: { readonly traced: number; readonly total: number };
  readonly pii: PiiGraph;
}

/** Decides the contract: which personal columns reach models of which tier in a state it does not admit. */
export function checkContract({
  project,
  lineage: traced,
  contract,
  synced,
  today,
  maskFindings,
  verified,
  weakened = [],
}: ContractQuestion): ContractResult {
  const classification = classify(project);
  const hidden = personalNames(traced, classification);
  const lineage = withHiddenNames(traced, hidden);
  const placed = [...project.nodes.values()].flatMap((node) => {
    const tier = isQueryNode(node) ? tierOf(node, contract.tiers) : undefined;
    return isQueryNode(node) && tier ? [{ model: node, tier, traced: tracedOf(lineage, node) }] : [];
  });
  const flows = placed.flatMap((place) => modelFindings(place, classification, contract));
  const found = [
    ...flows,
    ...undeclaredColumns(project, synced ?? [], contract.undeclaredColumns),
    ...maskFindings,
    ...beyond(
      flows,
      verified.map((finding) => hideColumn(finding, placed, hidden)),
    ),
    ...weakened,
  ];
  const { findings, waived } = applyWaivers(found, contract.waivers, today, synced !== undefined);
  const sorted = [...findings].sort(byWeight);
  return {
    findings: sorted,
    waived,
    tiers: contract.tiers.map(({ name, path, allow }) => {
      return { name, path, allow, models: placed.filter(({ tier }) => tier.name === name).length };
    }),
    coverage: coverageOf(placed),
    pii: drawPiiGraph({ project, lineage, classification, tiers: contract.tiers, findings: sorted }),
  };
}

/** What was found in rows says columns as they are. */
function hideColumn(finding: RowFinding, placed: readonly PlacedModel[], hidden: HiddenNames): RowFinding {
  if (!('model' in finding) || !('column' in finding) || finding.column === undefined) return finding;
  const model = placed.find(({ model }) => model.name === finding.model)?.model;
  return model ? { ...finding, column: shownName(model.uniqueId, finding.column, hidden) } : finding;
}

/** What data shows and the plan does not: a value whose way is known needs no second finding. */
function beyond(flows: readonly Finding[], verified: readonly RowFinding[]): readonly Finding[] {
  const known = new Set(flows.flatMap((finding) => (finding.rule === 'pii-in-tier' ? [leakKey(finding)] : [])));
  return verified.filter((finding) => finding.rule !== 'value-leak' || !known.has(leakKey(finding)));
}

function leakKey({ model, column, source }: PiiInTier | ValueLeak): string {
  return [model, column, source.uniqueId, source.column].join('\u0000').toLowerCase();
}

interface PlacedModel {
  readonly model: QueryNode;
  readonly tier: Tier;
  readonly traced: NodeLineage;
}

/** A model the trace says nothing about is as unknown as one it could not follow. */
function tracedOf(lineage: Lineage, { uniqueId, location }: QueryNode): NodeLineage {
  return lineage.nodes.get(uniqueId) ?? { status: 'unknown', reason: 'it was not traced', location };
}

function modelFindings(
  { model, tier, traced }: PlacedModel,
  classification: Classification,
  contract: ContractConfig,
): readonly Finding[] {
  if (tier.allow === 'clear') return [];
  const named = namePiiFlows(traced, classification).flatMap((flow) => nameFinding(flow, model, tier));
  if (traced.status === 'unknown') {
    const { reason, location } = traced;
    return [{ rule: 'unknown-flow', severity: 'error', model: model.name, reason, tier, location }, ...named];
  }
  const { columns, rows } = modelPiiFlows(traced, classification);
  return [
    ...named,
    ...columns.flatMap(({ name, flows }) =>
      withoutEchoes(flows.flatMap((flow) => flowFinding(flow, name, model, tier, contract))),
    ),
    ...rows.flatMap((flow) => flowFinding(flow, undefined, model, tier, contract)),
  ];
}

/** Of one column: where a value is there that must not be, it says nothing new that the same value decides something. */
function withoutEchoes(findings: readonly (PiiInTier | IndirectFlow)[]): readonly Finding[] {
  const sourceOf = ({ source }: PiiInTier | IndirectFlow) => `${source.uniqueId}\n${source.column.toLowerCase()}`;
  const there = new Set(findings.filter(({ rule }) => rule === 'pii-in-tier').map(sourceOf));
  return findings.filter((finding) => finding.rule === 'pii-in-tier' || !there.has(sourceOf(finding)));
}

function nameFinding({ flow, source, state, steps }: PiiFlow, model: QueryNode, tier: Tier): readonly PiiColumnName[] {
  if (admits(tier, state)) return [];
  const location = steps.at(-1)?.location ?? model.location;
  const about = { model: model.name, column: '*', source, state, masks: flow.masks, tier, steps } as const;
  return [{ rule: 'pii-column-name', severity: 'error', ...about, location }];
}

function flowFinding(
  { flow, source, state, steps }: PiiFlow,
  column: string | undefined,
  model: QueryNode,
  tier: Tier,
  contract: ContractConfig,
): readonly (PiiInTier | IndirectFlow)[] {
  if (admits(tier, state)) return [];
  const location = steps.at(-1)?.location ?? model.location;
  const about = { model: model.name, source, tier, steps, location };
  if (flow.type === 'DIRECT') {
    return column === undefined
      ? []
      : [{ rule: 'pii-in-tier', severity: 'error', ...about, column, state, masks: flow.masks }];
  }
  const severity = severityOf(contract.indirect[POLICY_OF[flow.subtype]]);
  return severity ? [{ rule: 'indirect-flow', severity, ...about, column, subtype: flow.subtype }] : [];
}

const POLICY_OF: { readonly [subtype in IndirectSubtype]: keyof ContractConfig['indirect'] } = {
  FILTER: 'filter',
  JOIN: 'join',
  GROUP_BY: 'groupBy',
  SORT: 'sort',
  WINDOW: 'window',
  CONDITIONAL: 'conditional',
};

/** A model that could not be traced counts with the columns its YAML declares, and with one at least. */
function coverageOf(placed: readonly PlacedModel[]): ContractResult['coverage'] {
  const traced = placed.reduce((sum, { traced }) => sum + (traced.status === 'traced' ? traced.columns.length : 0), 0);
  const unknown = placed.filter(({ traced }) => traced.status === 'unknown');
  return { traced, total: traced + unknown.reduce((sum, { model }) => sum + Math.max(1, model.columns.size), 0) };
}

function byWeight(a: Finding, b: Finding): number {
  return (
    Number(a.severity === 'warning') - Number(b.severity === 'warning') ||
    compareRules(a.rule, b.rule) ||
    compareText(identityOf(a).join('\n'), identityOf(b).join('\n'))
  );
}

/** By code unit: the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
