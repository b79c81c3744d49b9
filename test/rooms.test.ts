import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOMS } from '../scripts/rooms.ts';
import { circles, forbiddenImports, readSources, roomOf } from './imports.ts';

const sources = readSources(join(import.meta.dirname, '../src'));

test('every import goes the way the table of rooms says', () => {
  expect(forbiddenImports(sources)).toEqual([]);
});

test('no circle of files, types included', () => {
  expect(circles(sources)).toEqual([]);
});

test('the table has each room of src/ and no other', () => {
  const rooms = new Set([...sources.keys()].map(roomOf).filter((room) => !room.endsWith('.ts')));
  expect(Object.keys(ROOMS).sort()).toEqual([...rooms].sort());
});

test('a room imports only rooms that stand above it in the table', () => {
  const order = Object.keys(ROOMS);
  const back = Object.entries(ROOMS).flatMap(([room, { mayImport }]) =>
    mayImport.filter((other) => order.indexOf(other) >= order.indexOf(room)).map((other) => `${room} → ${other}`),
  );
  expect(back).toEqual([]);
});

test.each([
  ['src/jinja/zz.ts', 'jinja/zz.ts', "import { loadProject } from '../project/load/load-project.ts';"],
  ['a folder below', 'jinja/python/modules/zz.ts', "import { x } from '../../../project/project.ts';"],
  ['a type', 'report/zz.ts', "import type { Stages } from '../pipeline/stages.ts';"],
  ['a type among values', 'report/zz.ts', "import { a, type B } from '../commands/show-report.ts';"],
  ['over several lines', 'contract/rows/zz.ts', "import {\n  a,\n  b,\n} from '../../report/counts.ts';"],
  ['a re-export', 'lineage/zz.ts', "export { tierOf } from '../contract/tier.ts';"],
  ['a re-exported type', 'lineage/plan/zz.ts', "export type { Finding } from '../../contract/finding.ts';"],
  ['import()', 'build/zz.ts', "const x = await import('../lineage/flow.ts');"],
  ['import() of a type', 'fix/zz.ts', "type X = import('../pipeline/pipeline.ts').X;"],
  ['require()', 'warehouse/zz.ts', "const x = require('../project/project.ts');"],
  ['for its effect alone', 'git/zz.ts', "import '../config/read-yaml.ts';"],
  ['an entry', 'commands/zz.ts', "import { main } from '../cli.ts';"],
  ['a leaf that imports a room', 'zz.ts', "import { Project } from './project/project.ts';"],
  ['a room that nobody named', 'drawer/zz.ts', "import { Project } from '../project/project.ts';"],
  ['a file outside', 'config/zz.ts', "import { x } from '../../test/imports.ts';"],
  ['a package with effects', 'contract/zz.ts', "import { DuckDBInstance } from '@duckdb/node-api';"],
  ['a path into such a package', 'report/zz.ts', "import x from '@actions/core/lib/summary.js';"],
])('a planted import is reported: %s', (_, file, text) => {
  expect(forbiddenImports(new Map([[file, text]]))).toHaveLength(1);
});

test('a planted circle of types is reported', () => {
  const planted = new Map([
    ['lineage/a.ts', "import type { B } from './plan/b.ts';"],
    ['lineage/plan/b.ts', "import type { C } from '../c.ts';"],
    ['lineage/c.ts', "import type { A } from './a.ts';"],
  ]);
  expect(circles(planted)).toEqual(['lineage/a.ts → lineage/plan/b.ts → lineage/c.ts → lineage/a.ts']);
});
