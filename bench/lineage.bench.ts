import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RETAIL } from '../src/lineage/analytical/retail.ts';
import { testProject } from '../src/lineage/testing/project.ts';
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

for (const copies of [1, 9]) {
  const made = models(copies);
  const project = testProject({ models: made, sources: RETAIL.map(({ name }) => name) });
  const rounds: number[] = [];
  const cpu: number[] = [];
  let unknown = 0;
  for (let round = 0; round < 3; round += 1) {
    const begun = performance.now();
    const before = process.cpuUsage();
    const { nodes } = await traceProject({ project, sourceColumns, masks: [], nonce: 'f00d' });
    rounds.push(performance.now() - begun);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
    unknown = [...nodes.values()].filter(({ status }) => status === 'unknown').length;
  }
  const [cold = 0, ...warm] = rounds.map(Math.round);
  console.log(
    `${Object.keys(made).length} models: ${cold} ms the first time, then ${warm.join(', ')} ms (of the processor ${cpu.map(Math.round).join(', ')} ms); ${unknown} unknown`,
  );
}
