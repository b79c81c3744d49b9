// Bundles the two entries into dist/. With --check: builds into memory and fails when dist/ is not exactly that.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildPage } from './page.mjs';
import { requireNoUsingInLoops } from './using-in-loops.mjs';
import { esbuildValidators } from './validators.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** The largest file of dist/: whoever uses the action downloads it on every run. */
const MOST_BYTES = 6_500_000;

requireNoUsingInLoops(join(root, 'src'));

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/cli.ts', 'src/action.ts'],
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Lines and names stay, so that a commit changes only the lines it is about, and a reviewer can read what runs. It
  // costs 0.4 MB of the compressed download.
  minifySyntax: true,
  legalComments: 'linked',
  plugins: [esbuildValidators],
  alias: { '@duckdb/node-bindings': './src/native/duckdb-bindings-shim.cjs' },
  // Both are optional to the packages that import them; iconv-lite would bring half a megabyte for pages nobody fetches.
  external: ['pg-native', 'iconv-lite'],
  define: {
    FENCELINE_VERSION: JSON.stringify(version),
    FENCELINE_PAGE: JSON.stringify(await buildPage()),
    'import.meta.url': 'import_meta_url',
  },
  banner: { js: "const import_meta_url = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
  write: false,
});

mkdirSync(join(root, 'dist'), { recursive: true });
const stale = [];
for (const { path, contents } of outputFiles) {
  if (path.endsWith('.cjs') && contents.length > MOST_BYTES) {
    throw new Error(`${basename(path)} has ${contents.length} bytes; at most ${MOST_BYTES} are allowed`);
  }
  if (Buffer.from(contents).includes(root)) {
    throw new Error(
      `${basename(path)} names the folder in which it was built, so that no other machine builds the same`,
    );
  }
  if (process.argv.includes('--check')) {
    const committed = statSync(path, { throwIfNoEntry: false }) && readFileSync(path);
    if (!committed || Buffer.compare(committed, Buffer.from(contents)) !== 0) stale.push(basename(path));
  } else {
    writeFileSync(path, contents);
  }
}
for (const name of readdirSync(join(root, 'dist'))) {
  if (!outputFiles.some(({ path }) => basename(path) === name)) stale.push(name);
}
if (stale.length > 0) {
  console.error(`dist/ is not what src/ builds: ${stale.join(', ')}\n  fix: npm run build, and commit dist/`);
  process.exitCode = 1;
}
