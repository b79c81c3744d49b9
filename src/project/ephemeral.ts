import type { Model } from './node.ts';

/** dbt's name for the CTE of an ephemeral model. */
export function cteName(model: Pick<Model, 'name'>): string {
  return `__dbt__cte__${model.name}`;
}
