import type { Model, Resource } from './node.ts';

/** A model without a table of its own: it becomes a CTE of each query that reads it. */
export function isEphemeral(resource: Resource): resource is Model {
  return resource.resourceType === 'model' && resource.config.materialized === 'ephemeral';
}

/** dbt's name for the CTE of an ephemeral model. */
export function cteName(model: Pick<Model, 'alias'>): string {
  return `__dbt__cte__${model.alias}`;
}
