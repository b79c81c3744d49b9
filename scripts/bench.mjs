// Runs all benchmarks of bench/, or the named ones: npm run bench -- jinja. Each gets the options.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildPage } from './page.mjs';
import { esbuildValidators } from './validators.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => basename(file, '.bench.ts'))
  .filter((name) => wanted.length === 0 || wanted.includes(name));
// Inside the repository, so that packages are found.
const folder = mkdtempSync(join(root, 'node_modules', '.bench-'));
try {
  for (const name of names) {
    const outfile = join(folder, `${name}.mjs`);
    await build({
      entryPoints: [join(root, 'bench', `${name}.bench.ts`)],
      outfile,
      bundle: true,
      // Packages of CommonJS are bundled, since ESM does not find all of their names.
      external: ['@duckdb/*', 'pg-native', 'esbuild', 'playwright-core'],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      platform: 'node',
      format: 'esm',
      target: 'node20',
      plugins: [esbuildValidators],
      logLevel: 'warning',
      define: { FENCELINE_VERSION: '"bench"', FENCELINE_PAGE: JSON.stringify(await buildPage()) },
    });
    const { status } = spawnSync(process.execPath, [outfile, ...options], { stdio: 'inherit', cwd: root });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
