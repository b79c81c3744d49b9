import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSources } from './imports.ts';

/**
 * Files that compare a resource with one kind, and why it is harmless that a new kind of node passes them by without a word.
 * Wherever a new kind could matter, a `switch` ends in `unreachable`, or a predicate of `project/node.ts` does, and the
 * compiler asks.
 */
const JUDGED: { readonly [file: string]: string } = {
  'build/compile-ephemeral.ts': 'dbt: `ephemeral` is a materialization of models',
  'build/contract.ts': 'dbt: models have contracts',
  'build/snapshot.ts': 'narrows the type; anything else is an internal error',
  'contract/rows/small-groups.ts': 'without a parse tree, the persons in a table are unknown',
  'contract/tier-schemas.ts':
    'models of the project say which schemas a tier has; any other table is held against that',
  'fix/fix-candidates.ts': 'changes of models are proposed, and for anything else none',
  'pipeline/stages/built-texts.ts': 'a node without its built text is rendered',
  'project/artifacts/manifest.ts': 'dbt: seeds have a checksum of their file',
  'project/contract.ts': 'dbt: models have contracts',
  'project/ephemeral.ts': 'dbt: `ephemeral` is a materialization of models',
  'project/external/external-file.ts': 'dbt: `external` is a materialization of models',
  'project/incremental-settings.ts': 'dbt: `incremental` is a materialization of models',
  'project/load/load-project.ts': 'checks materializations and contracts of models, and settings of snapshots',
  'project/node.ts': 'dbt: models have versions',
  'project/refs/access.ts': 'dbt: models have an access',
  'project/selection/earlier-state.ts': 'dbt: the body of a seed is its checksum',
  'project/selection/methods.ts': 'methods that dbt names after a kind',
  'project/unit-tests/compile-unit-test.ts': 'dbt: unit tests test models',
  'project/unit-tests/resolve-unit-tests.ts': 'dbt: unit tests test models, and take rows of seeds',
  'project/unsupported/find-unsupported.ts': 'configurations that dbt gives to models, snapshots or data tests alone',
  'report/counts.ts': 'compares with each key of a table that has every kind',
};

/** A source, an exposure or a unit test is no node, so that a new kind of node goes with the other nodes there. */
const COMPARISON = /resourceType\s*[!=]==(?!\s*'(?:source|exposure|unit_test)')/;

test('no place passes a new kind of node by without having been judged', () => {
  const sources = readSources(join(import.meta.dirname, '../src'));
  const comparing = [...sources].flatMap(([file, text]) => (COMPARISON.test(text) ? [file] : []));
  expect(comparing.sort()).toEqual(Object.keys(JUDGED).sort());
});
