import { exposureAddress } from '../address.ts';
import { keyOf, type PageModel, stopsOf } from '../page-model.ts';
import type { SiteExposure, SiteFinding, SiteWaived } from '../site.ts';
import { counted } from '../words.ts';
import { JudgementMark } from './marks.tsx';
import { ColumnLink, NodeLink, Place } from './names.tsx';
import { PathStrip } from './path-strip.tsx';

interface FindingCardProps {
  readonly page: PageModel;
  readonly finding: SiteFinding;
  readonly waiver?: Omit<SiteWaived, 'finding'>;
}

/** A finding: what it is about, in which words, its path, and a change that mends it. */
export function FindingCard({ page, finding, waiver }: FindingCardProps) {
  const { rule, judgement, severity, isNew, problem, fix, place, diff } = finding;
  const kind = waiver ? 'waived' : severity === 'warning' ? 'warning' : judgement === 'other' ? 'error' : judgement;
  const shown = exposuresOf(page, finding);
  return (
    <article class={`card ${kind}`}>
      <h3>
        {kind === 'warning' ? (
          <span class="judgement">warning</span>
        ) : (
          <JudgementMark judgement={kind} {...(waiver && { word: `waived until ${waiver.until}` })} />
        )}
        {waiver && <small>{waiver.daysLeft === 0 ? 'last day' : `${counted(waiver.daysLeft, 'day')} left`}</small>}
        <Subject page={page} finding={finding} />
        {isNew === true && <span class="new">new</span>}
        <small class="rule">{rule}</small>
      </h3>
      <p>
        {problem}.{shown.length > 0 && <ShownBy exposures={shown} />}
      </p>
      {waiver && <p class="reason">Accepted because: {waiver.reason}</p>}
      <PathStrip page={page} finding={finding} as={kind === 'leak' ? 'leak' : kind === 'waived' ? 'waived' : 'plain'} />
      {diff && <FixDiff diff={diff} />}
      {!waiver && (
        <p class="fix">
          <b>To mend it:</b> {fix}. <Place place={place} />
        </p>
      )}
    </article>
  );
}

function Subject({ page, finding }: FindingCardProps) {
  const { node } = finding;
  const last = stopsOf(finding, page.site.nodes).at(-1);
  if (node === undefined) return null;
  return last && last[0] === node && finding.column !== undefined ? (
    <ColumnLink page={page} at={last} />
  ) : (
    <NodeLink page={page} node={node} />
  );
}

function exposuresOf({ site }: PageModel, finding: SiteFinding): readonly SiteExposure[] {
  const last = stopsOf(finding, site.nodes).at(-1);
  if (finding.judgement !== 'leak' || !last) return [];
  return site.exposures.filter(({ shows }) => shows.some(({ column }) => keyOf(column) === keyOf(last)));
}

function ShownBy({ exposures }: { readonly exposures: readonly SiteExposure[] }) {
  return (
    <>
      {' '}
      Shown by{' '}
      {exposures.map(({ name, label }, index) => (
        <>
          {index > 0 && ', '}
          <a href={exposureAddress(name)}>{label ?? name}</a>
        </>
      ))}
      .
    </>
  );
}

function FixDiff({ diff }: { readonly diff: NonNullable<SiteFinding['diff']> }) {
  const { file, line, removed, added, isMove } = diff;
  return (
    <figure class="diff">
      <figcaption>
        A change that was tried: it mends this and changes nothing else.{' '}
        {isMove !== true && (
          <span class="place">
            {file}
            <b>:{line}</b>
          </span>
        )}
      </figcaption>
      <pre>
        {removed.map((text) => (
          <del>
            - {text}
            {'\n'}
          </del>
        ))}
        {added.map((text) => (
          <ins>
            + {text}
            {'\n'}
          </ins>
        ))}
      </pre>
    </figure>
  );
}
