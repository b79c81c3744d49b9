import { asList, asMapping, type Mapping } from '../mapping.ts';

/**
 * `tags` and `meta` of a source, of its table, or of a column, as a configuration layer. dbt reads both from the top of the
 * entry and from its `config`.
 */
export function readLabels(entry: { readonly [key: string]: unknown }): Mapping {
  const config = asMapping(entry['config']);
  const tags = [...asList(entry['tags']), ...asList(config?.get('tags'))];
  const meta = new Map([...(asMapping(entry['meta']) ?? []), ...(asMapping(config?.get('meta')) ?? [])]);
  return new Map<string, unknown>([
    ['tags', [...new Set(tags.map(String))]],
    ['meta', meta],
  ]);
}

/** The tags of a configuration layer. */
export function tagsOf(labels: Mapping): readonly string[] {
  return asList(labels.get('tags')).map(String);
}
