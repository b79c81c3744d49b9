import type { Context } from '../../jinja/evaluate/render.ts';
import { renderNative } from '../../jinja/evaluate/render.ts';
import { toPlain } from '../../jinja/values/plain-value.ts';
import type { Location } from '../../location.ts';
import { asMapping } from '../mapping.ts';

/** Matches a text that Jinja may change. */
export const HAS_JINJA = /\{[{%#]/;

/**
 * Renders every string with Jinja in a YAML value (dbt: the native renderer). A string that is a single expression becomes a
 * value of the type that the expression has. Hooks are not rendered: dbt renders them when they run.
 */
export async function renderYaml(value: unknown, context: Context, at: Location): Promise<unknown> {
  if (typeof value === 'string') return HAS_JINJA.test(value) ? toPlain(await renderNative(value, context, at)) : value;
  if (Array.isArray(value)) return Promise.all(value.map((item) => renderYaml(item, context, at)));
  const mapping = asMapping(value);
  if (!mapping) return value;
  const rendered = new Map<string, unknown>();
  for (const [key, item] of mapping) {
    const isHook = /^\+?(pre|post)[-_]hook$/.test(key);
    rendered.set(key, isHook ? item : await renderYaml(item, context, at));
  }
  return rendered;
}
