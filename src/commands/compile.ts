import { join } from 'node:path';
import { warehouseAdapter } from '../build/adapter.ts';
import { hideSecrets } from '../hide-secrets.ts';
import { ensureDuckDB } from '../native/ensure-duckdb.ts';
import { openExisting } from '../pipeline/open-existing.ts';
import { openProject } from '../pipeline/open-project.ts';
import { compiledPath } from '../pipeline/output-files.ts';
import type { PipelineOptions } from '../pipeline/pipeline-options.ts';
import { writeFiles } from '../pipeline/write-files.ts';
import { isSqlNode, type SqlNode } from '../project/node.ts';
import { selectNodes } from '../project/selection/select.ts';
import { terminalLines } from '../report/escape.ts';
import type { Flags } from './project-options.ts';
import type { Terminal } from './terminal.ts';

const HIDDEN =
  '-- The template of this node reads rows. Their values may stand in its SQL, so it is not written down.\n';

/** dbt: `dbt compile`. A template that queries gets answers where the warehouse exists. */
export async function compile(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  const { project, config } = await openProject(options);
  const selected = selectNodes(project, options);
  await ensureDuckDB(options);
  await using warehouse = await openExisting(undefined, project.target.path, config.limits);
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
  const paths = [...files.keys()].map((path) => `target/${path}`);
  terminal.out(flags.json ? JSON.stringify(paths) : terminalLines(paths.join('\n')));
  return 0;
}
