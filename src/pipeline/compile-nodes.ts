import { join } from 'node:path';
import { warehouseAdapter } from '../build/adapter.ts';
import { hideSecrets } from '../hide-secrets.ts';
import { ensureDuckDB } from '../native/ensure-duckdb.ts';
import { isSqlNode, type SqlNode } from '../project/node.ts';
import { selectNodes } from '../project/selection/select.ts';
import { closeOnAbort } from '../warehouse/close-on-abort.ts';
import { openExisting } from './open-existing.ts';
import { openWithoutContract } from './open-project.ts';
import type { Invocation, ProjectOptions, Selection } from './options.ts';
import { compiledPath } from './output-files.ts';
import { writeFiles } from './write-files.ts';

const HIDDEN =
  '-- The template of this node reads rows. Their values may stand in its SQL, so it is not written down.\n';

/**
 * Writes the SQL of the selected nodes below `target/`. Templates that query the data get answers if the warehouse exists.
 * @returns the paths of the files below `target/`
 * @throws {UserError} for a mistake in the project or a template
 */
export async function compileNodes(options: ProjectOptions & Selection & Invocation): Promise<readonly string[]> {
  const { select, exclude } = options;
  const command = { which: 'compile' as const, fullRefresh: false, select, exclude };
  const { project, config } = await openWithoutContract({ ...options, command });
  const selected = selectNodes(project, options);
  await ensureDuckDB(options);
  await using warehouse = await openExisting(undefined, project.target.path, config.limits);
  using _interrupted = warehouse && closeOnAbort(warehouse, options.signal);
  const adapter = warehouse && warehouseAdapter(warehouse, project.target.database);
  const nodes = [...project.nodes.values()].filter(
    (node): node is SqlNode => isSqlNode(node) && selected.has(node.uniqueId),
  );
  const files = new Map<string, string>();
  for (const node of nodes) {
    const { sql, readsRows } = await project.compile(node, { adapter });
    files.set(compiledPath(node), readsRows ? HIDDEN : hideSecrets(sql.text, project.secrets));
  }
  await writeFiles(join(project.directory, 'target'), files);
  return [...files.keys()];
}
