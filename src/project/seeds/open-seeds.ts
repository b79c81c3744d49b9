import type { ProjectFiles } from '../../config/project-files.ts';
import type { Project } from '../project.ts';
import { readSeed, type SeedTable } from './read-seed.ts';

/** Reads each seed once: its columns are traced, perhaps with several types of the sources, and then its rows are built. */
export function openSeeds(files: ProjectFiles): Project['readSeed'] {
  const tables = new Map<string, SeedTable>();
  return (seed) => {
    const table = tables.get(seed.uniqueId) ?? readSeed(files.read(seed.location.file), seed);
    tables.set(seed.uniqueId, table);
    return table;
  };
}
