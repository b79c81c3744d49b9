import type { ComponentChildren } from 'preact';
import { maskAddress } from '../address.ts';
import { headlineOf } from '../headline.ts';
import type { Judgement, PageModel } from '../page-model.ts';
import type { SiteFinding, SiteMask, SiteTier } from '../site.ts';
import { counted, listed, STATE_WORDS } from '../words.ts';
import { FindingCard } from './finding-card.tsx';
import { JUDGEMENTS, JudgementMark, StateMark } from './marks.tsx';
import { NodeLink, Place } from './names.tsx';

interface ViewProps {
  readonly page: PageModel;
}

/** Findings that are shown with their path; of the rest only the words, so that a page with thousands opens. */
const MOST_CARDS = 100;
/** Proven models that are listed by name. */
const MOST_PROVEN = 200;

export function Verdict({ page }: ViewProps) {
  const { site } = page;
  const { judgement, sentence } = headlineOf(page);
  const errors = newFirst(site.findings.filter(({ severity }) => severity === 'error'));
  const warnings = newFirst(site.findings.filter(({ severity }) => severity === 'warning'));
  return (
    <>
      <div class="hero">
        <h1>
          <span class={`sign ${judgement}`} aria-hidden="true">
            {JUDGEMENTS[judgement].sign}
          </span>
          {sentence}
        </h1>
        <Coverage page={page} />
        <Facts page={page} />
      </div>
      <Tiers page={page} />
      <Findings page={page} title="To mend before the merge" findings={errors} />
      <Findings page={page} title="Warnings" findings={warnings} />
      {site.waived.length > 0 && (
        <section>
          <h2>Accepted for a time</h2>
          {site.waived.map(({ finding, ...waiver }) => (
            <FindingCard page={page} finding={finding} waiver={waiver} />
          ))}
        </section>
      )}
      <Fixed page={page} />
      <Proven page={page} />
      <LeftOut page={page} />
    </>
  );
}

function newFirst(findings: readonly SiteFinding[]): readonly SiteFinding[] {
  return [...findings].sort((a, b) => Number(b.isNew ?? false) - Number(a.isNew ?? false));
}

function Coverage({ page }: ViewProps) {
  const { traced, total } = page.site.coverage;
  return (
    <p>
      Of {counted(total, 'column')} in the guarded tiers,{' '}
      <b>{traced === total ? 'all are traced' : `${traced.toLocaleString('en')} are traced`}</b>.
    </p>
  );
}

