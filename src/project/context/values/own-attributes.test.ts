import { expect, test } from 'vitest';
import { UserError } from '../../../user-error.ts';
import { load } from '../../testing/small-project.ts';

async function render(template: string): Promise<string> {
  try {
    const project = await load({ 'models/m.sql': template });
    const node = project.nodes.get('model.app.m');
    if (!node || node.resourceType === 'seed') throw new Error('there is no model m');
    return (await project.compile(node, { adapter: undefined })).sql.text;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'isPrototypeOf',
];
const OWNERS = [
  'adapter',
  'this',
  'api.Column.create("a", "int")',
  'target',
  'var',
  'graph',
  'modules',
  'exceptions',
  'ref',
];

test.each(OWNERS.flatMap((owner) => NAMES.map((name) => `${owner}['${name}']`)))(
  '%s is no attribute, and nothing of JavaScript',
  async (expression) => {
    expect(await render(`select 1 -- {{ ${expression} is defined }}`)).toMatch(/^select 1 -- False$|object is unsafe/);
    expect(await render(`select 1 -- {{ ${expression}() }}`)).toMatch(/^models\/m\.sql:1:\d+ /);
  },
);

test('an attribute of the adapter that begins with an underscore is an error of the sandbox, as in Jinja', async () => {
  expect(await render("select {{ adapter['__proto__'] }}")).toContain(
    "models/m.sql:1:18 access to attribute '__proto__' of 'DatabaseWrapper' object is unsafe.",
  );
});

test.each(NAMES)("env_var('%s') is not set", async (name) => {
  expect(await render(`select '{{ env_var('${name}') }}'`)).toMatch(/^models\/m\.sql:1:\d+ .*not (set|provided)/);
  expect(await render(`select '{{ env_var('${name}', 'x') }}'`)).toBe("select 'x'");
});
