import type { PageModel } from '../page-model.ts';
import { GraphList } from './graph-list.tsx';

export function GraphView({ page }: { readonly page: PageModel }) {
  const { nodes } = page.site;
  const shown = [...nodes.keys()].filter(
    (node) =>
      page.judgementOf(node) !== undefined ||
      nodes[node]?.columns.some(({ holds, piiType }) => holds !== undefined || piiType !== undefined),
  );
  return (
    <div class="view">
      <h1>Where personal data goes</h1>
      <GraphList page={page} nodes={shown} />
    </div>
  );
}
