// Fills what README.md repeats from elsewhere: the tables of action.yml, and what the example prints. With --check:
// fails when README.md says something else.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const { inputs, outputs } = load(readFileSync(path('action.yml'), 'utf8'));

const readme = readFileSync(path('README.md'), 'utf8');
const filled = [
  ['example', exampleBlock()],
  ['inputs', table(['input', 'default', 'meaning'], inputs, ({ default: value = '' }) => [code(value)])],
  ['outputs', table(['output', 'meaning'], outputs, () => [])],
].reduce((text, [marker, block]) => replaceBlock(text, marker, block), readme);

if (!process.argv.includes('--check')) {
  writeFileSync(path('README.md'), filled);
} else if (filled !== readme) {
  console.error(
    'README.md is not what action.yml and test/e2e/golden/example.txt say\n  fix: node scripts/docs.mjs, and commit README.md',
  );
  process.exitCode = 1;
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

function table(heads, entries, middle) {
  const rows = Object.entries(entries).map(([name, entry]) => [code(name), ...middle(entry), entry.description]);
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return `\n${line(heads)}|${'---|'.repeat(heads.length)}\n${rows.map(line).join('')}\n`;
}

function code(text) {
  return text === '' ? '' : `\`${text}\``;
}

function replaceBlock(text, marker, block) {
  const [start, end] = [`<!-- ${marker}:start -->\n`, `<!-- ${marker}:end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${start.trim()} … ${end}`);
  return text.slice(0, from + start.length) + block + text.slice(to);
}
