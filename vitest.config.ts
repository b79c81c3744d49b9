import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node 20 has Symbol.asyncDispose but no `await using` syntax.
  oxc: { target: 'node20' },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
