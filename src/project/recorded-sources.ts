import type { ProjectFiles } from '../config/project-files.ts';
import { readYaml } from '../config/read-yaml.ts';
import { nameKey, sameName } from '../name.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { asMapping } from './mapping.ts';
import type { RecordedColumn, Source } from './node.ts';
import type { IsPersonal } from './personal.ts';

/** File of the recorded catalogue, beside dbt_project.yml: columns and types of sources, without rows. */
export const RECORDED_FILE = 'fenceline-sources.yml';

/** Name of a source in the recorded catalogue. */
export function recordedName({ sourceName, name }: Pick<Source, 'sourceName' | 'name'>): string {
  return `${sourceName}.${name}`;
}

/**
 * Gives each source its columns in the recorded catalogue. An entry that lacks a marked column of the source is not used:
 * it is outdated or of another table, and `select *` would lose that column.
 * @param remark receives a remark for each such source
 * @throws {UserError} for an entry that is no mapping of columns to types
 */
export function withRecorded(
  sources: readonly Source[],
  files: ProjectFiles,
  isPersonal: IsPersonal,
  remark: (mistake: Mistake) => void,
): readonly Source[] {
  if (!files.exists(RECORDED_FILE)) return sources;
  const recorded = readRecorded(files);
  return sources.map((source) => {
    const columns = recorded.get(nameKey(recordedName(source)));
    if (!columns) return source;
    const missing = [...source.columns.values()].find(
      ({ name, tags, meta, path }) =>
        isPersonal(tags, meta) && !columns.some((column) => sameName(column.name, path?.column ?? name)),
    );
    if (!missing) return { ...source, recorded: columns };
    remark({
      code: 'recorded-outdated',
      message: `${RECORDED_FILE} lacks the column ${missing.name} of ${recordedName(source)}, which is marked as personal: what it has of this source is not used.`,
      location: missing.location,
      fix: 'record the sources again: fenceline sources --write',
    });
    return source;
  });
}

function readRecorded(files: ProjectFiles): ReadonlyMap<string, readonly RecordedColumn[]> {
  const { value, locate } = readYaml(RECORDED_FILE, files.read(RECORDED_FILE));
  const tables = new Map<string, readonly RecordedColumn[]>();
  for (const [table, written] of asMapping(value) ?? []) {
    const columns = [...(asMapping(written) ?? [])].map(([name, type]) => ({ name, type: String(type) }));
    if (columns.length === 0) {
      throw new UserError({
        code: 'bad-recorded',
        message: `${RECORDED_FILE} has no mapping of columns to types for '${table}'.`,
        location: locate([table]),
        fix: 'record the sources again: fenceline sources --write',
      });
    }
    tables.set(nameKey(table), columns);
  }
  return tables;
}
