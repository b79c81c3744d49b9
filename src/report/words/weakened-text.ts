import type { ContractChange, ContractChangeKind, ContractWeakened } from '../../contract/finding.ts';
import type { FindingWords } from './finding-words.ts';
import { type Sentence, sentence, words } from './sentence.ts';

/** The words about a weaker contract: its state on the base, its state now, and who decides. */
export function weakenedWords({ base: ref, change, severity, approvedBy }: ContractWeakened): FindingWords {
  const base = /^[0-9a-f]{40,64}$/.test(ref) ? ref.slice(0, 9) : ref;
  const problem = problemOf(change, base);
  if (approvedBy !== undefined) {
    return {
      problem: sentence`${problem}; approved by ${approvedBy.join(', ')}`,
      fix: sentence`nothing to do: a person whom the base names as an approver has agreed to it at this commit`,
    };
  }
  if (change.kind === 'unknown') {
    return {
      problem,
      fix: sentence`mend the project on ${base}, or look through the changes to ${'fenceline.yml'}, tags and masks yourself`,
    };
  }
  return {
    problem,
    fix:
      severity === 'error'
        ? sentence`undo it, or have it approved by somebody whom ${'contract.approvers'} names on ${base}, or merged by whoever answers for personal data`
        : sentence`check that whoever answers for personal data agrees: it is a warning until ${base} has it`,
  };
}

function problemOf({ kind, ...change }: ContractChange, base: string): Sentence {
  if (kind === 'unknown') {
    return sentence`the contract cannot be compared with the whole of ${base}, where the project has a mistake: ${change.is}`;
  }
  return sentence`${PROBLEMS[kind]({ kind, ...change }, base)}: ${comparison({ kind, ...change }, base)}`;
}

function comparison({ kind, was, is }: ContractChange, base: string): Sentence {
  const [before, after] = [stateWords(was), stateWords(is)];
  return kind === 'mask-body' ? sentence`${before} ${after}` : sentence`${before} on ${base}, ${after} now`;
}

/** States of a change that are words, not a name or a setting. */
const STATES: ReadonlySet<string> = new Set([
  ...[
    'not set',
    'no tier',
    'no mask',
    'no mark',
    'no secret',
    'added',
    'changed',
    'may have changed',
    'what it prints',
  ],
  ...['not tagged', 'not declared', 'not copied', 'copied', 'excluded', 'not named', 'named', 'not listed', 'listed'],
]);

function stateWords(state: string): Sentence {
  return STATES.has(state) ? words(state) : sentence`${state}`;
}

type Problem = (change: ContractChange, base: string) => Sentence;

const PROBLEMS: { readonly [kind in Exclude<ContractChangeKind, 'unknown'>]: Problem } = {
  untagged: ({ subject }) => sentence`${subject} is no longer tagged as personal`,
  undeclared: ({ subject }) => sentence`${subject} is no longer declared`,
  copied: ({ subject }) => sentence`${subject} is copied from Postgres, and is not tagged as personal`,
  'tier-removed': ({ subject }) => sentence`tier ${subject} is gone`,
  'allow-raised': ({ subject }) => sentence`tier ${subject} allows more`,
  'left-tier': ({ subject }, base) => sentence`the tier of ${subject} is weaker than on ${base}`,
  moved: ({ subject }, base) => sentence`${subject} was moved to a tier that is weaker than on ${base}`,
  'setting-lowered': ({ subject }, base) => sentence`${subject} is weaker than on ${base}`,
  'mask-added': ({ subject }) => sentence`${subject} counts as a mask`,
  'mask-yields': ({ subject }) => sentence`mask ${subject} is declared to leave less of a value`,
  'mask-secret': ({ subject }) => sentence`mask ${subject} has no secret any more`,
  'secret-changed': ({ subject }) => sentence`mask ${subject} has another secret`,
  'mask-body': ({ subject }, base) => sentence`mask ${subject} works in another way than on ${base}`,
  'waiver-added': ({ subject }) => sentence`a waiver for ${subject}`,
  'waiver-extended': ({ subject }) => sentence`the waiver for ${subject} lasts longer`,
  'waiver-long': ({ subject }) => sentence`the waiver for ${subject} lasts longer than 13 months`,
  'tier-moved': ({ subject }) => sentence`no tier as strict as ${subject} holds its folder any more`,
  'table-added': ({ subject }) => sentence`${subject} is copied from Postgres`,
  'approver-added': ({ subject }) => sentence`${subject} may approve a weaker contract`,
  'env-added': ({ subject }, base) =>
    sentence`templates are to read the variable ${subject}, which counts once ${base} has it`,
  'url-changed': ({ subject }, base) => sentence`${subject} is another one, which counts once ${base} has it`,
  'postgres-changed': (_, base) => sentence`set-up files or version of Postgres differ from ${base}, whose are used`,
  'project-moved': ({ subject }) => sentence`the project ${subject} has another folder`,
  'config-moved': ({ subject }) => sentence`another file than ${subject} is the contract`,
  'contract-removed': ({ subject }) => sentence`the contract ${subject} is no longer there`,
};
