import type { Hook, Node } from '../node.ts';

/** Which tables hooks may change: each whose name is in `tables`. `all`: any, since the statements are not known. */
export type HookEffect = 'none' | 'all' | { readonly tables: string };

/**
 * Hooks are not run, but wherever else the project is built they are: what they may change is not proven. A statement that
 * changes no rows is harmless. One that defines a macro of the database, or says where names are looked up, may change what
 * any query means; and a template that prints more than the name of a table may be any statement.
 */
export function hookEffect(hooks: readonly string[]): HookEffect {
  const texts = hooks.map((hook) => hook.replaceAll(RELATION, ' ').replaceAll(QUALIFIER, ' '));
  const changing = hooks.flatMap((hook) => hook.split(';')).filter((text) => !HARMLESS.test(text.trim()));
  if (texts.some((text) => /\{[{%#]/.test(text)) || changing.some((text) => CHANGES_NAMES.test(text))) return 'all';
  return changing.length === 0 ? 'none' : { tables: changing.join(';') };
}

/** The statements of a node's hooks, with its own name for `{{ this }}`. */
export function hooksOf({ config: { preHook, postHook }, alias }: Node): readonly string[] {
  return [...preHook, ...postHook].map(({ sql }: Hook) => sql.replaceAll(/\{\{-?\s*this\s*-?\}\}/g, `"${alias}"`));
}

/** Whether a name stands in a text as a word of its own, in any case. */
export function hasWord(text: string, name: string): boolean {
  const escaped = name.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  return new RegExp(`(?<!\\w)${escaped}(?!\\w)`, 'i').test(text);
}

/** Prints a table that the text names; nothing that is glued to it makes another name. */
const RELATION =
  /(?<![\w"])\{\{-?\s*(?:ref\(\s*(?:'[^']*'|"[^"]*")\s*\)|source\(\s*(?:'[^']*'|"[^"]*")\s*,\s*(?:'[^']*'|"[^"]*")\s*\))\s*-?\}\}(?![\w"])/g;

/** Prints the database or schema before the name of a table. */
const QUALIFIER =
  /(?<![\w"])"?\{\{-?\s*(?:this\.schema|this\.database|target\.schema|target\.database|schema|database)\s*-?\}\}"?\s*(?=\.)/g;

const HARMLESS =
  /^(?:$|(?:analyze|vacuum|checkpoint|grant|revoke|comment\s+on|begin|commit|create\s+(?:unique\s+)?index)\b)/i;

const CHANGES_NAMES = /\b(?:macro|function|search_path|set\s+(?:\w+\s+)?schema)\b|^\s*use\b/i;
