import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { UNSUPPORTED } from '../src/project/unsupported/features.ts';
import { FINDINGS } from '../src/report/testing/sample-report.ts';
import { rulePage } from '../src/report/words/rule-page.ts';
import { configurationPage, type Schema } from './configuration-page.ts';
import { RULES } from './conformance/differences.mjs';
import { detectionTables } from './detection-table.ts';
import { code, markdownTable } from './markdown-table.ts';
import { ROOMS } from './rooms.ts';
import { roomsMap } from './rooms-map.ts';

/**
 * Right texts of the documents that have parts made from other files, by path. The parts are what the example prints in
 * README.md, the tables of action.yml in docs/action.md, the rooms in CONTRIBUTING.md, what is not supported in
 * docs/limits.md, what detection was measured to find in docs/detection.md, the schema in docs/configuration.md, and the table of
 * rules in docs/rules.md.
 *
 * @param root folder of the repository
 */
export function documents(root: string): ReadonlyMap<string, string> {
  const read = (name: string) => readFileSync(join(root, name), 'utf8');
  const fill = (name: string, blocks: { readonly [marker: string]: string }) =>
    [
      name,
      Object.entries(blocks).reduce((text, [marker, block]) => replaceBlock(name, text, marker, block), read(name)),
    ] as const;
  const schema: Schema = JSON.parse(read('schema/fenceline.schema.json'));
  return new Map([
    fill('README.md', { example: exampleBlock(root) }),
    fill('docs/action.md', actionTables(read('action.yml'))),
    fill('CONTRIBUTING.md', { rooms: roomsMap(ROOMS) }),
    fill('docs/limits.md', { unsupported: unsupportedTable() }),
    fill('docs/conformance.md', { rules: differenceTable() }),
    fill('docs/detection.md', detectionTables(JSON.parse(read('bench/detection/results.json')))),
    ['docs/configuration.md', configurationPage(schema, read('example-project/fenceline.yml'))],
    ['docs/rules.md', rulePage(FINDINGS)],
  ]);
}

/** The text that the example prints. It comes from the golden file of an end-to-end test, so that this needs no Postgres. */
function exampleBlock(root: string): string {
  const golden = join(root, 'test/e2e/golden/example.txt');
  if (!existsSync(golden)) return '';
  // The golden file has no times; here they would look like a promise.
  return `\`\`\`text\n${readFileSync(golden, 'utf8').trimEnd().replaceAll(' 0.00 s', '')}\n\`\`\`\n`;
}

interface ActionDescription {
  readonly inputs: { readonly [name: string]: { readonly default?: string; readonly description: string } };
  readonly outputs: { readonly [name: string]: { readonly description: string } };
}

function actionTables(text: string) {
  const { inputs, outputs } = load(text) as ActionDescription;
  return {
    inputs: markdownTable(
      ['input', 'default', 'meaning'],
      Object.entries(inputs).map(([name, entry]) => [code(name), code(entry.default ?? ''), entry.description]),
    ),
    outputs: markdownTable(
      ['output', 'meaning'],
      Object.entries(outputs).map(([name, { description }]) => [code(name), description]),
    ),
  };
}

/** The named reasons for which a build may differ from dbt's. */
function differenceTable(): string {
  return markdownTable(
    ['name', 'why', 'where'],
    Object.entries(RULES).map(([name, { why, found }]) => [
      code(name),
      why,
      found.map(({ project, name: pattern }) => `${project} ${code(pattern.source)}`).join('; ') ||
        'found by the comparison itself',
    ]),
  );
}

/** What happens to a project with an unsupported feature, by the effect of the entry in the table of features. */
const EFFECTS = {
  'leave-out': 'it is left out and counted',
  unfollowed: 'it is built; what it makes is unknown',
  unknown: 'it is left out and counted; what it makes or may change is unknown',
} as const;

function unsupportedTable(): string {
  return markdownTable(
    ['code', 'what', 'where it is found', 'what happens', 'fix'],
    Object.entries(UNSUPPORTED).map(([name, { what, found, effect, fix }]) => [
      code(name),
      what,
      found,
      EFFECTS[effect],
      fix,
    ]),
  );
}

function replaceBlock(file: string, text: string, marker: string, block: string): string {
  const [start, end] = [`<!-- ${marker}:start -->\n`, `<!-- ${marker}:end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no ${start.trim()} … ${end}`);
  return text.slice(0, from + start.length) + block + text.slice(to);
}
