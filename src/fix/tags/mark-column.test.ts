import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readYaml } from '../../config/read-yaml.ts';
import { markColumn } from './mark-column.ts';

const TABLE = ['sources', 0, 'tables', 0];

/** Text of the table, and the same with the mark of `email`: the lines that are new or changed are those with `pii`. */
const cases: readonly { readonly name: string; readonly before: string; readonly after: string }[] = [
  {
    name: 'an entry on several lines, between its other lines and their comments',
    before: `- name: users # all of them
  columns:
    - name: id
    # where we write to
    - name: email   # as typed
      description: The address
      tests:
        - unique

    # no more
    - name: plan
`,
    after: `- name: users # all of them
  columns:
    - name: id
    # where we write to
    - name: email   # as typed
      description: The address
      meta: { pii: true, pii_type: email }
      tags: [pii]
      tests:
        - unique

    # no more
    - name: plan
`,
  },
  {
    name: 'an entry on one line, with the blanks of its braces',
    before: `- name: users
  columns:
    - {name: id}
    - {name: email, data_type: varchar} # x
`,
    after: `- name: users
  columns:
    - {name: id}
    - {name: email, data_type: varchar, meta: {pii: true, pii_type: email}, tags: [pii]} # x
`,
  },
  {
    name: 'tags and meta that are there, on several lines',
    before: `- name: users
  columns:
    - name: email
      meta:
        owner: crm # team
      tags:
        - contact # old
      description: >
        Long
        text
`,
    after: `- name: users
  columns:
    - name: email
      meta:
        owner: crm # team
        pii: true
        pii_type: email
      tags:
        - contact # old
        - pii
      description: >
        Long
        text
`,
  },
  {
    name: 'tags and meta that are there, on one line',
    before: `- name: users
  columns:
    - name: email
      meta: { owner: crm }
      tags: [contact]
`,
    after: `- name: users
  columns:
    - name: email
      meta: { owner: crm, pii: true, pii_type: email }
      tags: [contact, pii]
`,
  },
  {
    name: 'one tag without brackets, and empty meta',
    before: `- name: users
  columns:
    - name: email
      meta: {}
      tags: "contact"
`,
    after: `- name: users
  columns:
    - name: email
      meta: { pii: true, pii_type: email }
      tags: ["contact", pii]
`,
  },
  {
    name: 'tags and meta below config',
    before: `- name: users
  columns:
    - name: email
      config:
        tags: [contact]
`,
    after: `- name: users
  columns:
    - name: email
      config:
        tags: [contact, pii]
        meta: { pii: true, pii_type: email }
`,
  },
  {
    name: 'a missing entry below others on several lines, before the comments that follow',
    before: `- name: users
  columns:
    - name: id
      tests:
        - unique

# the end
`,
    after: `- name: users
  columns:
    - name: id
      tests:
        - unique
    - name: email
      meta: { pii: true, pii_type: email }
      tags: [pii]

# the end
`,
  },
  {
    name: 'a missing entry below others on one line',
    before: `- name: users
  columns:
  - { name: id }
  - { name: plan } # last`,
    after: `- name: users
  columns:
  - { name: id }
  - { name: plan } # last
  - { name: email, meta: { pii: true, pii_type: email }, tags: [pii] }`,
  },
  {
    name: 'a missing entry of a list on one line',
    before: `- { name: users, columns: [{ name: id }] }
`,
    after: `- { name: users, columns: [{ name: id }, { name: email, meta: { pii: true, pii_type: email }, tags: [pii] }] }
`,
  },
  {
    name: 'a table without columns',
    before: `- name: users
  description: All
- name: other
`,
    after: `- name: users
  description: All
  columns:
    - name: email
      meta: { pii: true, pii_type: email }
      tags: [pii]
- name: other
`,
  },
  {
    name: 'a table on one line without columns',
    before: `- { name: users }
`,
    after: `- { name: users, columns: [{ name: email, meta: { pii: true, pii_type: email }, tags: [pii] }] }
`,
  },
  {
    name: 'a key without a value',
    before: `- name: users
  columns:
- name: other
`,
    after: `- name: users
  columns: [{ name: email, meta: { pii: true, pii_type: email }, tags: [pii] }]
- name: other
`,
  },
  {
    name: 'an entry whose name is not its first key, in another case',
    before: `- name: users
  columns:
    - description: |
        Two
        lines
      name: EMAIL
`,
    after: `- name: users
  columns:
    - description: |
        Two
        lines
      name: EMAIL
      meta: { pii: true, pii_type: email }
      tags: [pii]
`,
  },
  {
    name: 'a mark that says neither yes nor no',
    before: `- name: users
  columns:
    - { name: email, meta: { pii: maybe } }
`,
    after: `- name: users
  columns:
    - { name: email, meta: { pii: true }, tags: [pii] }
`,
  },
];

