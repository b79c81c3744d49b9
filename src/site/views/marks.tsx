import type { Judgement } from '../page-model.ts';
import type { SiteTier } from '../site.ts';
import { STATE_WORDS } from '../words.ts';

type Shape = SiteTier['allow'];

/** The shape of what is left of a value, in a box of 14 units: full, half, a diamond, a square, or an empty ring. */
export function StateShape({ state }: { readonly state: Shape }) {
  switch (state) {
    case 'clear':
      return <circle class="shape full" cx="7" cy="7" r="4.6" />;
    case 'partial':
      return (
        <g>
          <circle class="shape ring" cx="7" cy="7" r="4.4" />
          <path class="shape full" d="M7 2.6a4.4 4.4 0 0 1 0 8.8z" />
        </g>
      );
    case 'pseudonymous':
      return <path class="shape ring" d="M7 1.6l5.4 5.4-5.4 5.4-5.4-5.4z" />;
    case 'aggregate':
      return <rect class="shape ring" x="2.8" y="2.8" width="8.4" height="8.4" rx="1" />;
    case 'none':
      return <path class="shape ring" d="M3 7h8" />;
  }
}

/** What is left of a value: shape and word. */
export function StateMark({ state }: { readonly state: Shape }) {
  return (
    <span class="state">
      <svg class="mini" viewBox="0 0 14 14" aria-hidden="true">
        <StateShape state={state} />
      </svg>
      {STATE_WORDS[state]}
    </span>
  );
}

/** Sign and word of a judgement; each has a colour of its own, and no other thing has it. */
export const JUDGEMENTS: { readonly [judgement in Judgement]: { readonly sign: string; readonly word: string } } = {
  leak: { sign: '✕', word: 'leak' },
  unknown: { sign: '?', word: 'not proven' },
  error: { sign: '!', word: 'error' },
  waived: { sign: '◷', word: 'waived' },
  free: { sign: '✓', word: 'proven free' },
  allowed: { sign: '✓', word: 'allowed' },
};

export function JudgementMark({ judgement, word }: { readonly judgement: Judgement; readonly word?: string }) {
  const { sign, word: standard } = JUDGEMENTS[judgement];
  return (
    <span class={`judgement ${judgement}`}>
      <span aria-hidden="true">{sign} </span>
      {word ?? standard}
    </span>
  );
}
