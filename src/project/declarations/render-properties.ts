import type { LocatedEntry, NodeProperties } from '../../config/properties.ts';
import type { Context } from '../../jinja/evaluate/render.ts';
import { toObject } from '../mapping.ts';
import { HAS_JINJA, renderYaml } from './render-yaml.ts';

/** Keys that are not rendered here: dbt renders descriptions with the docs, and tests when it parses them. */
const RENDERED_LATER = new Set(['description', 'tests', 'data_tests']);

/**
 * The properties of a node with the Jinja in its columns and constraints rendered, but for descriptions and tests (dbt:
 * SchemaYamlRenderer). A tag that a template writes is a tag like any other.
 *
 * @throws {UserError} for a value that cannot be rendered
 */
export async function renderProperties(properties: NodeProperties, context: Context): Promise<NodeProperties> {
  const columns = properties.columns.map(async (column) => {
    const entry = await renderEntry(column, context);
    return { ...column, entry, name: String(entry['name']) };
  });
  const { constraints } = properties.entry;
  const rendered = await renderEntry({ ...properties, entry: { constraints } }, context);
  return {
    ...properties,
    columns: await Promise.all(columns),
    entry: { ...properties.entry, ...(constraints !== undefined && rendered) },
  };
}

async function renderEntry({ entry, locate }: LocatedEntry, context: Context): Promise<LocatedEntry['entry']> {
  const rendered = Object.entries(entry).map(async ([key, value]) => {
    const isPlain = RENDERED_LATER.has(key) || !HAS_JINJA.test(JSON.stringify(value) ?? '');
    return [key, isPlain ? value : toObject(await renderYaml(value, context, locate([key])))];
  });
  return Object.fromEntries(await Promise.all(rendered));
}
