// What the bundle loads in the place of `@duckdb/node-bindings`: the file that ensure-duckdb.ts found or fetched.
const { createRequire } = require('node:module');

const binding = globalThis[Symbol.for('fenceline.duckdb-binding')];
if (binding === undefined) throw new Error('internal: DuckDB was used before ensureDuckDB');
// A require that the bundler leaves alone.
module.exports = createRequire(__filename)(binding);
