import type { Project } from '../../project/project.ts';
import { attachFiles } from '../../warehouse/duckdb.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

/**
 * Attaches the DuckDB files of the profile as read-only databases, before the warehouse is locked down.
 * @throws {EnvironmentError} for a file that cannot be opened
 */
export function attachDatabases({ target }: Project, warehouse: Warehouse): Promise<void> {
  return attachFiles(
    warehouse,
    (target.attached ?? []).filter((database) => database.kind === 'file'),
  );
}
