import type { Rule } from '../contract/finding.ts';

export interface RuleText {
  /** A few words: the rule's heading. */
  readonly title: string;
  /** What it finds and why that matters, in a sentence or two. */
  readonly why: string;
}

/** What tools that list rules say of each. */
export const RULES: { readonly [rule in Rule]: RuleText } = {
  'pii-in-tier': {
    title: 'Personal data in a tier that does not allow it',
    why: "A value of a column tagged as personal reaches a model of the tier in a stronger form than the tier allows. It is read from the engine's query plan, so renamed columns, stars, joins and functions do not hide it.",
  },
  'pii-column-name': {
    title: 'Columns named by personal data',
    why: 'A PIVOT turns on a column tagged as personal, or a template asks for its values: they become names of columns, or literals. They are in every schema, catalog, log and dashboard that shows the table, and in the text of the query. Names go on to the models that select them.',
  },
  'indirect-flow': {
    title: 'Personal data shapes a model',
    why: 'A personal column filters, joins, groups, sorts or decides what a model holds, in a way the contract does not allow. Its value is not in the model, but something about it can be told from what is.',
  },
  'unknown-flow': {
    title: 'A model that cannot be traced',
    why: 'The engine cannot plan the model, or Fenceline cannot follow its plan. Nothing is proven about it, and what is not proven fails.',
  },
  'undeclared-column': {
    title: 'A copied column that nobody declared',
    why: 'A column is copied into the warehouse, but the sources YAML does not declare it: nobody has said whether it is personal.',
  },
  'waiver-expired': {
    title: 'A waiver whose last day has passed',
    why: 'A finding was accepted until a date that is over. The waiver waives nothing any more.',
  },
  'waiver-unused': {
    title: 'A waiver that covers nothing',
    why: 'No finding is what the waiver says: it is mistyped and its finding still stands, or it is not needed any more and would hide the next one.',
  },
  'value-leak': {
    title: 'Values of a personal column in a model',
    why: 'Values of a column tagged as personal were found in the built table of a model whose tier does not allow them, whatever its SQL says.',
  },
  'small-group': {
    title: 'A group of too few',
    why: 'Rows of a model summarise fewer rows or people than the contract asks for, so that a summary can say something about one of them.',
  },
  'untagged-pii': {
    title: 'A column that looks personal and is not tagged',
    why: 'The values of a source column look like personal data, but nothing in YAML says so: the contract does not protect it.',
  },
  'unverified-mask': {
    title: 'A mask that leaves more than it says',
    why: 'The mask was attacked with synthetic values. It leaves more of them than fenceline.yml says, or nobody can tell what it leaves, so nothing that goes through it is proven.',
  },
  'weak-mask-secret': {
    title: 'A mask with a weak secret',
    why: 'Whoever knows or guesses the secret of a mask finds the masked values by trying out likely ones.',
  },
  'contract-weakened': {
    title: 'The contract asks for less than on the base',
    why: 'A tag, tier, mask, setting or waiver was changed so that less is checked or more is allowed. The contract is a part of the change it judges, so somebody has to agree to that.',
  },
};
