import type { ProjectFiles } from '../../config/project-files.ts';
import type { Project } from '../project.ts';
import { readSeed, type SeedTable } from './read-seed.ts';

/** Makes the reader of seeds. It reads each file once and keeps the table, which the analysis and the build both need. */
export function openSeeds(files: ProjectFiles): Project['readSeed'] {
  const tables = new Map<string, SeedTable>();
  return (seed) => {
    const table = tables.get(seed.uniqueId) ?? readSeed(files.read(seed.location.file), seed);
    tables.set(seed.uniqueId, table);
    return table;
  };
}
