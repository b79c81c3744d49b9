import { expect, test } from 'vitest';
import type { Lineage, NodeLineage } from '../../lineage/flow.ts';
import type { Classification } from '../classify.ts';
import { kindsGiven } from './mask-usage.ts';
import { VALUE_KINDS } from './mask-values.ts';

const classification: Classification = {
  find: ({ uniqueId, column }) =>
    column === 'id' ? undefined : { relation: 'raw.raw_user', uniqueId, column, piiType: column },
};

/** A model with one column, fed by the named source columns through the mask. */
function model(columns: readonly string[], mask = 'hash_pii'): NodeLineage {
  const flows = columns.map((column) => {
    const source = { uniqueId: 'source.app.raw.raw_user', column };
    return {
      type: 'DIRECT',
      subtype: 'TRANSFORMATION',
      source,
      state: 'pseudonymous',
      masking: true,
      masks: [mask],
      steps: [],
    } as const;
  });
  return { status: 'traced', columns: [{ name: 'h', type: 'VARCHAR', flows }], dataset: [] };
}

const LOCATION = { file: 'models/a.sql', line: 1, column: 1 };

const cases: readonly {
  readonly name: string;
  readonly nodes: readonly NodeLineage[];
  readonly kinds: readonly string[];
}[] = [
  {
    name: 'what flows through the mask',
    nodes: [model(['email']), model(['phone_number'])],
    kinds: ['e-mail', 'phone number'],
  },
  { name: 'user names, which are no names', nodes: [model(['user_name'])], kinds: ['user name'] },
  { name: 'first names', nodes: [model(['first_name'])], kinds: ['name'] },
  { name: 'dates of birth', nodes: [model(['birth_date'])], kinds: ['birth date'] },
  { name: 'what is personal alone', nodes: [model(['id', 'email'])], kinds: ['e-mail'] },
  {
    name: 'anything, for a type that says nothing',
    nodes: [model(['email']), model(['free_text'])],
    kinds: VALUE_KINDS,
  },
  { name: 'anything, where nobody uses it', nodes: [model(['email'], 'another')], kinds: VALUE_KINDS },
  {
    name: 'anything, beside a model that is unknown',
    nodes: [model(['email']), { status: 'unknown', reason: 'a PIVOT', location: LOCATION }],
    kinds: VALUE_KINDS,
  },
];

test.each(cases)('a mask is given $name', ({ nodes, kinds }) => {
  const lineage: Lineage = { nodes: new Map(nodes.map((node, index) => [`model.app.m${index}`, node])) };

  expect([...kindsGiven('hash_pii', lineage, classification)].sort()).toEqual([...kinds].sort());
});
