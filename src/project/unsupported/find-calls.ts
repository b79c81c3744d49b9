import { tokenize } from '../../jinja/syntax/lexer.ts';
import { locationAt } from '../../jinja/syntax/source.ts';
import type { MacroLibrary } from '../context/macro-library.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import type { UnsupportedUse } from './unsupported.ts';

/**
 * Finds the calls of a function in a node's own template, also in branches that are not rendered. A macro of the
 * project with
 * the name of the function hides it, as in dbt.
 */
export function findCalls(
  name: string,
  { node, template }: UnresolvedNode,
  library: MacroLibrary,
): readonly UnsupportedUse[] {
  if (!template || library.find(name, node.packageName)) return [];
  const tokens = tokenize(template.source);
  return tokens
    .filter((token, index) => {
      const [before, after] = [tokens[index - 1], tokens[index + 1]];
      const isCalled = after?.type === 'operator' && after.operator === '(';
      const isAttribute = before?.type === 'operator' && before.operator === '.';
      return token.type === 'name' && token.name === name && isCalled && !isAttribute;
    })
    .map(({ start }) => ({ subject: `${name}() of ${node.name}`, location: locationAt(template.source, start) }));
}
