/** dbt's kinds of resources, as `--resource-type` names them. Nothing is built for those that no project of ours has. */
export const RESOURCE_TYPES = [
  'all',
  'default',
  'model',
  'seed',
  'snapshot',
  'test',
  'unit_test',
  'source',
  'exposure',
  'analysis',
  'metric',
  'semantic_model',
  'saved_query',
  'function',
] as const;
