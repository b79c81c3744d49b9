import type { Resource } from '../node.ts';

interface TypeFilter {
  readonly resourceTypes?: readonly string[];
  readonly excludedResourceTypes?: readonly string[];
}

/**
 * Keeps the ids of resources that `--resource-type` allows and `--exclude-resource-type` does not exclude. No type
 * allows all.
 */
export function dropTypes(
  ids: ReadonlySet<string>,
  { resourceTypes = [], excludedResourceTypes = [] }: TypeFilter,
  resources: ReadonlyMap<string, Resource>,
): ReadonlySet<string> {
  const isEvery = resourceTypes.length === 0 || resourceTypes.some((type) => type === 'all' || type === 'default');
  return new Set(
    [...ids].filter((id) => {
      const type = resources.get(id)?.resourceType ?? '';
      return (isEvery || resourceTypes.includes(type)) && !excludedResourceTypes.includes(type);
    }),
  );
}
