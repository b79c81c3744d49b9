import type { ContractChange, ContractChangeKind, ContractWeakened } from '../contract/finding.ts';
import type { FindingText } from './finding-words.ts';

/** What was said on the base, what is said now, and who decides. */
export function weakenedText({ base: ref, change, severity }: ContractWeakened): FindingText {
  const base = /^[0-9a-f]{40,64}$/.test(ref) ? ref.slice(0, 9) : ref;
  if (change.kind === 'unknown') {
    return {
      problem: `nobody can tell whether all that is asked for on ${base} still is, since the project has a mistake there: ${change.is}`,
      fix: `mend the project on ${base}, or look through the changes to fenceline.yml, tags and masks yourself`,
    };
  }
  return {
    problem: `${PROBLEMS[change.kind](change)}${comparison(change, base)}`,
    fix:
      severity === 'error'
        ? `undo it, or have it merged by whoever answers for personal data: it is an error until ${base} has it`
        : `check that whoever answers for personal data agrees: it is told until ${base} has it`,
  };
}

function comparison({ kind, was, is }: ContractChange, base: string): string {
  return kind === 'mask-body' ? ` than on ${base}: ${was} ${is}` : `: ${was} on ${base}, ${is} now`;
}

const PROBLEMS: { readonly [kind in Exclude<ContractChangeKind, 'unknown'>]: (change: ContractChange) => string } = {
  untagged: ({ subject }) => `${subject} is no longer tagged as personal`,
  undeclared: ({ subject }) => `${subject} is no longer declared`,
  copied: ({ subject }) => `${subject} leaves Postgres, and is not tagged as personal`,
  'tier-removed': ({ subject }) => `tier ${subject} is gone`,
  'allow-raised': ({ subject }) => `tier ${subject} allows more`,
  'left-tier': ({ subject }) => `${subject} is in a tier that asks for less`,
  moved: ({ subject }) => `${subject} was moved to where less is asked for`,
  'setting-lowered': ({ subject }) => `${subject} asks for less`,
  'mask-added': ({ subject }) => `${subject} counts as a mask`,
  'mask-yields': ({ subject }) => `mask ${subject} is said to leave less of a value`,
  'mask-secret': ({ subject }) => `mask ${subject} has no secret any more`,
  'mask-body': ({ subject }) => `mask ${subject} works in another way`,
  'waiver-added': ({ subject }) => `a waiver for ${subject}`,
  'waiver-extended': ({ subject }) => `the waiver for ${subject} lasts longer`,
};
