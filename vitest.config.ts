import { defineConfig } from 'vitest/config';
import packageJson from './package.json' with { type: 'json' };
import { buildPage } from './scripts/page.mjs';
import { viteValidators } from './scripts/validators.mjs';

export default defineConfig({
  plugins: [viteValidators],
  // Node 20 has Symbol.asyncDispose but no `await using` syntax.
  oxc: { target: 'node20' },
  define: {
    FENCELINE_VERSION: JSON.stringify(packageJson.version),
    FENCELINE_PAGE: JSON.stringify(await buildPage()),
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    // Half of what a test does is wait for Postgres, DuckDB or a bundle; by default a core would be left out.
    maxWorkers: '100%',
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
