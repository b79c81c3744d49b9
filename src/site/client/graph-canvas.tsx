import { columnAddress, exposureAddress, nodeAddress } from '../address.ts';
import type { Card, CardRow, Drawing } from '../graph/draw.ts';
import { type Box, CARD, edgePath, type Layout } from '../graph/layout.ts';
import { type GraphSettings, graphAddress } from '../graph/settings.ts';
import { columnName, keyOf, type PageModel } from '../page-model.ts';
import type { SiteColumnRef } from '../site.ts';
import { JUDGEMENTS, StateShape } from '../views/marks.tsx';
import { isValueHop, STATE_WORDS } from '../words.ts';
import { type Walk, walkOver } from './walk.ts';

interface CanvasProps {
  readonly page: PageModel;
  readonly drawing: Drawing;
  readonly layout: Layout;
  readonly settings: GraphSettings;
  readonly zoom: number;
  readonly chosen: SiteColumnRef | undefined;
}

/** The picture. Text is text, so it can be searched, copied, printed and read aloud. */
export function GraphCanvas({ page, drawing, layout, settings, zoom, chosen }: CanvasProps) {
  const { width, height, boxes, edges, influences, tiers, bands } = layout;
  const near = chosen && columnsAround(page, chosen);
  const isFar = (columns: readonly SiteColumnRef[] | undefined) =>
    near !== undefined && !(columns ?? []).every((column) => near.has(keyOf(column)));
  const walk = walkOver(drawing.edges);
  const sorted = [...edges].sort((a, b) => weight(a.edge.path) - weight(b.edge.path));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture is no fieldset
    <svg
      class="graph"
      width={Math.ceil(width * zoom)}
      height={Math.ceil(height * zoom)}
      viewBox={`0 0 ${width} ${height}`}
      role="group"
      aria-label="Graph of personal data, from sources to exposures"
    >
      <defs>
        {['leak', 'waived', 'plain'].map((kind) => (
          <marker
            key={kind}
            id={`head-${kind}`}
            class={`head ${kind}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8z" />
          </marker>
        ))}
      </defs>
      {[...bands].map(([band, x]) => (
        <text key={band} class="band" x={x} y="22">
          {drawing.bands[band]?.title}
        </text>
      ))}
      {[...tiers].map(([tier, box]) => (
        <Tier key={tier} page={page} tier={tier} box={box} />
      ))}
      {influences.map(({ edge, points }) => (
        <path key={edge.columns?.map(keyOf).join('>')} class="edge influence" d={edgePath(points)} />
      ))}
      {sorted.map(({ edge, points }) => (
        <g key={`${edge.from}>${edge.to}${edge.columns?.map(keyOf).join('>') ?? ''}`}>
          {edge.path === 'leak' && <path class="halo" d={edgePath(points)} />}
          <path
            class={`edge ${edge.path ?? `plain ${edge.state}`} ${isFar(edge.columns) ? 'far' : ''}`}
            d={edgePath(points)}
            marker-end={`url(#head-${edge.path ?? 'plain'})`}
          />
        </g>
      ))}
      {inReadingOrder(drawing.cards, boxes).map(([card, box]) => (
        <CardBox
          key={card.key}
          page={page}
          card={card}
          box={box}
          settings={settings}
          isFar={isFar}
          walk={walk}
          chosen={chosen}
        />
      ))}
    </svg>
  );
}

function weight(path: 'leak' | 'waived' | undefined): number {
  return path === 'leak' ? 2 : path === 'waived' ? 1 : 0;
}

/** Columns that give a column their value, and those that get its value. */
function columnsAround(page: PageModel, start: SiteColumnRef): ReadonlySet<string> {
  const found = new Set([keyOf(start)]);
  for (const way of ['into', 'outOf'] as const) {
    const waiting = [start];
    for (const at of waiting) {
      for (const hop of page[way](at)) {
        const other = way === 'into' ? hop.from : hop.to;
        if (!isValueHop(hop.kind) || found.has(keyOf(other))) continue;
        found.add(keyOf(other));
        waiting.push(other);
      }
    }
  }
  return found;
}

/** Column by column, each from top to bottom: the order of the tab key. */
function inReadingOrder(cards: readonly Card[], boxes: ReadonlyMap<string, Box>) {
  return cards
    .flatMap((card) => {
      const box = boxes.get(card.key);
      return box ? [[card, box] as const] : [];
    })
    .sort(([, a], [, b]) => a.x - b.x || a.y - b.y);
}

function Tier({ page, tier, box }: { readonly page: PageModel; readonly tier: number; readonly box: Box }) {
  const { name = '', allow = 'none' } = page.site.tiers[tier] ?? {};
  return (
    <g>
      <rect class="tier" x={box.x} y={box.y} width={box.width} height={box.height} rx="10" />
      <text class="tier-name" x={box.x + 12} y={box.y + 20}>
        {cut(name, 18)}
      </text>
      <text class="tier-allow" x={box.x + box.width - 12} y={box.y + 20}>
        {allow === 'clear' ? 'clear allowed' : `at most ${STATE_WORDS[allow]}`}
      </text>
    </g>
  );
}

interface CardProps {
  readonly page: PageModel;
  readonly card: Card;
  readonly box: Box;
  readonly settings: GraphSettings;
  readonly isFar: (columns: readonly SiteColumnRef[]) => boolean;
  readonly walk: Walk;
  readonly chosen: SiteColumnRef | undefined;
}

function CardBox({ page, card, box, settings, isFar, walk, chosen }: CardProps) {
  const { of, rows } = card;
  const judgement = of.kind === 'node' ? page.judgementOf(of.node) : undefined;
  const isHit = of.kind === 'exposure' && rows.some(({ path }) => path === 'leak');
  const { title, address, label } = headOf(page, card, settings);
  const sign = judgement ? JUDGEMENTS[judgement] : undefined;
  const isFilled = sign !== undefined && judgement !== 'allowed';
  return (
    <g class={`node ${judgement ?? ''} ${of.kind} ${isHit ? 'hit' : ''}`} transform={`translate(${box.x} ${box.y})`}>
      {of.kind === 'group' && <rect class="box behind" x="5" y="5" width={box.width} height={box.height} rx="7" />}
      <rect class="box" width={box.width} height={box.height} rx="7" />
      <a href={address} class={isFilled ? 'card-head filled' : 'card-head'} data-card={card.key} onKeyDown={walk}>
        {isFilled ? (
          <path class="head-fill" d={`M0 ${CARD.head}V7a7 7 0 0 1 7-7H${box.width - 7}a7 7 0 0 1 7 7V${CARD.head}z`} />
        ) : (
          <rect class="head-hit" width={box.width} height={CARD.head} rx="7" />
        )}
        <title>{label}</title>
        <text class="head-sign" x="16" y="19">
          {isFilled ? sign.sign : of.kind === 'group' ? '▸' : ''}
        </text>
        <text class="head-name" x={isFilled ? 30 : of.kind === 'group' ? 28 : 12} y="19">
          {cut(title, 26)}
        </text>
      </a>
      {rows.map((row, index) => (
        <Row
          key={keyOf(row.column)}
          page={page}
          card={card}
          row={row}
          index={index}
          settings={settings}
          isFar={isFar}
          walk={walk}
          isChosen={chosen !== undefined && keyOf(chosen) === keyOf(row.column)}
        />
      ))}
      <Foot card={card} box={box} word={sign?.word} />
    </g>
  );
}

function headOf(page: PageModel, { of, key, rows }: Card, settings: GraphSettings) {
  switch (of.kind) {
    case 'node': {
      const { name = '' } = page.site.nodes[of.node] ?? {};
      const judgement = page.judgementOf(of.node);
      const word = judgement ? `, ${JUDGEMENTS[judgement].word}` : '';
      return {
        title: name,
        address: nodeAddress(page, of.node),
        label: `${name}${word}, ${rows.length} personal columns shown`,
      };
    }
    case 'exposure': {
      const { name = '' } = page.site.exposures[of.exposure] ?? {};
      return { title: name, address: exposureAddress(name), label: `exposure ${name}` };
    }
    case 'group': {
      const title = `${of.nodes.length.toLocaleString('en')} in ${of.title}`;
      const address = graphAddress({ ...settings, open: [...settings.open, key] });
      return { title, address, label: `unfold ${title}: ${of.personal} with personal data` };
    }
  }
}

interface RowProps {
  readonly page: PageModel;
  readonly card: Card;
  readonly row: CardRow;
  readonly index: number;
  readonly settings: GraphSettings;
  readonly isFar: CardProps['isFar'];
  readonly walk: Walk;
  readonly isChosen: boolean;
}

/** A row chooses its column: the proof below the graph is about it. */
function Row({ page, card, row, index, settings, isFar, walk, isChosen }: RowProps) {
  const { column, name, state, path } = row;
  const y = CARD.head + index * CARD.row;
  const key = decodeURIComponent(columnAddress(page, column).replace('#/column/', ''));
  const address = graphAddress({ ...settings, column: isChosen ? '' : key });
  const word = state === undefined ? 'not personal' : STATE_WORDS[state];
  return (
    <a
      href={address}
      class={`row ${path ?? ''} ${isFar([column]) ? 'far' : ''} ${isChosen ? 'chosen' : ''}`}
      tabIndex={-1}
      data-card={card.key}
      data-column={keyOf(column)}
      onKeyDown={walk}
    >
      <rect class="row-hit" x="4" y={y} width={CARD.width - 8} height={CARD.row - 1} rx="3" />
      {state !== undefined && (
        <g transform={`translate(9 ${y + 2})`}>
          <StateShape state={state} />
        </g>
      )}
      <title>
        {`${columnName(page.site, column)}, ${word}${path ? `, on the path of a ${path === 'leak' ? 'leak' : 'waived finding'}` : ''}`}
      </title>
      <text class="row-name" x="28" y={y + 13}>
        {cut(name, 20)}
      </text>
      <text class="row-state" x={CARD.width - 10} y={y + 13}>
        {state === undefined ? '' : STATE_WORDS[state]}
      </text>
    </a>
  );
}

function Foot({ card, box, word }: { readonly card: Card; readonly box: Box; readonly word: string | undefined }) {
  const { of, rows } = card;
  const y = CARD.head + rows.length * CARD.row + 14;
  if (of.kind === 'group') {
    return (
      <>
        <text class="foot" x="28" y={CARD.head + 13}>
          {of.personal.toLocaleString('en')} with personal data
        </text>
        <text class="foot" x="28" y={CARD.head + CARD.row + 13}>
          {(of.nodes.length - of.personal).toLocaleString('en')} without{of.free > 0 ? `, ${of.free} proven free` : ''}
        </text>
      </>
    );
  }
  if (of.kind === 'exposure') return null;
  const more = [
    ...(of.morePersonal > 0 ? [`${of.morePersonal} personal`] : []),
    ...(of.others > 0 ? [`${of.others} ${rows.length + of.morePersonal > 0 ? 'others' : 'columns'}`] : []),
  ].join(', ');
  return (
    <>
      <text class="foot" x="28" y={y}>
        {more === '' ? '' : `+ ${more}`}
      </text>
      {word !== undefined && (
        <text class="foot-word" x={box.width - 10} y={y}>
          {word.toUpperCase()}
        </text>
      )}
    </>
  );
}

/** A name that fits: its middle is left out, since names differ at both ends. The title has all of it. */
function cut(text: string, longest: number): string {
  const characters = [...text];
  if (characters.length <= longest) return text;
  const end = Math.floor((longest - 1) / 2);
  return `${characters.slice(0, longest - 1 - end).join('')}…${characters.slice(-end).join('')}`;
}
