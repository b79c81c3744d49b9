import { join } from 'node:path';
import { sourceColumns } from '../../lineage/shadow/source-columns.ts';
import { ensureDuckDB } from '../../native/ensure-duckdb.ts';
import type { Columns, Source } from '../../project/node.ts';
import { RECORDED_FILE, recordedName } from '../../project/recorded-sources.ts';
import { closeOnAbort } from '../../warehouse/close-on-abort.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import { openExisting } from '../files/open-existing.ts';
import { writeFiles } from '../files/write-files.ts';
import { openStage, openWithoutContract } from '../open/open-project.ts';
import { openStages } from '../stages/stages.ts';
import type { TraceOptions } from './trace-text.ts';

/** A source with its columns, and the origin of these. */
export interface SourceListing {
  /** Name in the recorded catalogue: `source.table`. */
  readonly name: string;
  /** `data`: its table or file; `recorded`: the recorded catalogue; `yaml`: its declared types; `unknown`: nowhere. */
  readonly origin: 'data' | 'recorded' | 'yaml' | 'unknown';
  readonly columns: readonly ColumnType[];
}

export interface SourceListings {
  readonly sources: readonly SourceListing[];
  /** Absolute path of the recorded catalogue that was written. */
  readonly written?: string;
}

interface RecordOptions extends TraceOptions {
  /** Whether to write the recorded catalogue. */
  readonly writes: boolean;
}

/**
 * Finds the columns of all sources, and records them in `fenceline-sources.yml` for a machine that cannot reach the sources:
 * names and types, no rows. A source that cannot be reached keeps its recorded columns.
 */
export async function recordSources(options: RecordOptions): Promise<SourceListings> {
  const { project, config } = await openStage(options, openStages(options), openWithoutContract);
  await ensureDuckDB(options);
  await using warehouse = await openExisting(options.warehouse, project.target.path, config.limits);
  using _interrupted = warehouse && closeOnAbort(warehouse, options.signal);
  const tables = [...project.sources.values()].filter(({ node }) => node === undefined);
  const untyped = new Map(tables.map((source) => [source.uniqueId, withoutTypes(source)]));
  const seen = await sourceColumns({ ...project, sources: untyped }, warehouse);
  const columnsBySource = await sourceColumns(project, warehouse);
  const sources = tables.map((source): SourceListing => {
    const columns = columnsBySource.get(source.uniqueId) ?? [];
    return { name: recordedName(source), origin: originOf(source, seen.has(source.uniqueId), columns), columns };
  });
  if (!options.writes) return { sources };
  const recorded = sources.filter(({ origin }) => origin === 'data' || origin === 'recorded');
  await writeFiles(project.directory, new Map([[RECORDED_FILE, recordedYaml(recorded)]]));
  return { sources, written: join(project.directory, RECORDED_FILE) };
}

function originOf({ recorded }: Source, isSeen: boolean, columns: readonly ColumnType[]): SourceListing['origin'] {
  if (isSeen) return 'data';
  if (recorded) return 'recorded';
  return columns.length > 0 ? 'yaml' : 'unknown';
}

/** A source without recorded and declared types, so that only its table or file gives its columns. Its marks stay. */
function withoutTypes({ recorded: _, ...source }: Source): Source {
  const columns: Columns = new Map(
    [...source.columns].map(([name, column]) => [name, { ...column, dataType: undefined }]),
  );
  return { ...source, columns };
}

function recordedYaml(sources: readonly SourceListing[]): string {
  const lines = [...sources]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, columns }) => [
      `${JSON.stringify(name)}:`,
      ...columns.map((column) => `  ${JSON.stringify(column.name)}: ${JSON.stringify(withoutValues(column.type))}`),
    ]);
  return `${HEADING}\n${lines.length === 0 ? '{}' : lines.join('\n')}\n`;
}

const HEADING =
  '# Columns and types of the sources, without rows, written by `fenceline sources --write`. They hold where a source\n' +
  '# cannot be reached, as in CI. Commit this file.';

/** A type with VARCHAR in the place of each ENUM, whose values may be data. */
function withoutValues(type: string): string {
  return type.replaceAll(/\bENUM\((?:'(?:[^']|'')*'|[^)'])*\)/gi, 'VARCHAR');
}
