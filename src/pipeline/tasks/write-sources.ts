import { join } from 'node:path';
import { sourceColumns } from '../../lineage/shadow/source-columns.ts';
import { nameKey } from '../../name.ts';
import { ensureDuckDB } from '../../native/ensure-duckdb.ts';
import type { Source } from '../../project/node.ts';
import { closeOnAbort } from '../../warehouse/close-on-abort.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import { openExisting } from '../files/open-existing.ts';
import { writeFiles } from '../files/write-files.ts';
import { openStage } from '../open/open-project.ts';
import { openStages } from '../stages/stages.ts';
import type { TraceOptions } from './trace-text.ts';

/** The YAML that was written, and how many columns are in it. */
export interface WrittenSources {
  readonly path: string;
  readonly columns: number;
}

/**
 * Writes the YAML of the columns that the tables or files of sources have and that no YAML declares, with their types:
 * for somebody to mark and to paste. It holds names and types, and no value of a row.
 * @returns `undefined` where each column is declared
 */
export async function writeSources(options: TraceOptions): Promise<WrittenSources | undefined> {
  const { project, config } = await openStage(options, openStages(options));
  await ensureDuckDB(options);
  await using warehouse = await openExisting(options.warehouse, project.target.path, config.limits);
  using _interrupted = warehouse && closeOnAbort(warehouse, options.signal);
  const columnsOfSources = await sourceColumns(project, warehouse);
  const missing = [...project.sources.values()]
    .map((source) => ({ source, columns: undeclaredOf(source, columnsOfSources.get(source.uniqueId) ?? []) }))
    .filter(({ columns }) => columns.length > 0);
  if (missing.length === 0) return undefined;
  const folder = join(project.directory, 'target');
  const path = 'fenceline/sources.yml';
  await writeFiles(folder, new Map([[path, sourcesYaml(missing)]]));
  return { path: join(folder, path), columns: missing.reduce((sum, { columns }) => sum + columns.length, 0) };
}

function undeclaredOf({ columns }: Source, present: readonly ColumnType[]): readonly ColumnType[] {
  const declared = new Set([...columns.keys()].map((name) => nameKey(name)));
  return present.filter(({ name }) => !declared.has(nameKey(name)));
}

interface MissingColumns {
  readonly source: Source;
  readonly columns: readonly ColumnType[];
}

function sourcesYaml(missing: readonly MissingColumns[]): string {
  const names = [...new Set(missing.map(({ source }) => source.sourceName))];
  const lines = names.flatMap((name) => [
    `  - name: ${JSON.stringify(name)}`,
    '    tables:',
    ...missing.filter(({ source }) => source.sourceName === name).flatMap(tableLines),
  ]);
  return `${HEADING}\nversion: 2\nsources:\n${lines.join('\n')}\n`;
}

const HEADING =
  '# Columns that the sources have and no YAML declares. Paste them below their tables, and give those that are personal\n' +
  '# tags: [pii].';

function tableLines({ source, columns }: MissingColumns): readonly string[] {
  return [
    `      - name: ${JSON.stringify(source.name)}`,
    '        columns:',
    ...columns.map(
      ({ name, type }) => `          - { name: ${JSON.stringify(name)}, data_type: ${JSON.stringify(type)} }`,
    ),
  ];
}
