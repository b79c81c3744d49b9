import { columnAddress } from '../address.ts';
import { columnAt, columnName, keyOf, type PageModel } from '../page-model.ts';
import type { SiteColumnRef, SiteHop } from '../site.ts';
import { JudgementMark, StateMark } from '../views/marks.tsx';
import { ColumnLink, ColumnName, NodeLink, Place } from '../views/names.tsx';
import { isValueHop, KIND_WORDS } from '../words.ts';
import { Findings } from './findings.tsx';

interface ColumnProps {
  readonly page: PageModel;
  readonly at: SiteColumnRef;
}

/** Steps that are unfolded in one direction; the rest is a click away, at the column where the tree ends. */
const MOST_STEPS = 300;

/** A column: what it holds, and every step that its value comes from and goes to. */
export function ColumnView({ page, at }: ColumnProps) {
  const { site } = page;
  const column = columnAt(site, at);
  const node = site.nodes[at[0]];
  if (!column || !node) return null;
  const judgement = page.judgementOf(at[0]);
  const findings = page
    .findingsOf(at[0])
    .filter((finding) => finding.column?.toLowerCase() === column.name.toLowerCase());
  const tests = node.tests.filter((test) => test.column?.toLowerCase() === column.name.toLowerCase());
  return (
    <div class="view">
      <h1>
        <ColumnName page={page} at={at} />
      </h1>
      <p class="about">
        {judgement && node.tier !== undefined && (
          <>
            <NodeLink page={page} node={at[0]} /> in tier {node.tier}: <JudgementMark judgement={judgement} />{' '}
          </>
        )}
        {column.type} {column.piiType !== undefined && <b>marked {column.piiType}</b>}{' '}
        {column.sensitivity !== undefined && `${column.sensitivity} sensitivity`}{' '}
        {(column.tags ?? []).map((tag) => (
          <a class="tag" href={`#/graph?select=${encodeURIComponent(`tag:${tag}+`)}`}>
            {tag}
          </a>
        ))}{' '}
        {column.declared !== undefined && <Place place={column.declared} />}
      </p>
      {column.description !== undefined && <p>{column.description}</p>}
      <Holds page={page} at={at} />
      <Findings page={page} findings={findings} />
      <Steps page={page} at={at} way="into" />
      <Steps page={page} at={at} way="outOf" />
      {tests.length > 0 && (
        <section>
          <h2>Tests</h2>
          <ul class="more">
            {tests.map(({ name, status }) => (
              <li>
                {name} {status ?? 'not run'}
              </li>
            ))}
          </ul>
        </section>
      )}
      <p>
        <a
          href={`#/graph?select=${encodeURIComponent(`+${page.nodeKey(at[0])}+`)}&column=${encodeURIComponent(`${page.nodeKey(at[0])}.${column.name}`)}`}
        >
          Show in the graph
        </a>
      </p>
    </div>
  );
}

function Holds({ page, at }: ColumnProps) {
  const { holds = [], piiType } = columnAt(page.site, at) ?? {};
  const status = page.site.nodes[at[0]]?.status;
  if (status === 'unknown') {
    return (
      <p>
        <JudgementMark judgement="unknown" /> {page.site.nodes[at[0]]?.reason}
      </p>
    );
  }
  if (holds.length === 0) {
    return piiType !== undefined ? null : <p>It holds nothing of a marked column.</p>;
  }
  return (
    <section>
      <h2>Holds</h2>
      <ul class="more">
        {holds.map(({ source, state, masks = [] }) => (
          <li>
            <ColumnLink page={page} at={source} /> <StateMark state={state} />
            {masks.length > 0 && (
              <>
                {' '}
                by{' '}
                {masks.map((mask) => (
                  <a href={`#/mask/${encodeURIComponent(mask)}`}>{mask}</a>
                ))}
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Branch {
  readonly hop: SiteHop;
  readonly at: SiteColumnRef;
  /** Empty where the column is unfolded somewhere else, or the tree ends. */
  readonly next: readonly Branch[];
}

function Steps({ page, at, way }: ColumnProps & { readonly way: 'into' | 'outOf' }) {
  const { values, influences } = branchesOf(page, at, way);
  const title = way === 'into' ? 'Where its value comes from' : 'Where its value goes to';
  const none = way === 'into' ? 'It is where the value begins.' : 'No model reads its value: it stays here.';
  return (
    <section>
      <h2>{title}</h2>
      {values.length === 0 ? <p>{none}</p> : <Tree page={page} branches={values} way={way} />}
      {influences.length > 0 && (
        <details>
          <summary>
            {way === 'into'
              ? 'Columns that shape it without giving it their value'
              : 'What it shapes without giving its value'}{' '}
            ({influences.length})
          </summary>
          <Tree page={page} branches={influences} way={way} />
        </details>
      )}
    </section>
  );
}

function branchesOf(page: PageModel, start: SiteColumnRef, way: 'into' | 'outOf') {
  let left = MOST_STEPS;
  const seen = new Set([keyOf(start)]);
  const unfold = (at: SiteColumnRef, keep: (hop: SiteHop) => boolean): readonly Branch[] =>
    page[way](at)
      .filter(keep)
      .map((hop) => {
        const other = way === 'into' ? hop.from : hop.to;
        const isNew = !seen.has(keyOf(other)) && left > 0;
        seen.add(keyOf(other));
        left -= 1;
        return { hop, at: other, next: isNew ? unfold(other, ({ kind }) => isValueHop(kind)) : [] };
      });
  return {
    values: unfold(start, ({ kind }) => isValueHop(kind)),
    // The columns that decide which rows there are influence each column of these rows.
    influences: [...page[way](start), ...(way === 'into' ? page.into([start[0], -1]) : [])]
      .filter(({ kind }) => !isValueHop(kind))
      .map((hop): Branch => ({ hop, at: way === 'into' ? hop.from : hop.to, next: [] })),
  };
}

function Tree({
  page,
  branches,
  way,
}: {
  readonly page: PageModel;
  readonly branches: readonly Branch[];
  readonly way: 'into' | 'outOf';
}) {
  return (
    <ul class="tree">
      {branches.map(({ hop, at, next }) => (
        <li class={page.pathOfHop(hop.from, hop.to) ?? ''}>
          <div class="hop">
            <span aria-hidden="true">{way === 'into' ? '←' : '→'}</span>
            <a href={columnAddress(page, at)}>{columnName(page.site, at)}</a>
            <small>{KIND_WORDS[hop.kind]}</small>
            {isValueHop(hop.kind) && <StateMark state={hop.state} />}
            {(hop.masks ?? []).map((mask) => (
              <a href={`#/mask/${encodeURIComponent(mask)}`}>mask {mask}</a>
            ))}
            {hop.expression !== '' && <code>{hop.expression}</code>}
            <Place place={`${hop.file ?? page.site.nodes[hop.to[0]]?.file ?? ''}:${hop.at[0]}:${hop.at[1]}`} />
          </div>
          {next.length > 0 && <Tree page={page} branches={next} way={way} />}
        </li>
      ))}
    </ul>
  );
}
