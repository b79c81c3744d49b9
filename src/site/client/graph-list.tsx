import type { PageModel } from '../page-model.ts';
import { JudgementMark, StateMark } from '../views/marks.tsx';
import { ColumnLink, NodeLink } from '../views/names.tsx';
import { STATES } from '../words.ts';

/** The graph as a list, for phones and screen readers: each node with its personal columns. */
export function GraphList({ page, nodes }: { readonly page: PageModel; readonly nodes: readonly number[] }) {
  return (
    <ul class="graph-list">
      {nodes.map((node) => {
        const judgement = page.judgementOf(node);
        return (
          <li key={node}>
            <NodeLink page={page} node={node} /> {judgement && <JudgementMark judgement={judgement} />}
            <ul>
              {(page.site.nodes[node]?.columns ?? []).map(({ holds = [], piiType }, column) =>
                holds.length === 0 && piiType === undefined ? null : (
                  <li key={column} class={page.pathOf([node, column]) ?? ''}>
                    <ColumnLink page={page} at={[node, column]} />{' '}
                    {piiType !== undefined && <small>marked {piiType} </small>}
                    {STATES.filter((state) => holds.some((one) => one.state === state)).map((state) => (
                      <StateMark key={state} state={state} />
                    ))}
                  </li>
                ),
              )}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}
