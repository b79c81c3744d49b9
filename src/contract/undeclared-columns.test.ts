import { expect, test } from 'vitest';
import type { Policy } from '../config/fenceline-config.ts';
import { testProject } from '../lineage/testing/project.ts';
import { undeclaredColumns } from './undeclared-columns.ts';

const PLACE = { file: 'models/sources.yml', line: 1, column: 1 };
const COLUMN = { description: '', dataType: undefined, tags: [], meta: {}, location: PLACE };

const cases: readonly {
  readonly name: string;
  readonly declared: readonly string[];
  readonly policy?: Policy;
  readonly table?: string;
  readonly finds: readonly string[];
}[] = [
  { name: 'all are declared', declared: ['id', 'email'], finds: [] },
  { name: 'one is not', declared: ['id'], finds: ['error raw.raw_user.email'] },
  { name: 'names differ in case', declared: ['ID', 'Email'], finds: [] },
  { name: 'a warning is enough', declared: ['id'], policy: 'warn', finds: ['warning raw.raw_user.email'] },
  { name: 'it is allowed', declared: [], policy: 'allow', finds: [] },
  {
    name: 'the copied table is spelled in capitals',
    declared: ['id'],
    table: 'RAW_USER',
    finds: ['error raw.raw_user.email'],
  },
  { name: 'the table is no source', declared: [], table: 'raw_other', finds: [] },
];

test.each(cases)('copied columns: $name', ({ declared, policy = 'error', table = 'raw_user', finds }) => {
  const project = testProject({ models: {}, sources: ['raw_user'] });
  const columns = new Map(declared.map((name) => [name, { ...COLUMN, name }]));
  const sources = new Map([...project.sources].map(([id, source]) => [id, { ...source, columns }]));
  const copied = [{ schema: 'main', table, columns: [{ name: 'id' }, { name: 'email' }] }];
  const found = undeclaredColumns({ ...project, sources }, copied, policy);
  expect(found.map(({ severity, relation, column }) => `${severity} ${relation}.${column}`)).toEqual(finds);
});
