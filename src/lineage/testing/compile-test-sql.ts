import type { Location } from '../../location.ts';
import type { CompiledNode, Rendering } from '../../project/project.ts';

/** Compiles the SQL of a test's model, in which short words stand for calls of a template: see `TestProject.models`. */
export async function compileTestSql(
  node: CompiledNode['node'],
  { adapter, wrapMacro, incremental }: Rendering,
): Promise<CompiledNode> {
  if (node.rawCode.includes('ask()')) await adapter?.query('select random()');
  let text = '';
  /** For each character of `text` the offset in the raw code that it comes from. */
  const origins: number[] = [];
  const append = (added: string, at: number | undefined, from: number): void => {
    for (let index = 0; index < added.length; index++) origins.push(at ?? from + index);
    text += added;
  };
  const piece = /mask\(([^()]*)\)|later\{([^}]*)\}|ask\(\)|(?:later )?ask\{([^}]*)\}/g;
  let end = 0;
  for (const match of node.rawCode.matchAll(piece)) {
    append(node.rawCode.slice(end, match.index), undefined, end);
    end = match.index + match[0].length;
    if (match[1] !== undefined) {
      append(maskOf(match[1], wrapMacro), match.index, 0);
    }
    if (match[3] !== undefined && (incremental || !match[0].startsWith('later'))) {
      const query = match[3].replace(/mask\(([^()]*)\)/g, (_, expression) => maskOf(String(expression), wrapMacro));
      const answer = await adapter?.query(query);
      append(String(answer?.rows[0]?.[0]), match.index, 0);
    }
    if (match[2] !== undefined && incremental) append(match[2], undefined, match.index + 'later{'.length);
  }
  append(node.rawCode.slice(end), undefined, end);
  const origin = (offset: number) => ({
    location: placeIn(node.rawCode, origins[Math.min(offset, origins.length - 1)] ?? 0, node.originalFilePath),
    calls: [],
  });
  return {
    node,
    sql: { text, origin },
    parts: new Map([[node.uniqueId, text]]),
    variablesRead: new Set(),
    readsRows: false,
  };
}

function maskOf(expression: string, wrapMacro: Rendering['wrapMacro']): string {
  const output = `sha256(${expression} || 'salt')`;
  return wrapMacro?.('hash_pii', output, expression) ?? output;
}

function placeIn(text: string, index: number, file: string): Location {
  const before = text.slice(0, index).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
