// Writes the documents that repeat something from elsewhere (scripts/documents.ts). With --check: fails when one of them
// differs from its origin. docs/commands.md and what the example prints come from end-to-end tests, and npm run golden
// renews them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { documents } = await importTypeScript('scripts/documents.ts');

for (const [file, text] of documents(root)) {
  const path = join(root, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (process.argv.includes('--check')) {
    console.error(
      `${file} differs from the files that it is made from\n  fix: node scripts/docs.mjs, and commit ${file}`,
    );
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
  }
}

/** A module that Node 20 cannot read by itself. */
async function importTypeScript(file) {
  const { outputFiles } = await build({
    entryPoints: [join(root, file)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
