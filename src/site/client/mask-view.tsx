import type { PageModel } from '../page-model.ts';
import type { SiteColumnRef, SiteMask } from '../site.ts';
import { JudgementMark, StateMark } from '../views/marks.tsx';
import { ColumnLink } from '../views/names.tsx';
import { ATTACK_WORDS } from '../views/verdict.tsx';
import { counted, listed } from '../words.ts';

/** A mask: what it declares, which attacks it withstood, and which columns it guards. */
export function MaskView({ page, mask }: { readonly page: PageModel; readonly mask: SiteMask }) {
  const { name, yields, secret, places, kinds, result, attacks } = mask;
  const guarded = guardedBy(page, name);
  return (
    <div class="view">
      <h1>Mask {name}</h1>
      <p class="about">
        It declares that a value is <StateMark state={yields} /> behind it at most.{' '}
        {secret === undefined ? 'It names no secret.' : `Its secret is the variable ${secret}, which no output shows.`}{' '}
        {places.map((place) => (
          <span class="place">{place}</span>
        ))}
      </p>
      <h2>Attacks</h2>
      {result === 'unknown' ? (
        <p>
          <JudgementMark judgement="unknown" /> The mask could not be tried.
        </p>
      ) : (
        <>
          <p>Tried on synthetic {listed(kinds.map((kind) => `${kind}s`))}.</p>
          <ul class="proven">
            {attacks.map(({ name: attack, withstood, problem }) => (
              <li>
                <JudgementMark
                  judgement={withstood ? 'free' : 'error'}
                  word={withstood ? 'withstood' : 'did not withstand'}
                />{' '}
                {ATTACK_WORDS[attack]}
                {problem !== undefined && `: ${problem}`}
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>Guards {counted(guarded.length, 'column')}</h2>
      <ul class="more">
        {guarded.map((at) => (
          <li>
            <ColumnLink page={page} at={at} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Columns whose personal values went through the mask. */
function guardedBy({ site }: PageModel, name: string): readonly SiteColumnRef[] {
  return site.nodes.flatMap(({ columns }, node) =>
    columns.flatMap(({ holds = [] }, column): SiteColumnRef[] =>
      holds.some(({ masks = [] }) => masks.includes(name)) ? [[node, column]] : [],
    ),
  );
}
