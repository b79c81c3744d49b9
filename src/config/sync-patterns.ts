import type { Mistake } from '../user-error.ts';
import type { SyncConfig, SyncPattern } from './fenceline-config.ts';
import { namedDatabases, type ParsedConfig, type WrittenTable } from './written-config.ts';

/** Whether an entry of `sync.tables` stands for all tables whose names fit. */
export function isPattern({ from }: Pick<WrittenTable, 'from'>): boolean {
  return from.includes('*');
}

/** The keys that a pattern may have: others are about the columns of one table. */
const KEYS: readonly string[] = ['from', 'to', 'database', 'except', 'exclude', 'columns'];

/** Finds entries of `sync.tables` with settings that are only for patterns, or only for single tables. */
export function wrongPatterns({ written, document }: ParsedConfig): readonly Mistake[] {
  return Object.entries(written.sync?.tables ?? {}).flatMap(([name, table]) => {
    const location = document.locate(['sync', 'tables', name], 'key');
    const entry = `sync.tables.${name}`;
    const mistake = (message: string, fix: string) => ({ code: 'sync-pattern', message, location, fix });
    if (!isPattern(table)) {
      return table.except === undefined && !table.to?.includes('*')
        ? []
        : [mistake(`${entry} is one table, and has \`except\` or a * in \`to\``, 'write a pattern: from: public.*')];
    }
    const [, schema = ''] = table.from.split('.').reverse();
    const others = Object.keys(table).filter((key) => !KEYS.includes(key));
    if (typeof table.columns === 'object') others.push('a list of columns');
    const mistakes = [];
    if (schema.includes('*')) {
      mistakes.push(mistake(`${entry} has a * in the name of the schema`, 'write one entry for each schema'));
    }
    if (others.length > 0) {
      const fix = 'give a table with settings an entry of its own, which counts before the pattern';
      mistakes.push(mistake(`${entry} is a pattern, and cannot have ${others.join(', ')}`, fix));
    }
    const [to = '*', toSchema = ''] = (table.to ?? '*').split('.').reverse();
    if (to.split('*').length !== 2 || toSchema.includes('*')) {
      mistakes.push(mistake(`${entry} is a pattern, and \`to\` has no * for the name`, 'write it as in to: crm.*'));
    }
    return mistakes;
  });
}

/** Finds tables of databases that `postgres` does not have. */
export function unknownDatabases({ written, document }: ParsedConfig): readonly Mistake[] {
  const names = namedDatabases(written).map(([name]) => name);
  return Object.entries(written.sync?.tables ?? {})
    .filter(([, { database }]) => database !== undefined && !names.includes(database))
    .map(([name, { database }]) => ({
      code: 'unknown-database',
      message: `sync.tables.${name} is of the database ${database}, which is not under \`postgres\``,
      location: document.locate(['sync', 'tables', name, 'database']),
      fix: names.length > 0 ? `use one of ${names.join(', ')}` : `add it: postgres: {${database}: {url: …}}`,
    }));
}

/** A pattern as text, for comparisons: `public.* of crm, except log_*`. */
export function patternText({ from, exclude, onlyDeclared, ...pattern }: SyncPattern, sync: SyncConfig): string {
  const except = [...pattern.except, ...(sync.except ?? [])];
  const database = from.database === undefined ? '' : ` of ${from.database}`;
  return [
    `${from.schema}.${from.table}${database}`,
    ...(except.length > 0 ? [`except ${except.join(', ')}`] : []),
    ...(exclude.length > 0 ? [`without ${exclude.join(', ')}`] : []),
    ...(onlyDeclared ? ['declared columns'] : []),
  ].join(', ');
}
