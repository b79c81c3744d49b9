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
  const templates = Object.entries(entry).filter(([key, value]) => !RENDERED_LATER.has(key) && hasJinja(value));
  if (templates.length === 0) return entry;
  const rendered = templates.map(async ([key, value]) => [
    key,
    toObject(await renderYaml(value, context, locate([key]))),
  ]);
  return { ...entry, ...Object.fromEntries(await Promise.all(rendered)) };
}

function hasJinja(value: unknown): boolean {
  return HAS_JINJA.test(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}
