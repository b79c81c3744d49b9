import { readCatalog } from '../../warehouse/catalog.ts';
import { findValueLeaks, safeModels } from '../rows/value-leaks.ts';
import { type BuiltProject, CONTRACT } from './built-project.ts';

/** Searches the marts of a built project for the values of people, as a run does. */
export async function searchMarts({ project, warehouse }: BuiltProject, budget = { rows: 1e6, cells: 1e6 }) {
  return findValueLeaks({
    project,
    safe: safeModels(project, CONTRACT),
    tables: await readCatalog(warehouse),
    smallestGroup: undefined,
    budget,
    session: warehouse,
  });
}
