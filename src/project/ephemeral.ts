import type { Model } from './node.ts';

/** dbt's name for the CTE of an ephemeral model. */
export function cteName(model: Pick<Model, 'alias'>): string {
  return `__dbt__cte__${model.alias}`;
}
