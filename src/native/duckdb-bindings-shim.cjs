// Replaces `@duckdb/node-bindings` in the bundle: loads the library that ensure-duckdb.ts has found or fetched.
const { createRequire } = require('node:module');

const binding = globalThis[Symbol.for('fenceline.duckdb-binding')];
if (binding === undefined) throw new Error('internal: DuckDB was used before ensureDuckDB');
// The bundler does not resolve `createRequire`, so the path can be chosen at run time.
module.exports = createRequire(__filename)(binding);
