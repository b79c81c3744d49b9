import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { columnAddress } from '../address.ts';
import { drawGraph } from '../graph/draw.ts';
import { layOut } from '../graph/layout.ts';
import { type GraphSettings, graphAddress, readSettings } from '../graph/settings.ts';
import { columnAt, keyOf, type PageModel, stopsOf } from '../page-model.ts';
import type { SiteColumnRef } from '../site.ts';
import { JUDGEMENTS, JudgementMark, StateMark } from '../views/marks.tsx';
import { ColumnLink } from '../views/names.tsx';
import { PathStrip } from '../views/path-strip.tsx';
import { STATES } from '../words.ts';
import { GraphCanvas } from './graph-canvas.tsx';
import { GraphList } from './graph-list.tsx';

interface GraphProps {
  readonly page: PageModel;
  readonly query: string;
}

/** Letters become too small to read below this. */
const SMALLEST_FIT = 0.85;

/** The graph with its filters, the proof of the chosen column, and the same as a list. */
export function GraphView({ page, query }: GraphProps) {
  const settings = useMemo(() => readSettings(new URLSearchParams(query)), [query]);
  const drawing = useMemo(() => drawGraph(page, settings), [page, settings]);
  // On the main thread: at most 150 cards take less time than a worker needs to start, and the policy stays without
  // worker-src, which sandboxed readers refuse.
  const layout = useMemo(() => layOut(drawing), [drawing]);
  const chosen = page.columnByKey(settings.column);
  const canvas = useRef<HTMLElement>(null);
  const [zoom, setZoom] = useState(1);
  const fitWidth = () =>
    setZoom(Math.min(1, Math.max(SMALLEST_FIT, ((canvas.current?.clientWidth ?? 0) - 24) / layout.width)));
  useLayoutEffect(() => {
    fitWidth();
  }, [layout]);
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && /^(INPUT|SELECT)$/.test(event.target.tagName);
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'f') fitWidth();
      else if (event.key === '+') setZoom((value) => Math.min(3, value * 1.2));
      else if (event.key === '-') setZoom((value) => Math.max(0.2, value / 1.2));
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [layout]);
  return (
    <section class="view whole" aria-labelledby="graph-title">
      <h1 class="out-of-sight" id="graph-title">
        Graph of personal data
      </h1>
      <Filters page={page} settings={settings} count={drawing.nodes.length} />
      <div class="zoom">
        {settings.open.length > 0 && <a href={graphAddress({ ...settings, open: [] })}>Fold all</a>}
        <button type="button" aria-label="Zoom out" onClick={() => setZoom((value) => Math.max(0.2, value / 1.2))}>
          −
        </button>
        <button type="button" onClick={fitWidth}>
          Fit
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => setZoom((value) => Math.min(3, value * 1.2))}>
          +
        </button>
      </div>
      {drawing.problems.map((problem) => (
        <p key={problem} class="problem" role="status">
          {problem}
        </p>
      ))}
      <section class="canvas" ref={canvas} aria-label="Picture of the graph">
        {drawing.cards.length === 0 ? (
          <p class="view">Nothing matches these filters.</p>
        ) : (
          <GraphCanvas page={page} drawing={drawing} layout={layout} settings={settings} zoom={zoom} chosen={chosen} />
        )}
      </section>
      <Legend hasInfluences={layout.influences.length > 0} />
      <Proof page={page} chosen={chosen} />
      {/* A phone shows no picture: there the list is the view. */}
      <details class="twin" open={matchMedia('(max-width: 760px)').matches}>
        <summary>The same as a list</summary>
        <GraphList page={page} nodes={drawing.nodes} />
      </details>
    </section>
  );
}