test.each(cases)('$name is marked, and nothing else changes', ({ before, after }) => {
  expect(marked(before)).toBe(inSources(after));
});

test.each(cases)('with line ends of Windows: $name', ({ before, after }) => {
  expect(marked(before.replaceAll('\n', '\r\n'))).toBe(inSources(after).replaceAll('\n', '\r\n'));
});

test('a column that is not personal gets pii: false and no tag', () => {
  const table = '- name: users\n  columns:\n    - name: email\n';

  const text = markColumn(inSources(table), TABLE, { column: 'email', piiType: undefined });

  expect(text).toBe(inSources(`${table}      meta: { pii: false }\n`));
});

const shared: readonly (readonly [name: string, text: string])[] = [
  ['a list that other tables share', '- {name: users, columns: &c [{name: email}]}\n- {name: others, columns: *c}\n'],
  ['the alias of a list', '- {name: users, columns: [], meta: &c [{name: email}]}\n'.replace('[]', '*c')],
  ['columns that are no list', '- {name: users, columns: {email: {}}}\n'],
  ['an entry that takes others over', '- name: users\n  columns:\n    - {<<: {meta: {a: 1}}, name: email}\n'],
];

test.each(shared)('%s is left as it is', (_, table) => {
  expect(marked(table)).toBeUndefined();
});

test('whatever the style of a file, only the mark is new', () => {
  const name = fc.constantFrom('email', 'id', 'plan', '"e: mail"', 'Straße');
  const comment = fc.constantFrom('', ' # why', '\n\n', '\n# alone\n');
  const value = fc.constantFrom(
    'x',
    '"y: z"',
    '[a, b]',
    '{ a: 1 }',
    '>\n          folded\n          text',
    '|-\n          kept',
  );
  const column = fc
    .record({
      name,
      comment,
      value,
      key: fc.constantFrom('tests', 'description', 'meta', 'tags', 'config'),
      flow: fc.boolean(),
    })
    .map(({ name, comment, value, key, flow }) =>
      flow
        ? `    - {name: ${name}, ${key}: ${/[>|]/.test(value) ? 'x' : value}}${comment}`
        : `    - name: ${name}${comment.trimEnd()}\n      ${key}: ${value}${comment}`,
    );
  const file = fc
    .array(column, { maxLength: 4 })
    .map((columns) => `- name: users\n  columns:\n${columns.join('\n')}\n- name: z\n`);
  fc.assert(
    fc.property(file, (table) => {
      const before = inSources(table);
      const after = marked(table);
      if (after === undefined) return;
      // All edits insert text, so what was there comes in the same order.
      const rest = [...after].reduce((left, letter) => (left.startsWith(letter) ? left.slice(1) : left), before);
      expect(rest).toBe('');
      expect(after.match(/#.*/g)).toEqual(before.match(/#.*/g));
      expect(() => readYaml('', after)).not.toThrow();
    }),
    { numRuns: 100 },
  );
});

function marked(table: string): string | undefined {
  return markColumn(inSources(table), TABLE, { column: 'email', piiType: 'email' });
}

function inSources(tables: string): string {
  const newline = tables.includes('\r\n') ? '\r\n' : '\n';
  const lines = tables.split(newline).map((line) => (line === '' || line.startsWith('#') ? line : `  ${line}`));
  return ['version: 2', 'sources:', '- name: app', '  tables:', lines.join(newline)].join(newline);
}
