import type { TierConfig } from '../config/fenceline-config.ts';
import type { State } from '../lineage/flow.ts';
import { isQueryNode, type QueryNode } from '../project/node.ts';
import type { Project } from '../project/project.ts';

/** A set of models and the strongest state of personal data they may hold. */
export interface Tier {
  readonly name: string;
  /** Folder of its models, below a model folder: `marts/safe`. */
  readonly path: string;
  readonly allow: State | 'none';
}

/** The tier of a model: the first one whose folder holds its file. */
export function tierOf(model: Pick<QueryNode, 'path'>, tiers: readonly TierConfig[]): Tier | undefined {
  const found = tiers.find(({ path }) => isBelow(model, path));
  return found && { name: found.name, path: found.path, allow: found.allow };
}

/** Whether a file is below a folder; `.` is every folder of models. */
export function isBelow({ path }: Pick<QueryNode, 'path'>, folder: string): boolean {
  return folder === '.' || `${path}/`.startsWith(`${folder}/`);
}

/** Unique ids of the models in tiers. An error in another model does not end the check. */
export function modelsInTiers({ nodes }: Pick<Project, 'nodes'>, tiers: readonly TierConfig[]): ReadonlySet<string> {
  const models = [...nodes.values()].filter(isQueryNode).filter((model) => tierOf(model, tiers));
  return new Set(models.map(({ uniqueId }) => uniqueId));
}

const RANKS: { readonly [state in State | 'none']: number } = {
  clear: 4,
  partial: 3,
  pseudonymous: 2,
  aggregate: 1,
  none: 0,
};

export function admits(tier: Tier, state: State): boolean {
  return RANKS[state] <= RANKS[tier.allow];
}

/** The state with the least left of the value. */
export function weakest(states: readonly State[]): State {
  return states.reduce((weak, state) => (RANKS[state] < RANKS[weak] ? state : weak), 'clear');
}

/** Below zero when state `a` has more left of a value than state `b`. */
export function compareStates(a: State | 'none', b: State | 'none'): number {
  return RANKS[b] - RANKS[a];
}
