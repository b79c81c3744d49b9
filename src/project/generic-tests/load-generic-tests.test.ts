import { expect, test } from 'vitest';
import { type Files, load, PROJECT } from '../testing/small-project.ts';

/** The tests of a project, each as a line: unique id, configuration that differs from dbt's defaults, and tags. */
async function testsOf(files: Files): Promise<readonly string[]> {
  const { nodes } = await load({ 'models/m.sql': 'select 1 as id', ...files });
  return [...nodes.values()].flatMap((node) => {
    if (node.resourceType !== 'test') return [];
    const { severity, failCalc, errorIf } = node.config;
    return [[node.uniqueId, severity, failCalc, errorIf, ...node.tags].join(' | ')];
  });
}

const onId = (entry: string) => `models:\n  - name: m\n    columns: [{name: id, data_tests: [${entry}]}]\n`;
const BODY =
  "{% test pos(model, column_name) %}{{ config(severity='warn', fail_calc='sum(n)', error_if='> 1', tags=['body']) }}select 1{% endtest %}";

const cases: readonly { readonly name: string; readonly files: Files; readonly tests: readonly string[] }[] = [
  {
    name: 'config() in the body of a generic test configures it',
    files: { 'tests/generic/pos.sql': BODY, 'models/m.yml': onId('pos') },
    tests: ['test.app.pos_m_id.9de1e44fba | warn | sum(n) | > 1 | body'],
  },
  {
    name: 'what YAML says of one test goes over its body',
    files: {
      'tests/generic/pos.sql': BODY,
      'models/m.yml': onId('{pos: {config: {severity: error, tags: [yaml]}}}'),
    },
    tests: ['test.app.pos_m_id.9de1e44fba | error | sum(n) | > 1 | body | yaml'],
  },
  {
    name: 'the body goes over dbt_project.yml',
    files: {
      'dbt_project.yml': `${PROJECT}data_tests: {+severity: error, +tags: [all]}\n`,
      'tests/generic/pos.sql': BODY,
      'models/m.yml': onId('pos'),
    },
    tests: ['test.app.pos_m_id.9de1e44fba | warn | sum(n) | > 1 | all | body'],
  },
  {
    name: 'the values of a dict are named one by one, a dict in a list as Python prints it',
    files: {
      'tests/generic/e.sql': '{% test e(model, column_name, p, q) %}select 1{% endtest %}',
      'models/m.yml': onId('{e: {p: {count: 2, period: day}, q: [{a: 1}, {b: 2}]}}'),
    },
    tests: ['test.app.e_m_id__2__day___a_1____b_2_.ce0941008f | error | count(*) | != 0'],
  },
  {
    name: 'files of tests/fixtures are no tests',
    files: { 'tests/fixtures/rows.sql': 'select 1 as id', 'tests/generic/pos.sql': BODY },
    tests: [],
  },
  {
    name: 'tests of a source have its tags, but for those under config',
    files: {
      'models/s.yml':
        'sources: [{name: s, tags: [a], config: {tags: [b]}, tables: [{name: t, tags: [c], config: {tags: [d]}, data_tests: [pos2]}]}]',
      'tests/generic/pos2.sql': '{% test pos2(model) %}select 1{% endtest %}',
    },
    tests: ['test.app.source_pos2_s_t_.e05bf537d5 | error | count(*) | != 0 | a | c'],
  },
];

// The names and configurations are those of dbt 1.11.
test.each(cases)('$name', async ({ files, tests }) => {
  expect(await testsOf(files)).toEqual(tests);
});
