import { findValueLeaks, safeModels } from '../src/contract/rows/value-leaks.ts';
import { buildProject, CONTRACT } from '../src/contract/testing/built-project.ts';
import { readCatalog } from '../src/warehouse/catalog.ts';
import { testSql } from '../src/warehouse/testing/test-sql.ts';

// How the search for personal values grows: with rows, with the length of one cell, and with columns. Each line has its time, the
// time that DuckDB takes to read the same texts once (a hash of each), and the ratio of both.

const PEOPLE = `select 'user' || i || '@mail.example' as email, '+4930' || (1234000 + i) as phone, 'Name' || i || ' Kowalski' || i as full_name
  from range(10000) t(i)`;
const LOREM = "'lorem ipsum dolor sit amet ' || i || ' consectetur '";

const cases: readonly (readonly [name: string, mart: string])[] = [
  ...[10_000, 100_000, 1_000_000, 3_000_000].map(
    (rows) =>
      [
        `${rows.toLocaleString('en')} rows of four columns`,
        `select i as id, 'order ' || i as code, ${LOREM} as note, 'user' || (i % 20000) || '@mail.example' as contact from range(${rows}) t(i)`,
      ] as const,
  ),
  ...[1, 10, 100].map(
    (megabytes) =>
      [
        `one cell of ${megabytes} MB`,
        `select string_agg(${LOREM} || case when i % 1000 = 0 then 'user' || (i % 10000) || '@mail.example ' else '' end, '') as body
         from range(${megabytes * 24_000}) t(i)`,
      ] as const,
  ),
  ...[50, 500, 5_000].map(
    (columns) =>
      [
        `${columns.toLocaleString('en')} columns of 20 rows`,
        `select ${Array.from({ length: columns }, (_, at) => `'text ' || i || ' of ${at}' as c${at}`).join(', ')} from range(20) t(i)`,
      ] as const,
  ),
];

for (const [name, mart] of cases) {
  await using built = await buildProject({
    sources: { raw_user: PEOPLE },
    tagged: ['raw_user.email', 'raw_user.phone', 'raw_user.full_name'],
    models: { mart },
  });
  const { project, warehouse } = built;
  const tables = await readCatalog(warehouse);
  const scan = await secondsOf(() =>
    warehouse.rows(testSql('select bit_xor(hash(columns(*)::varchar)) from mart')).then(() => undefined),
  );
  let found = 0;
  const search = await secondsOf(async () => {
    const leaks = await findValueLeaks({
      project,
      safe: safeModels(project, CONTRACT),
      tables,
      smallestGroup: undefined,
      budget: { rows: 20_000_000, cells: 20_000_000 },
      session: warehouse,
    });
    found = leaks.length;
  });
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(
    `${name}: search ${search.toFixed(2)} s, scan ${scan.toFixed(3)} s, ratio ${(search / scan).toFixed(0)}, ${found} findings, ${memory} MiB`,
  );
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
