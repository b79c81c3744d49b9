import type { ContractConfig } from '../../config/fenceline-config.ts';
import { testProject } from '../../lineage/testing/project.ts';
import { traceProject } from '../../lineage/trace-project.ts';
import type { Column, Node, Source } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { checkContract } from '../check-contract.ts';
import { CONTRACT } from './built-project.ts';

/** Columns of the tables that the attempts read; those with `!` are personal. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  users: ['id int', 'email varchar!', 'name varchar!', 'salary int!', 'dob date!', 'city varchar'],
  orders: ['id int', 'uid int', 'amt int', 'note varchar'],
  dict: ['word varchar'],
};

/**
 * Names of the models that a contract finds an error in. Those that are called `stg_…` are in no tier.
 *
 * @param models SQL by name, each reading tables and models before it
 */
export async function modelsWithErrors(
  models: Readonly<Record<string, string>>,
  contract: ContractConfig = CONTRACT,
): Promise<ReadonlySet<string>> {
  const project = declare(testProject({ sources: Object.keys(TABLES), models }));
  const sourceColumns = new Map(
    Object.entries(TABLES).map(([table, columns]) => [
      `source.app.raw.${table}`,
      columns.map((written) => {
        const [name = '', type = ''] = written.replace('!', '').split(' ');
        return { name, type };
      }),
    ]),
  );
  const lineage = await traceProject({ project, sourceColumns, masks: [], nonce: 'f00d' });
  const { findings } = checkContract({
    project,
    lineage,
    contract,
    synced: undefined,
    today: '2026-11-29',
    maskFindings: [],
    verified: [],
  });
  return new Set(
    findings.flatMap((finding) => ('model' in finding && finding.severity === 'error' ? [finding.model] : [])),
  );
}

function declare(project: Project): Project {
  const sources = [...project.sources].map(([id, source]): [string, Source] => [
    id,
    { ...source, columns: columnsOf(source.name) },
  ]);
  const nodes = [...project.nodes].map(([id, node]): [string, Node] => [
    id,
    node.resourceType === 'model' && !node.name.startsWith('stg_')
      ? { ...node, path: `marts/safe/${node.path}` }
      : node,
  ]);
  return { ...project, sources: new Map(sources), nodes: new Map(nodes) };
}

function columnsOf(table: string): ReadonlyMap<string, Column> {
  const personal = (TABLES[table] ?? []).filter((column) => column.endsWith('!'));
  return new Map(
    personal.map((column) => {
      const name = column.split(' ')[0] ?? '';
      const location = { file: 'models/sources.yml', line: 1, column: 1 };
      return [name, { name, description: '', dataType: undefined, tags: ['pii'], meta: {}, location }];
    }),
  );
}
