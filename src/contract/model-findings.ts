import type { ContractConfig } from '../config/fenceline-config.ts';
import type { Lineage, NodeLineage } from '../lineage/flow.ts';
import { nameKey } from '../name.ts';
import type { QueryNode } from '../project/node.ts';
import type { Classification } from './classify.ts';
import type { IndirectFlow, PiiColumnName, PiiInTier, UnknownFlowFound } from './finding.ts';
import { modelPiiFlows, namePiiFlows, type PiiFlow } from './pii-flow.ts';
import { severityOf } from './severity.ts';
import { admits, type Tier } from './tier.ts';

/** Findings in the lineage of one model. */
export type ModelFinding = PiiInTier | PiiColumnName | IndirectFlow | UnknownFlowFound;

/** A model, and the tier that it is judged by. */
export interface ModelInTier {
  readonly model: QueryNode;
  readonly tier: Tier;
  readonly lineage: NodeLineage;
}

/** The lineage of a model; unknown where the trace has none. */
export function lineageOf({ uniqueId, location }: QueryNode, lineage: Lineage): NodeLineage {
  return lineage.nodes.get(uniqueId) ?? { status: 'unknown', reason: 'it was not traced', location };
}

/** Personal data in a model that the tier does not allow, and what the contract says about its influences. */
export function modelFindings(
  { model, tier, lineage }: ModelInTier,
  classification: Classification,
  contract: ContractConfig,
): readonly ModelFinding[] {
  if (tier.allow === 'clear') return [];
  const named = namePiiFlows(lineage, classification).flatMap((flow) => nameFinding(flow, model, tier));
  if (lineage.status === 'unknown') {
    const { reason, advice, location } = lineage;
    const about = { model: model.name, reason, tier, location, ...(advice !== undefined && { advice }) };
    return [{ rule: 'unknown-flow', severity: 'error', ...about }, ...named];
  }
  const { columns, rows } = modelPiiFlows(lineage, classification);
  return [
    ...named,
    ...columns.flatMap(({ name, flows }) =>
      withoutEchoes(flows.flatMap((flow) => flowFinding(flow, name, model, tier, contract))),
    ),
    ...rows.flatMap((flow) => flowFinding(flow, undefined, model, tier, contract)),
  ];
}

/** Leaves out the influences of a source on a column that already leaks a value of the same source. */
function withoutEchoes(findings: readonly (PiiInTier | IndirectFlow)[]): readonly ModelFinding[] {
  const sourceOf = ({ source }: PiiInTier | IndirectFlow) => `${source.uniqueId}\n${nameKey(source.column)}`;
  const leaking = new Set(findings.filter(({ rule }) => rule === 'pii-in-tier').map(sourceOf));
  return findings.filter((finding) => finding.rule === 'pii-in-tier' || !leaking.has(sourceOf(finding)));
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
  const subtype = flow.equals ? 'EQUALITY' : flow.subtype;
  const severity = severityOf(contract.indirect[POLICY_OF[subtype]]);
  return severity ? [{ rule: 'indirect-flow', severity, ...about, column, subtype }] : [];
}

const POLICY_OF: { readonly [subtype in IndirectFlow['subtype']]: keyof ContractConfig['indirect'] } = {
  FILTER: 'filter',
  JOIN: 'join',
  GROUP_BY: 'groupBy',
  SORT: 'sort',
  WINDOW: 'window',
  CONDITIONAL: 'conditional',
  EQUALITY: 'equality',
};
