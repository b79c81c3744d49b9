import type { ContractChange, ContractChangeKind, ContractWeakened } from '../../contract/finding.ts';
import type { FindingWords } from './finding-words.ts';

/** The words about a weaker contract: its state on the base, its state now, and who decides. */
export function weakenedText({ base: ref, change, severity }: ContractWeakened): FindingWords {
  const base = /^[0-9a-f]{40,64}$/.test(ref) ? ref.slice(0, 9) : ref;
  if (change.kind === 'unknown') {
    return {
      problem: `the contract cannot be compared with the whole of ${base}, where the project has a mistake: ${change.is}`,
      fix: `mend the project on ${base}, or look through the changes to fenceline.yml, tags and masks yourself`,
    };
  }
  return {
    problem: `${PROBLEMS[change.kind](change, base)}: ${comparison(change, base)}`,
    fix:
      severity === 'error'
        ? `undo it, or have it merged by whoever answers for personal data: it is an error until ${base} has it`
        : `check that whoever answers for personal data agrees: it is a warning until ${base} has it`,
  };
}

function comparison({ kind, was, is }: ContractChange, base: string): string {
  return kind === 'mask-body' ? `${was} ${is}` : `${was} on ${base}, ${is} now`;
}

type Problem = (change: ContractChange, base: string) => string;

const PROBLEMS: { readonly [kind in Exclude<ContractChangeKind, 'unknown'>]: Problem } = {
  untagged: ({ subject }) => `${subject} is no longer tagged as personal`,
  undeclared: ({ subject }) => `${subject} is no longer declared`,
  copied: ({ subject }) => `${subject} is copied from Postgres, and is not tagged as personal`,
  'tier-removed': ({ subject }) => `tier ${subject} is gone`,
  'allow-raised': ({ subject }) => `tier ${subject} allows more`,
  'left-tier': ({ subject }, base) => `the tier of ${subject} is weaker than on ${base}`,
  moved: ({ subject }, base) => `${subject} was moved to a tier that is weaker than on ${base}`,
  'setting-lowered': ({ subject }, base) => `${subject} is weaker than on ${base}`,
  'mask-added': ({ subject }) => `${subject} counts as a mask`,
  'mask-yields': ({ subject }) => `mask ${subject} is declared to leave less of a value`,
  'mask-secret': ({ subject }) => `mask ${subject} has no secret any more`,
  'mask-body': ({ subject }, base) => `mask ${subject} works in another way than on ${base}`,
  'waiver-added': ({ subject }) => `a waiver for ${subject}`,
  'waiver-extended': ({ subject }) => `the waiver for ${subject} lasts longer`,
};
