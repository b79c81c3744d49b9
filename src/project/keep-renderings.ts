import type { MappedText } from '../jinja/evaluate/mapped-text.ts';
import type { Model, Node, QueryNode, Test } from './node.ts';
import type { Adapter, Rendering } from './project.ts';

/** The SQL of a node's own template. Ephemeral models that it reads are names in the SQL, not CTEs yet. */
export interface RenderedNode {
  readonly sql: MappedText;
  /** Ephemeral models that it reads, in the order of their first ref. */
  readonly ephemeral: readonly Model[];
  /** The variables that its own template read ({@link CompiledNode.variablesRead}). */
  readonly variablesRead: ReadonlySet<string>;
}

/** The values that may differ between two renderings of one template in a run; all else that it sees is equal. */
export interface RenderingScope {
  readonly adapter: Adapter | undefined;
  readonly isIncremental: (node: Node) => Promise<boolean>;
  readonly wrapMacro: Rendering['wrapMacro'];
  readonly standIns: Rendering['standIns'];
}

export type RenderNode = (node: QueryNode | Test, scope: RenderingScope) => Promise<RenderedNode>;

/**
 * Renders each node once in a run, so that the analysis traces the text that the build runs. A rendering is used again if
 * rendering anew would give the same text: its template did not use the adapter, `is_incremental()` gives the same value,
 * and `wrapMacro` gives the same text for each macro.
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

/** Key of renderings in the cache: node, stand-ins, and whether there is an adapter, which makes `execute` true. */
function keyOf({ uniqueId }: QueryNode | Test, { adapter, standIns }: RenderingScope): string {
  const values = standIns && [[...standIns.vars], [...standIns.environment]];
  return JSON.stringify([uniqueId, adapter ? 'executed' : 'parsed', values]);
}

interface KeptRendering {
  readonly rendered: RenderedNode;
  /** The value of `is_incremental()`; `undefined` if the template did not call it. */
  readonly isIncremental: boolean | undefined;
  readonly prints: readonly Print[];
}

/** Output of a macro, and the text that `wrapMacro` put in its place. */
interface Print {
  /** The macro's plain name. */
  readonly macro: string;
  readonly output: string;
  readonly argument: string | undefined;
  readonly wrapped: string;
}

async function comesOutTheSame(
  { isIncremental, prints }: KeptRendering,
  node: QueryNode | Test,
  scope: RenderingScope,
): Promise<boolean> {
  if (isIncremental !== undefined && isIncremental !== (await scope.isIncremental(node))) return false;
  // The order is that of the template, since `wrapMacro` numbers the calls that it marks.
  return prints.every(
    ({ macro, output, argument, wrapped }) => (scope.wrapMacro?.(macro, output, argument) ?? output) === wrapped,
  );
}

interface SeenRendering extends Omit<KeptRendering, 'rendered'> {
  readonly isReusable: boolean;
}

/** Wraps a scope, to record the values that a template gets from it. */
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
    wrapMacro(macro, output, argument) {
      const wrapped = scope.wrapMacro?.(macro, output, argument) ?? output;
      prints.set(JSON.stringify([macro, output, argument]), { macro, output, argument, wrapped });
      return wrapped;
    },
  };
  return { scope: watched, seen: () => ({ isReusable, isIncremental, prints: [...prints.values()] }) };
}

function watchAdapter(adapter: Adapter, onUse: () => void): Adapter {
  return {
    query(sql) {
      onUse();
      return adapter.query(sql);
    },
    relationType(schema, name) {
      onUse();
      return adapter.relationType(schema, name);
    },
    columns(schema, name) {
      onUse();
      return adapter.columns(schema, name);
    },
  };
}