function Facts({ page }: ViewProps) {
  const { project, run, marks, tool } = page.site;
  const { built = [] } = run;
  const marked = [
    ...(marks.columns > 0 || marks.tables === 0 ? [counted(marks.columns, 'column')] : []),
    ...(marks.tables > 0 ? [counted(marks.tables, 'whole table')] : []),
  ];
  return (
    <dl class="facts">
      <Fact term="Project">{project}</Fact>
      {run.commit !== undefined && (
        <Fact term="Commit">
          <span title={run.commit}>{run.commit.slice(0, 10)}</span>
        </Fact>
      )}
      {run.remote !== undefined && <Fact term="Repository">{run.remote}</Fact>}
      <Fact term="Compared with">{run.base ?? 'nothing (no base given)'}</Fact>
      <Fact term="Marked as personal">{listed(marked)}</Fact>
      <Fact term={run.kind === 'run' ? 'Built' : 'Checked'}>
        {run.kind === 'run'
          ? built.map(({ kind, status, count }) => `${counted(count, kind)} ${status}`).join(', ') || 'nothing'
          : 'from query plans, without rows'}
      </Fact>
      <Fact term="Decided">
        {run.started.slice(0, 16).replace('T', ' ')} UTC by {tool}
      </Fact>
    </dl>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Tiers({ page }: ViewProps) {
  const { tiers } = page.site;
  if (tiers.length === 0) return null;
  return (
    <table class="tiers">
      <caption>The contract, tier by tier</caption>
      <thead>
        <tr>
          {['Tier', 'Allows at most', 'Models', 'Proven', 'Leak', 'Not proven', 'Other errors', 'Waived'].map(
            (title) => (
              <th scope="col">{title}</th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {tiers.map((tier) => (
          <TierRow page={page} tier={tier} />
        ))}
      </tbody>
    </table>
  );
}

function TierRow({ page, tier }: ViewProps & { readonly tier: SiteTier }) {
  const judgements = [...page.site.nodes.entries()]
    .filter(([, node]) => node.tier === tier.name)
    .map(([index]) => page.judgementOf(index));
  const count = (...of: readonly Judgement[]) =>
    judgements.filter((one) => one !== undefined && of.includes(one)).length;
  return (
    <tr>
      <th scope="row">
        {tier.name} <small>{tier.path}</small>
      </th>
      <td data-label="Allows at most">
        <StateMark state={tier.allow} />
      </td>
      <td data-label="Models">{tier.models}</td>
      <Count judgement="free" label="Proven" count={count('free', 'allowed')} />
      <Count judgement="leak" label="Leak" count={count('leak')} />
      <Count judgement="unknown" label="Not proven" count={count('unknown')} />
      <Count judgement="error" label="Other errors" count={count('error')} />
      <Count judgement="waived" label="Waived" count={count('waived')} />
    </tr>
  );
}

function Count({
  judgement,
  label,
  count,
}: {
  readonly judgement: Judgement;
  readonly label: string;
  readonly count: number;
}) {
  return (
    <td data-label={label} class={count === 0 ? 'zero' : ''}>
      {count === 0 ? '0' : <JudgementMark judgement={judgement} word={String(count)} />}
    </td>
  );
}

function Findings({
  page,
  title,
  findings,
}: ViewProps & { readonly title: string; readonly findings: readonly SiteFinding[] }) {
  if (findings.length === 0) return null;
  const rest = findings.slice(MOST_CARDS);
  return (
    <section>
      <h2>{title}</h2>
      {findings.slice(0, MOST_CARDS).map((finding) => (
        <FindingCard page={page} finding={finding} />
      ))}
      {rest.length > 0 && (
        <ul class="more">
          {rest.map(({ problem, place }) => (
            <li>
              {problem}. <Place place={place} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Fixed({ page }: ViewProps) {
  const { fixed = [], run } = page.site;
  if (fixed.length === 0) return null;
  return (
    <section>
      <h2>Mended since {run.base ?? 'the base'}</h2>
      <ul class="more">
        {fixed.map(({ problem }) => (
          <li>{problem}.</li>
        ))}
      </ul>
    </section>
  );
}

function Proven({ page }: ViewProps) {
  const { nodes, masks } = page.site;
  const proven = [...nodes.keys()].filter((node) => {
    const judgement = page.judgementOf(node);
    return judgement === 'free' || judgement === 'allowed';
  });
  const withstood = masks.filter(({ result }) => result === 'withstood' || result === 'warned');
  if (proven.length + withstood.length === 0) return null;
  return (
    <section>
      <h2>Proven</h2>
      <ul class="proven">
        {proven.slice(0, MOST_PROVEN).map((node) => (
          <ProvenNode page={page} node={node} />
        ))}
        {proven.length > MOST_PROVEN && <li>and {counted(proven.length - MOST_PROVEN, 'other model')}</li>}
        {withstood.map((mask) => (
          <ProvenMask mask={mask} />
        ))}
      </ul>
    </section>
  );
}

function ProvenNode({ page, node }: ViewProps & { readonly node: number }) {
  const { columns = [], tier = '' } = page.site.nodes[node] ?? {};
  const allow = page.site.tiers.find(({ name }) => name === tier)?.allow ?? 'none';
  const personal = columns.filter(({ holds, piiType }) => holds !== undefined || piiType !== undefined);
  return (
    <li>
      <JudgementMark judgement={personal.length === 0 ? 'free' : 'allowed'} /> <NodeLink page={page} node={node} />{' '}
      {personal.length === 0
        ? `– none of its ${counted(columns.length, 'column')} comes from a marked column.`
        : `– ${personal.length} of its ${counted(columns.length, 'column')} hold personal data, at most as tier ${tier} allows it: ${STATE_WORDS[allow]}.`}
    </li>
  );
}

function ProvenMask({ mask }: { readonly mask: SiteMask }) {
  return (
    <li>
      <JudgementMark judgement="free" word="withstood" /> <a href={maskAddress(mask.name)}>mask {mask.name}</a> – leaves
      a value {STATE_WORDS[mask.yields]} at most. It withstood{' '}
      {listed(mask.attacks.filter(({ withstood }) => withstood).map(({ name }) => ATTACK_WORDS[name]))}, on synthetic{' '}
      {listed(mask.kinds.map((kind) => `${kind}s`))}.
    </li>
  );
}

/** The attacks on a mask, as what was tried. */
export const ATTACK_WORDS: { readonly [attack in SiteMask['attacks'][number]['name']]: string } = {
  kept: 'reading the value in its output',
  decoded: 'decoding its output',
  guessed: 'hashing likely values',
  piece: 'searching for a piece of the value',
  colliding: 'searching for people with the same output',
  secret: 'guessing its secret',
};

function LeftOut({ page }: ViewProps) {
  const { leftOut, untriedFixes } = page.site.run;
  if (leftOut.length === 0 && untriedFixes === 0) return null;
  return (
    <section>
      <h2>Left out, or not searched</h2>
      <ul class="more">
        {leftOut.map(({ what, names }) => (
          <li>
            {what}: {names.join(', ')}
          </li>
        ))}
        {untriedFixes > 0 && <li>Not all changes were tried for {counted(untriedFixes, 'leak')}.</li>}
      </ul>
    </section>
  );
}
