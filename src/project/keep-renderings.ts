import type { MappedText } from '../jinja/evaluate/mapped-text.ts';
import type { Model, Node, QueryNode, Test } from './node.ts';
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
  readonly isIncremental: (node: Node) => Promise<boolean>;
  readonly wrapMacro: Rendering['wrapMacro'];
  readonly standIns: Rendering['standIns'];
}

export type RenderNode = (node: QueryNode | Test, scope: RenderingScope) => Promise<RenderedNode>;

/**
 * Renders each node once for all that is done with it in a run, so that the text that is traced is the text that is
 * built. A rendering is used again where it would come out the same: its template asked nothing of the adapter, gets the
 * same answer from `is_incremental()`, and the same text for all that its macros print.
 */
export function keepRenderings(render: RenderNode): RenderNode {
  const kept = new Map<string, KeptRendering[]>();
  return async (node, scope) => {
    const key = keyOf(node, scope);
    for (const rendering of kept.get(key) ?? []) {
      if (await comesOutTheSame(rendering, node, scope)) return rendering.rendered;
    }
    const watched = watchScope(scope);
    const rendered = await render(node, watched.scope);
    const { isReusable, ...answers } = watched.seen();
    if (isReusable) kept.set(key, [...(kept.get(key) ?? []), { rendered, ...answers }]);
    return rendered;
  };
}

/**
 * Key of the settings that hold before a template begins. `execute` is true with an adapter, and false without one.
 */
function keyOf({ uniqueId }: QueryNode | Test, { adapter, standIns }: RenderingScope): string {
  const values = standIns && [[...standIns.vars], [...standIns.environment]];
  return JSON.stringify([uniqueId, adapter ? 'executed' : 'parsed', values]);
}

interface KeptRendering {
  readonly rendered: RenderedNode;
  /** The answer of `is_incremental()`; `undefined` where the template did not call it. */
  readonly isIncremental: boolean | undefined;
  readonly prints: readonly Print[];
}

/** Text that a macro printed, and what `wrapMacro` made of it for the template. */
interface Print {
  /** The macro's plain name. */
  readonly macro: string;
  readonly output: string;
  readonly wrapped: string;
}

async function comesOutTheSame(
  { isIncremental, prints }: KeptRendering,
  node: QueryNode | Test,
  scope: RenderingScope,
): Promise<boolean> {
  if (isIncremental !== undefined && isIncremental !== (await scope.isIncremental(node))) return false;
  // In the order of the template, in which `wrapMacro` numbers what it marks.
  return prints.every(({ macro, output, wrapped }) => (scope.wrapMacro?.(macro, output) ?? output) === wrapped);
}

interface SeenRendering extends Omit<KeptRendering, 'rendered'> {
  readonly isReusable: boolean;
}

/** The same scope, which keeps the answers that a template gets. */
function watchScope(scope: RenderingScope): { readonly scope: RenderingScope; seen(): SeenRendering } {
  const prints = new Map<string, Print>();
  let isIncremental: boolean | undefined;
  let isReusable = true;
  const watched: RenderingScope = {
    standIns: scope.standIns,
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
      prints.set(JSON.stringify([macro, output]), { macro, output, wrapped });
      return wrapped;
    },
  };
  return { scope: watched, seen: () => ({ isReusable, isIncremental, prints: [...prints.values()] }) };
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
