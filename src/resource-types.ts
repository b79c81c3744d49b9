/** dbt's resource types, as `--resource-type` names them. A type that Fenceline does not support selects nothing. */
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
