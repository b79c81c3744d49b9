import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RETAIL } from '../src/lineage/analytical/retail.ts';
import { testProject } from '../src/lineage/testing/project.ts';
import { TraceCache } from '../src/lineage/trace-cache.ts';
import { traceProject } from '../src/lineage/trace-project.ts';
import type { ColumnType } from '../src/warehouse/warehouse.ts';

// Column lineage of the hundred analytical queries, and of ten times as many models, each over a staging layer.
const text = await readFile(join(process.cwd(), 'src/lineage/analytical/queries.sql'), 'utf8');
const queries = text
  .split(/^-- .*$/m)
  .slice(1)
  .map((sql) => sql.trim().replace(/;$/, ''));

const sourceColumns = new Map<string, readonly ColumnType[]>(
  RETAIL.map(({ name, columns }) => [
    `source.app.raw.${name}`,
    columns.map(({ name: column, type }) => ({ name: column, type })),
  ]),
);

/** A staging model for each table, and the queries over them; again with other names for each copy. */
function models(copies: number): Readonly<Record<string, string>> {
  const all: Record<string, string> = {};
  for (let copy = 0; copy < copies; copy += 1) {
    for (const { name } of RETAIL) all[`stg${copy}_${name}`] = `select * from warehouse.main.${name}`;
    for (const [index, sql] of queries.entries()) {
      const names = new RegExp(`\\b(from|join|,) (${RETAIL.map(({ name }) => name).join('|')})\\b(?! ?\\()`, 'g');
      all[`q${copy}_${index}`] = sql.replaceAll(names, `$1 stg${copy}_$2`);
    }
  }
  return all;
}

const folder = await mkdtemp(join(tmpdir(), 'fenceline-bench-'));
for (const copies of [1, 9]) {
  const made = models(copies);
  const project = testProject({ models: made, sources: RETAIL.map(({ name }) => name) });
  const file = join(folder, `${copies}.json`);
  for (const round of ['at first', 'unchanged', 'unchanged']) {
    const begun = performance.now();
    const before = process.cpuUsage();
    const traces = new TraceCache();
    await traces.read(file);
    const { nodes } = await traceProject({ project, sourceColumns, masks: [], nonce: 'f00d', traces });
    const traced = Math.round(performance.now() - begun);
    const { user, system } = process.cpuUsage(before);
    await traces.write(file);
    const unknown = [...nodes.values()].filter(({ status }) => status === 'unknown').length;
    const busy = Math.round((user + system) / 1000);
    console.log(
      `${Object.keys(made).length} models ${round}: ${traced} ms, ${busy} ms of the processor; ${unknown} unknown`,
    );
  }
}
await rm(folder, { recursive: true });
