import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { load } from '../testing/small-project.ts';

/** The file of a model with this configuration, its path relative to the project; or the warning, if no file is written. */
async function fileOf(config: string) {
  const { directory, externalFiles, remarks } = await load({
    'models/m.sql': `{{ config(materialized='external', ${config}) }} select 1 as n`,
  });
  const [file] = externalFiles.values();
  if (!file) return remarks.map(({ message }) => message).join();
  const options = Object.fromEntries(
    [...file.options].map(([name, value]) => [name, Object.values(value).slice(1).join()]),
  );
  return { path: relative(directory, file.path), format: file.format, partitionBy: file.partitionBy, options };
}

const plain = { partitionBy: [], options: {} };

test.each([
  ['', { ...plain, path: 'm.parquet', format: 'parquet' }],
  ["format='json'", { ...plain, path: 'm.json', format: 'json' }],
  ["location='out/x.csv.gz'", { ...plain, path: 'out/x.csv.gz', format: 'csv', options: { header: '1' } }],
  [
    "location='x.csv', delimiter=';', options={'HEADER': false, 'null': \"'-'\", 'quote': 'it''s'}",
    { ...plain, path: 'x.csv', format: 'csv', options: { delimiter: ';', header: '0', null: '-', quote: 'its' } },
  ],
  [
    "options={'partition_by': 'year, \"month\"', 'overwrite_or_ignore': 1, 'codec': 'zstd'}",
    {
      path: 'm',
      format: 'parquet',
      partitionBy: ['year', 'month'],
      options: { overwrite_or_ignore: '1', codec: 'zstd' },
    },
  ],
])('the file of a model with %s', async (config, expected) => {
  expect(await fileOf(config)).toEqual(expected);
});

test.each([
  ["location='../x.csv'", 'writes to ../x.csv, which is outside of the project'],
  ["location='/tmp/x.csv'", 'writes to /tmp/x.csv, which is outside of the project'],
  ["location='.git/x.csv'", 'outside of the project'],
  ["location='out/.GIT/x.csv'", 'outside of the project'],
  ["location='models/x.csv'", 'writes to models/x.csv, where files of the project are'],
  ["location='out/../dbt_packages/x.csv'", 'where files of the project are'],
  ["location='.github/x.csv'", 'where files of the project are'],
  ["location='.claude/settings.json'", 'where files of the project are'],
  ["location='web/.x/rows.csv'", 'where files of the project are'],
  ["location='package.json'", 'which other tools read'],
  ["location='web/Package.json'", 'which other tools read'],
  ["location='requirements.txt'", 'which other tools read'],
  ["location='target/fenceline/x.csv'", 'where files of the project are'],
  ["location='dev.duckdb', format='csv'", 'where files of the project are'],
  ["location='.', options={'partition_by': 'n'}", 'outside of the project'],
  ["location='target', options={'partition_by': 'n'}", 'where files of the project are'],
  ["location='fenceline.yml', format='csv'", 'writes the file fenceline.yml'],
  ["location='s3://bucket/x.csv'", 'writes to another machine'],
  ["plugin='excel'", 'writes by a plugin of dbt-duckdb'],
  ["format='xml'", "has the format 'xml'"],
  ["options={'use_tmp_file': 1}", 'has the option use_tmp_file of COPY, which is not supported'],
  [`options={"header) to 'y.csv' (header": 1}`, 'which is not supported'],
  ["options={'compression': 'zstd) --'}", 'has a wrong value in the option compression'],
  ["options={'header': 'maybe'}", 'has a wrong value in the option header'],
])('no file is written for a model with %s', async (config, reason) => {
  expect(await fileOf(config)).toContain('the file of m is not written: it ');
  expect(await fileOf(config)).toContain(reason);
});
