import type { PageModel } from '../page-model.ts';
import { tokensOf } from '../tokens.ts';
import { JudgementMark, StateMark } from '../views/marks.tsx';
import { ColumnLink, NodeLink } from '../views/names.tsx';
import { counted, STATES } from '../words.ts';
import { Findings } from './findings.tsx';

interface NodeProps {
  readonly page: PageModel;
  readonly node: number;
}

/** A model, seed, snapshot or source: its columns, tests and template, and what it reads and is read by. */
export function NodeView({ page, node }: NodeProps) {
  const { site } = page;
  const shown = site.nodes[node];
  if (!shown) return null;
  const { name, kind, tier, status, reason, description, file, parents, tests, sql, materialized, tags, built } = shown;
  const judgement = page.judgementOf(node);
  const readers = page.readers(node);
  return (
    <div class="view">
      <h1 class="name">{name}</h1>
      <p class="about">
        {judgement && <JudgementMark judgement={judgement} />} {kind}
        {materialized !== undefined && materialized !== kind && `, ${materialized}`}
        {tier !== undefined && (
          <>
            {' '}
            in tier <b>{tier}</b>
          </>
        )}{' '}
        <span class="place">{file}</span> {built !== undefined && `build: ${built} `}
        {tags.map((tag) => (
          <span class="tag">{tag}</span>
        ))}
      </p>
      {status === 'unknown' && <p>Nothing is proven about it: {reason ?? 'it could not be traced'}.</p>}
      {description !== undefined && <p class="description">{description}</p>}
      <Findings page={page} findings={page.findingsOf(node)} />
      <h2>{counted(shown.columns.length, 'column')}</h2>
      <Columns page={page} node={node} />
      <Neighbours page={page} title="Reads" nodes={parents} />
      <Neighbours page={page} title="Read by" nodes={readers} />
      {tests.length > 0 && (
        <section>
          <h2>Tests</h2>
          <ul class="more">
            {tests.map((test) => (
              <li>
                {test.name} {test.column !== undefined && <code>{test.column}</code>}: {test.status ?? 'not run'}
              </li>
            ))}
          </ul>
        </section>
      )}
      {sql !== undefined && <Template page={page} node={node} sql={sql} />}
      <p>
        <a href={`#/graph?select=${encodeURIComponent(`+${page.nodeKey(node)}+`)}`}>Show in the graph</a>
      </p>
    </div>
  );
}

function Columns({ page, node }: NodeProps) {
  const { columns = [] } = page.site.nodes[node] ?? {};
  return (
    <table class="columns">
      <thead>
        <tr>
          <th scope="col">Column</th>
          <th scope="col">Type</th>
          <th scope="col">Personal data</th>
          <th scope="col">Description</th>
        </tr>
      </thead>
      <tbody>
        {columns.map(({ type, piiType, holds = [], description }, column) => (
          <tr>
            <th scope="row">
              <ColumnLink page={page} at={[node, column]} />
            </th>
            <td data-label="Type" class={type === undefined ? 'zero' : ''}>
              {type ?? '–'}
            </td>
            <td data-label="Personal" class={piiType === undefined && holds.length === 0 ? 'zero' : ''}>
              {piiType !== undefined && <span>marked {piiType} </span>}
              {STATES.filter((state) => holds.some((one) => one.state === state)).map((state) => (
                <span>
                  <StateMark state={state} />{' '}
                </span>
              ))}
              {piiType === undefined && holds.length === 0 && 'none'}
            </td>
            <td data-label="About" class={description === undefined ? 'zero' : ''}>
              {description}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Neighbours({
  page,
  title,
  nodes,
}: {
  readonly page: PageModel;
  readonly title: string;
  readonly nodes: readonly number[];
}) {
  if (nodes.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul class="more">
        {nodes.map((node) => (
          <li>
            <NodeLink page={page} node={node} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The template with its lines numbered; lines where personal data passes are marked. */
function Template({ page, node, sql }: NodeProps & { readonly sql: string }) {
  const marked = linesWithPersonalData(page, node);
  const lines = sql.replace(/\n$/, '').split('\n');
  const tokens = tokensOf(lines.join('\n'));
  return (
    <section>
      <h2>Template</h2>
      <pre class="template">
        {tokens.map((line, index) => (
          <div class={marked.get(index + 1) ?? ''}>
            <span class="line">{index + 1}</span>
            {line.map(({ kind, text }) => (kind === 'text' ? text : <span class={`token-${kind}`}>{text}</span>))}
            {'\n'}
          </div>
        ))}
      </pre>
    </section>
  );
}

function linesWithPersonalData(page: PageModel, node: number): ReadonlyMap<number, string> {
  const lines = new Map<number, string>();
  const { site } = page;
  for (const [column] of site.nodes[node]?.columns.entries() ?? []) {
    for (const hop of page.into([node, column])) {
      const from = site.nodes[hop.from[0]]?.columns[hop.from[1]];
      if (hop.file !== undefined || (from?.holds === undefined && from?.piiType === undefined)) continue;
      const path = page.pathOfHop(hop.from, hop.to);
      if (path !== undefined || !lines.has(hop.at[0])) lines.set(hop.at[0], path ?? 'personal');
    }
  }
  return lines;
}
