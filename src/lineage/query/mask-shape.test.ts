import { expect, test } from 'vitest';
import { load } from '../../project/testing/small-project.ts';
import { traceProject } from '../trace-project.ts';

const HASH = "sha256({{ c }} || 'salt')";
const CHANGED =
  'hash_pii() where it prints something else than for one column, which is the only call that the contract checks: call it with one argument, and put brackets around the argument in the macro';

/** Lineage of a model with this call of this mask, as a short text. */
async function masked(macro: string, call: string): Promise<string> {
  const project = await load({
    'macros/hash_pii.sql': macro,
    'models/sources.yml': 'sources: [{name: raw, schema: main, tables: [{name: users}]}]',
    'models/mart.sql': `select {{ ${call} }} as x from {{ source('raw', 'users') }} as u`,
  });
  const { nodes } = await traceProject({
    project,
    sourceColumns: new Map([['source.app.raw.users', [{ name: 'email', type: 'VARCHAR' }]]]),
    masks: [{ macro: 'hash_pii', yields: 'pseudonymous' }],
    nonce: 'f00d',
  });
  const mart = nodes.get('model.app.mart');
  if (mart?.status !== 'traced') return mart?.reason ?? 'failed';
  return mart.columns.flatMap(({ flows }) => flows.map(({ state }) => state)).join(', ');
}

const cases = [
  {
    name: 'a mask that prints the same everywhere masks',
    macro: `{% macro hash_pii(c) %}${HASH}{% endmacro %}`,
    call: "hash_pii('u.email')",
    becomes: 'pseudonymous',
  },
  {
    name: 'a mask may be given its argument by name, and give its text with return()',
    macro: `{% macro hash_pii(c) %}{{ return("md5(" ~ c ~ ")") }}{% endmacro %}`,
    call: "hash_pii(c='email')",
    becomes: 'pseudonymous',
  },
  {
    name: 'a mask may be given what a mask prints',
    macro: `{% macro hash_pii(c) %}${HASH}{% endmacro %}`,
    call: "hash_pii(hash_pii('email'))",
    becomes: 'pseudonymous',
  },
  {
    name: 'a mask that is switched off by a second argument was not tried',
    macro: `{% macro hash_pii(c, off=false) %}{% if off %}{{ c }}{% else %}${HASH}{% endif %}{% endmacro %}`,
    call: "hash_pii('email', true)",
    becomes: CHANGED,
  },
  {
    name: 'an argument that ends its call and goes on beside it was not tried',
    macro: `{% macro hash_pii(c) %}md5({{ c }} || 'salt'){% endmacro %}`,
    call: `hash_pii("'x') || email || md5('y'")`,
    becomes: CHANGED,
  },
  {
    name: 'a mask that looks at its model was not tried',
    macro: `{% macro hash_pii(c) %}{% if this is defined and this.identifier == 'mart' %}{{ c }}{% else %}${HASH}{% endif %}{% endmacro %}`,
    call: "hash_pii('email')",
    becomes: CHANGED,
  },
  {
    name: 'a mask that looks at the name of a column was not tried',
    macro: `{% macro hash_pii(c) %}{% if c == 'email' %}{{ c }}{% else %}${HASH}{% endif %}{% endmacro %}`,
    call: "hash_pii('email')",
    becomes: CHANGED,
  },
  {
    name: 'a mask that knows the name it is tried with was not tried',
    macro: `{% macro hash_pii(c) %}{% if c == 'value' %}${HASH}{% else %}{{ c }}{% endif %}{% endmacro %}`,
    call: "hash_pii('email')",
    becomes: CHANGED,
  },
];

test.each(cases)('$name', async ({ macro, call, becomes }) => {
  expect(await masked(macro, call)).toBe(becomes);
});
