import { identifier, sql } from '../sql.ts';
import { createStatement, createTemporary } from './copy-table.ts';
import { type CopyWork, copyUnchanged, nameOf, ofTable, type Reader, type TableLoad } from './copy-unchanged.ts';
import { changedRows, countBadKeys, deleteByKey } from './increment.ts';
import type { PlannedCopy } from './plan-copies.ts';
import type { RowCondition } from './row-condition.ts';
import { badKeys } from './sync-error.ts';

/** Copies all rows of some tables into new tables of the warehouse. */
export async function loadAll(
  copies: readonly PlannedCopy[],
  reader: Reader,
  work: CopyWork,
): Promise<readonly TableLoad[]> {
  for (const copy of copies) await ofTable(copy, work, () => reader.warehouse.run(createStatement(copy)));
  const loaded = await copyUnchanged(copies, reader, work);
  for (const copy of copies) {
    if (copy.table.config.incremental) await ofTable(copy, work, () => requireKeys(copy, copy.target, reader));
  }
  return loaded;
}

/** Copies the rows that may have changed, and puts them in the place of those with the same keys. */
export async function loadChanges(copy: PlannedCopy, reader: Reader, work: CopyWork): Promise<TableLoad> {
  const started = performance.now();
  const { warehouse } = reader;
  const rule = copy.table.config.incremental;
  const changed = rule && (await ofTable(copy, work, () => changedRows(copy, rule, warehouse)));
  const loadWhole = async () => {
    const [whole] = await loadAll([copy], reader, work);
    if (!whole) throw new Error('internal: a copy without a table');
    return whole;
  };
  if (!changed) return loadWhole();
  const { condition } = copy;
  const isChanged: RowCondition = (alias) =>
    condition ? sql`${condition(alias)} and ${changed(alias)}` : changed(alias);
  const changes = { ...copy, target: CHANGES, condition: isChanged };
  const keys = { ...copy, target: KEYS, columns: copy.columns.filter(({ name }) => rule.key.includes(name)) };
  const copies = rule.deletes ? [changes, keys] : [changes];
  for (const each of copies) await warehouse.run(createTemporary(each));
  const [loaded] = await copyUnchanged(copies, reader, work);
  if (!loaded) throw new Error('internal: a copy without a table');
  return ofTable(copy, work, async () => {
    for (const { target } of copies) await requireKeys(copy, target, reader);
    const table = identifier(copy.target.schema, copy.target.name);
    await warehouse.run(deleteByKey(table, rule.key, 'in', identifier(CHANGES.schema, CHANGES.name)));
    await warehouse.run(sql`insert into ${table} from ${identifier(CHANGES.schema, CHANGES.name)}`);
    const removed = rule.deletes
      ? await warehouse.run(deleteByKey(table, rule.key, 'not in', identifier(KEYS.schema, KEYS.name)))
      : 0;
    for (const { target } of copies) await warehouse.run(sql`drop table ${identifier(target.schema, target.name)}`);
    const [count] = await warehouse.rows(sql`select count(*) as n from ${table}`);
    return {
      ...loaded,
      copy,
      rows: Number(count?.['n']),
      increment: { read: loaded.rows, removed },
      milliseconds: Math.round(performance.now() - started),
    };
  });
}

/** Temporary tables of the session: the changed rows, and all keys of the source table. */
const CHANGES = { schema: 'temp', name: 'fenceline_changes' };
const KEYS = { schema: 'temp', name: 'fenceline_keys' };

/** @throws {EnvironmentError} where a key is NULL or occurs twice: a row could take another one's place */
async function requireKeys({ table }: PlannedCopy, { schema, name }: PlannedCopy['target'], { warehouse }: Reader) {
  const { incremental } = table.config;
  const [row] = await warehouse.rows(countBadKeys(identifier(schema, name), incremental?.key ?? []));
  const bad = Number(row?.['bad']);
  if (bad > 0) throw badKeys(nameOf(table), bad);
}
