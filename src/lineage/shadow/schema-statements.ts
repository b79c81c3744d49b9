import { nameKey } from '../../name.ts';
import type { Project } from '../../project/project.ts';
import { identifier, joinSql, type Place, type Sql, sql } from '../../sql.ts';

/** Statements that create the databases and schemas of all tables. */
export function schemaStatements({ sources, nodes, target }: Project): Sql {
  const places: readonly Place[] = [...sources.values(), ...nodes.values()];
  const databases = new Map(
    [target.database, ...places.map(({ database }) => database)].map((name) => [nameKey(name), name]),
  );
  const schemas = new Map(
    [target, ...places].map(({ database, schema }) => [nameKey(database, schema), identifier(database, schema)]),
  );
  return joinSql(
    [
      ...[...databases]
        .filter(([key]) => !OWN_DATABASES.has(key))
        .map(([, name]) => sql`attach ':memory:' as ${identifier(name)}`),
      ...[...schemas.values()].map((schema) => sql`create schema if not exists ${schema}`),
      // A session of the build also looks up a plain name in `main`, whatever the schema of the target is.
      sql`use ${identifier(target.database, 'main')}`,
    ],
    sql`; `,
  );
}

/** The databases that an in-memory DuckDB has from the start. */
const OWN_DATABASES: ReadonlySet<string> = new Set(['memory', 'system', 'temp']);
