import type { ContractChange, ContractChangeKind, ContractWeakened } from '../../contract/finding.ts';
import type { FindingWords } from './finding-words.ts';

/** The words about a weaker contract: its state on the base, its state now, and who decides. */
export function weakenedText({ base: ref, change, severity, approvedBy }: ContractWeakened): FindingWords {
  const base = /^[0-9a-f]{40,64}$/.test(ref) ? ref.slice(0, 9) : ref;
  if (approvedBy !== undefined) {
    return {
      problem: `${problemOf(change, base)}; approved by ${approvedBy.join(', ')}`,
      fix: 'nothing to do: a person whom the base names as an approver has agreed to it at this commit',
    };
  }
  if (change.kind === 'unknown') {
    return {
      problem: problemOf(change, base),
      fix: `mend the project on ${base}, or look through the changes to fenceline.yml, tags and masks yourself`,
    };
  }
  return {
    problem: problemOf(change, base),
    fix:
      severity === 'error'
        ? `undo it, or have it approved by somebody whom contract.approvers names on ${base}, or merged by whoever answers for personal data`
        : `check that whoever answers for personal data agrees: it is a warning until ${base} has it`,
  };
}

function problemOf({ kind, ...change }: ContractChange, base: string): string {
  if (kind === 'unknown') {
    return `the contract cannot be compared with the whole of ${base}, where the project has a mistake: ${change.is}`;
  }
  return `${PROBLEMS[kind]({ kind, ...change }, base)}: ${comparison({ kind, ...change }, base)}`;
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
  'secret-changed': ({ subject }) => `mask ${subject} has another secret`,
  'mask-body': ({ subject }, base) => `mask ${subject} works in another way than on ${base}`,
  'waiver-added': ({ subject }) => `a waiver for ${subject}`,
  'waiver-extended': ({ subject }) => `the waiver for ${subject} lasts longer`,
  'waiver-long': ({ subject }) => `the waiver for ${subject} lasts longer than 13 months`,
  'tier-moved': ({ subject }) => `no tier as strict as ${subject} holds its folder any more`,
  'table-added': ({ subject }) => `${subject} is copied from Postgres`,
  'approver-added': ({ subject }) => `${subject} may approve a weaker contract`,
  'env-added': ({ subject }, base) => `templates are to read the variable ${subject}, which counts once ${base} has it`,
  'url-changed': ({ subject }, base) => `${subject} is another one, which counts once ${base} has it`,
  'postgres-changed': (_, base) => `set-up files or version of Postgres differ from ${base}, whose are used`,
  'project-moved': ({ subject }) => `the project ${subject} has another folder`,
  'config-moved': ({ subject }) => `another file than ${subject} is the contract`,
  'contract-removed': ({ subject }) => `the contract ${subject} is no longer there`,
};