function Filters({
  page,
  settings,
  count,
}: {
  readonly page: PageModel;
  readonly settings: GraphSettings;
  readonly count: number;
}) {
  const { nodes, tiers } = page.site;
  const types = useMemo(
    () => [...new Set(nodes.flatMap(({ columns }) => columns.flatMap(({ piiType }) => piiType ?? [])))].sort(),
    [nodes],
  );
  const go = (change: Partial<GraphSettings>) => {
    location.hash = graphAddress({ ...settings, open: [], ...change });
  };
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        const select = new FormData(event.currentTarget).get('select');
        go({ select: typeof select === 'string' ? select : '' });
      }}
    >
      <label>
        Show{' '}
        <select
          value={settings.show}
          onChange={(event) =>
            go({ show: readSettings(new URLSearchParams({ show: event.currentTarget.value })).show })
          }
        >
          <option value="personal">personal data</option>
          <option value="leaks">leaks only</option>
          <option value="all">everything</option>
        </select>
      </label>
      <label>
        Tier{' '}
        <select value={settings.tier} onChange={(event) => go({ tier: event.currentTarget.value })}>
          <option value="">all</option>
          {tiers.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Kind{' '}
        <select
          value={settings.kind}
          onChange={(event) =>
            go({ kind: readSettings(new URLSearchParams({ kind: event.currentTarget.value })).kind })
          }
        >
          {['', 'source', 'seed', 'model', 'snapshot'].map((kind) => (
            <option key={kind} value={kind}>
              {kind || 'all'}
            </option>
          ))}
        </select>
      </label>
      <label>
        Type{' '}
        <select value={settings.type} onChange={(event) => go({ type: event.currentTarget.value })}>
          <option value="">all</option>
          {types.map((type) => (
            <option key={type} value={type}>
              {type}
            </option>
          ))}
        </select>
      </label>
      <label>
        Select{' '}
        <input
          key={settings.select}
          name="select"
          defaultValue={settings.select}
          placeholder="tag:pii+"
          size={18}
          spellcheck={false}
          autocomplete="off"
        />
      </label>
      <button type="submit">Apply</button>
      <output>
        {count.toLocaleString('en')} of {nodes.length.toLocaleString('en')} nodes
      </output>
    </form>
  );
}

function Legend({ hasInfluences }: { readonly hasInfluences: boolean }) {
  return (
    <div class="legend">
      <span>What is left of a value:</span>
      {STATES.map((state) => (
        <StateMark key={state} state={state} />
      ))}
      <span>Verdict:</span>
      {(['leak', 'unknown', 'waived', 'free'] as const).map((judgement) => (
        <JudgementMark key={judgement} judgement={judgement} word={JUDGEMENTS[judgement].word} />
      ))}
      {hasInfluences && <span>Grey dashes: what joins, filters or sorts the rows of the chosen column.</span>}
    </div>
  );
}

/** The proof of the chosen column; at first of the worst leak. */
function Proof({ page, chosen }: { readonly page: PageModel; readonly chosen: SiteColumnRef | undefined }) {
  const { site } = page;
  const isAt = (at: SiteColumnRef) => (one: SiteColumnRef | undefined) => one !== undefined && keyOf(one) === keyOf(at);
  const findings = [...site.findings, ...site.waived.map(({ finding }) => finding)].filter(
    ({ steps }) => steps.length > 0,
  );
  const ends = (finding: (typeof findings)[number]) => stopsOf(finding, site.nodes);
  const finding = chosen
    ? (findings.find((one) => isAt(chosen)(ends(one).at(-1))) ?? findings.find((one) => ends(one).some(isAt(chosen))))
    : findings.find(({ judgement }) => judgement === 'leak');
  const at = finding ? ends(finding).at(-1) : chosen;
  if (!at) return null;
  const isWaived = finding !== undefined && !site.findings.includes(finding);
  const { holds = [] } = columnAt(site, at) ?? {};
  return (
    <aside class="proof" aria-label="Proof">
      <h2>
        {finding && <JudgementMark judgement={isWaived ? 'waived' : finding.judgement === 'leak' ? 'leak' : 'error'} />}
        <ColumnLink page={page} at={at} />
        <small>{finding ? finding.problem : holds.length > 0 ? '' : 'no finding'}</small>
        <a class="copy" href={columnAddress(page, at)}>
          every step
        </a>
      </h2>
      {finding ? (
        <PathStrip page={page} finding={finding} as={isWaived ? 'waived' : 'leak'} />
      ) : (
        <ul class="more">
          {holds.map(({ source, state, masks = [] }) => (
            <li key={keyOf(source)}>
              <ColumnLink page={page} at={source} /> <StateMark state={state} />{' '}
              {masks.length > 0 && `by ${masks.join(', ')}`}
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}
