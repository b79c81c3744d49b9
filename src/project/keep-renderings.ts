import type { MappedText } from '../jinja/evaluate/mapped-text.ts';
import type { Model, QueryNode, Test } from './node.ts';
import type { Adapter, Rendering } from './project.ts';

/** A node's own template, rendered: the ephemeral models it reads are names in it, not CTEs yet. */
export interface RenderedNode {
  readonly sql: MappedText;
  /** Ephemeral models it reads, in the order they were named. */
  readonly ephemeral: readonly Model[];
  /** {@link CompiledNode.variables} */
  readonly variables: ReadonlySet<string>;
}

/** The answers that a template can get while it is rendered; everything else it sees is the same for the whole run. */
export interface RenderingScope {
  readonly adapter: Adapter | undefined;
  readonly isIncremental: (node: QueryNode | Test) => Promise<boolean>;
  readonly wrapMacro: Rendering['wrapMacro'];
  readonly standIns: Rendering['standIns'];
}

export type RenderNode = (node: QueryNode | Test, scope: RenderingScope) => Promise<RenderedNode>;

/**
 * Renders each node once for all that is done with it in a run, so that the text that is traced is the text that is
 * built. A rendering is used again where it would come out the same: its template asked nothing of the adapter, gets the
 * same answer from `is_incremental()`, and no macro in it prints what `wrapMacro` changes.
 */
export function keepRenderings(render: RenderNode): RenderNode {
  const kept = new Map<string, KeptRendering[]>();
  return async (node, scope) => {
    if (scope.standIns) return render(node, scope);
    // `execute` is true with an adapter, and false without one.
    const key = `${scope.adapter ? 'executed' : 'parsed'} ${node.uniqueId}`;
    for (const rendering of kept.get(key) ?? []) {
      if (await comesOutTheSame(rendering, node, scope)) return rendering.rendered;
    }
    const watched = watchScope(scope);
    const rendered = await render(node, watched.scope);
    const { isReusable, isIncremental, printed } = watched.seen();
    if (isReusable) kept.set(key, [...(kept.get(key) ?? []), { rendered, isIncremental, printed }]);
    return rendered;
  };
}

interface KeptRendering {
  readonly rendered: RenderedNode;
  /** The answer of `is_incremental()`; `undefined` where the template did not call it. */
  readonly isIncremental: boolean | undefined;
  /** Texts that macros printed, by the plain names of the macros. */
  readonly printed: ReadonlyMap<string, ReadonlySet<string>>;
}

async function comesOutTheSame(
  { isIncremental, printed }: KeptRendering,
  node: QueryNode | Test,
  scope: RenderingScope,
): Promise<boolean> {
  if (isIncremental !== undefined && isIncremental !== (await scope.isIncremental(node))) return false;
  const { wrapMacro } = scope;
  if (!wrapMacro) return true;
  return [...printed].every(([macro, outputs]) => [...outputs].every((output) => wrapMacro(macro, output) === output));
}

interface SeenRendering extends Omit<KeptRendering, 'rendered'> {
  readonly isReusable: boolean;
}

/** The same scope, and afterwards what a template asked of it. */
function watchScope(scope: RenderingScope): { readonly scope: RenderingScope; seen(): SeenRendering } {
  const printed = new Map<string, Set<string>>();
  let isIncremental: boolean | undefined;
  let isReusable = true;
  const watched: RenderingScope = {
    standIns: undefined,
    adapter:
      scope.adapter &&
      watchAdapter(scope.adapter, () => {
        isReusable = false;
      }),
    async isIncremental(node) {
      isIncremental = await scope.isIncremental(node);
      return isIncremental;
    },
    wrapMacro(macro, output) {
      const wrapped = scope.wrapMacro?.(macro, output) ?? output;
      isReusable &&= wrapped === output;
      printed.set(macro, (printed.get(macro) ?? new Set()).add(output));
      return wrapped;
    },
  };
  return { scope: watched, seen: () => ({ isReusable, isIncremental, printed }) };
}

function watchAdapter(adapter: Adapter, onQuestion: () => void): Adapter {
  return {
    query(sql) {
      onQuestion();
      return adapter.query(sql);
    },
    relationType(schema, name) {
      onQuestion();
      return adapter.relationType(schema, name);
    },
    columns(schema, name) {
      onQuestion();
      return adapter.columns(schema, name);
    },
  };
}
