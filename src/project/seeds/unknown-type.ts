import type { Mistake } from '../../user-error.ts';
import type { Seed } from '../node.ts';
import type { SeedColumn } from './read-seed.ts';

/** The mistake of a column whose type in `column_types` is not one type of DuckDB. */
export function unknownSeedType(seed: Seed, { name, type }: SeedColumn): Mistake {
  return {
    code: 'unknown-type',
    message: `'${type}', which column_types gives the column ${name} of ${seed.name}, is no type DuckDB knows.`,
    location: seed.columnTypeLocations?.get(name) ?? seed.location,
    fix: 'Write one type as DuckDB spells it, such as varchar, bigint or timestamptz.',
  };
}
