// Fills what documents repeat from elsewhere: what the example prints into README.md, the tables of action.yml into
// docs/action.md, the rooms into CONTRIBUTING.md, what is not supported into docs/limits.md; writes docs/configuration.md
// from the schema and docs/rules.md from the table of rules. With --check: fails when a document says something else.
// docs/commands.md and what the example prints come from end-to-end tests: npm run golden renews them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { load } from 'js-yaml';
import { configurationPage } from './configuration-page.mjs';
import { ROOMS } from './rooms.mjs';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const { inputs, outputs } = load(readFileSync(path('action.yml'), 'utf8'));

const { UNSUPPORTED } = await importTypeScript('src/project/unsupported/features.ts');
/** What becomes of a project with something that is not supported, by the effect of its entry. */
const EFFECTS = { refuse: 'every command refuses the project' };

const DOCUMENTS = {
  'README.md': { example: exampleBlock() },
  'docs/action.md': {
    inputs: table(
      ['input', 'default', 'meaning'],
      Object.entries(inputs).map(([name, entry]) => [code(name), code(entry.default ?? ''), entry.description]),
    ),
    outputs: table(
      ['output', 'meaning'],
      Object.entries(outputs).map(([name, { description }]) => [code(name), description]),
    ),
  },
  'CONTRIBUTING.md': { rooms: roomsBlock(ROOMS) },
  'docs/limits.md': {
    unsupported: table(
      ['code', 'what', 'where it is found', 'what happens', 'fix'],
      Object.entries(UNSUPPORTED).map(([name, { what, found, effect, fix }]) => [
        code(name),
        what,
        found,
        EFFECTS[effect],
        fix,
      ]),
    ),
  },
};

for (const [file, blocks] of Object.entries(DOCUMENTS)) {
  const text = readFileSync(path(file), 'utf8');
  writeOrCheck(
    file,
    Object.entries(blocks).reduce((filled, [marker, block]) => replaceBlock(file, filled, marker, block), text),
  );
}

writeOrCheck(
  'docs/configuration.md',
  configurationPage(
    JSON.parse(readFileSync(path('schema/fenceline.schema.json'), 'utf8')),
    readFileSync(path('example-project/fenceline.yml'), 'utf8'),
  ),
);

const { rulePage } = await importTypeScript('src/report/words/rule-page.ts');
const { FINDINGS } = await importTypeScript('src/report/testing/sample-report.ts');
writeOrCheck('docs/rules.md', rulePage(FINDINGS));

function writeOrCheck(file, text) {
  if (existsSync(path(file)) && readFileSync(path(file), 'utf8') === text) return;
  if (process.argv.includes('--check')) {
    console.error(`${file} is not what it repeats\n  fix: node scripts/docs.mjs, and commit ${file}`);
    process.exitCode = 1;
  } else {
    writeFileSync(path(file), text);
  }
}

/** A module of src/, which Node 20 cannot read by itself. */
async function importTypeScript(file) {
  const { outputFiles } = await build({
    entryPoints: [path(file)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** What the end-to-end test saw the example print; it renews the file, so that this needs no Postgres. */
function exampleBlock() {
  try {
    const printed = readFileSync(path('test/e2e/golden/example.txt'), 'utf8').trimEnd();
    // The golden file has no times; here they would look like a promise.
    return `\`\`\`text\n${printed.replaceAll(' 0.00 s', '')}\n\`\`\`\n`;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return '';
  }
}

function table(heads, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return `\n${line(heads)}|${'---|'.repeat(heads.length)}\n${rows.map(line).join('')}\n`;
}

/** The rooms as a picture and as a table. */
function roomsBlock(rooms) {
  const arrows = Object.keys(rooms).flatMap((room) =>
    directImports(rooms, room).map((other) => `  ${room} --> ${other}`),
  );
  const rows = Object.entries(rooms).map(([room, { owns, mayImport, why }]) => [
    code(`${room}/`),
    owns,
    mayImport.length > 0 ? mayImport.join(', ') : '–',
    why,
  ]);
  const picture = `\`\`\`mermaid\nflowchart TD\n${arrows.join('\n')}\n\`\`\`\n`;
  return `\n${picture}${table(['room', 'owns', 'may import', 'why no more'], rows)}`;
}

/** What a room may import and is not had through another room: few arrows say all. */
function directImports(rooms, room) {
  const below = (name) => rooms[name].mayImport.flatMap((other) => [other, ...below(other)]);
  const { mayImport } = rooms[room];
  return mayImport.filter((name) => !mayImport.some((other) => other !== name && below(other).includes(name)));
}

function code(text) {
  return text === '' ? '' : `\`${text}\``;
}

function replaceBlock(file, text, marker, block) {
  const [start, end] = [`<!-- ${marker}:start -->\n`, `<!-- ${marker}:end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no ${start.trim()} … ${end}`);
  return text.slice(0, from + start.length) + block + text.slice(to);
}
