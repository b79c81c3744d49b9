import { warehouseAdapter } from '../../build/adapter.ts';
import type { NodeResult } from '../../build/node-result.ts';
import { hideSecrets } from '../../hide-secrets.ts';
import { ensureDuckDB } from '../../native/ensure-duckdb.ts';
import { isSqlNode, type SqlNode } from '../../project/node.ts';
import { closeOnAbort } from '../../warehouse/close-on-abort.ts';
import { openExisting } from '../files/open-existing.ts';
import { artifactFiles, compiledPath } from '../files/output-files.ts';
import { writeFiles } from '../files/write-files.ts';
import { type DbtCommandOptions, openSelected, type SelectedProject } from '../open/open-selected.ts';
import type { DeferOptions } from '../options.ts';

const HIDDEN =
  '-- The template of this node reads rows. Their values may stand in its SQL, so it is not written down.\n';

/**
 * Writes the SQL of the selected nodes below `target/`, and dbt's artifacts. Templates that query the data get answers if the
 * warehouse exists.
 * @returns the paths of the files of SQL below `target/`
 * @throws {UserError} for a mistake in the project or a template
 */
export async function compileNodes(options: DbtCommandOptions & DeferOptions): Promise<readonly string[]> {
  return (await compileSelected(options, 'compile')).files;
}

interface CompiledProject extends SelectedProject {
  /** Paths of the files of SQL. */
  readonly files: readonly string[];
}

/** Compiles the selected nodes for a command, and returns the opened project. */
export async function compileSelected(
  options: DbtCommandOptions & DeferOptions,
  which: 'compile' | 'generate',
): Promise<CompiledProject> {
  const opened = await openSelected(options, which);
  const { project, config, selected, run, targetFolder } = opened;
  await ensureDuckDB(options);
  await using warehouse = await openExisting(undefined, project.target.path, config.limits);
  using _interrupted = warehouse && closeOnAbort(warehouse, options.signal);
  const adapter = warehouse && warehouseAdapter(warehouse, project.target.database);
  const nodes = [...project.nodes.values()].filter(
    (node): node is SqlNode => isSqlNode(node) && selected.has(node.uniqueId),
  );
  const files = new Map<string, string>();
  const results: NodeResult[] = [];
  for (const node of nodes) {
    const started = performance.now();
    const { sql, readsRows } = await project.compile(node, { adapter });
    const text = readsRows ? undefined : hideSecrets(sql.text, project.secrets);
    files.set(compiledPath(node), text ?? HIDDEN);
    results.push(compiledResult(node, text, performance.now() - started));
  }
  await writeFiles(targetFolder, new Map([...artifactFiles(project, results, run), ...files]));
  return { ...opened, files: [...files.keys()] };
}

function compiledResult({ uniqueId }: SqlNode, compiledCode: string | undefined, milliseconds: number): NodeResult {
  return {
    uniqueId,
    status: 'success',
    message: undefined,
    failures: undefined,
    rows: undefined,
    milliseconds: Math.round(milliseconds),
    compiledCode,
  };
}
