import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSources } from './imports.ts';

/**
 * Comparisons with one kind of resource, by file. A new kind of node passes them by without a word, so that each was judged:
 * wherever a new kind could matter, a `switch` ends in `unreachable`, and the compiler asks.
 */
const JUDGED: { readonly [file: string]: { readonly comparisons: number; readonly why: string } } = {
  'build/snapshot.ts': { comparisons: 1, why: 'narrows the type; anything else is an internal error' },
  'contract/rows/small-groups.ts': { comparisons: 1, why: 'without a parse tree, the persons in a table are unknown' },
  'fix/fix-candidates.ts': { comparisons: 2, why: 'changes of models are proposed, and for anything else none' },
  'pipeline/built-texts.ts': { comparisons: 1, why: 'a node without its built text is rendered' },
  'project/ephemeral.ts': { comparisons: 1, why: 'dbt: `ephemeral` is a materialization of models' },
  'project/incremental-settings.ts': { comparisons: 1, why: 'dbt: `incremental` is a materialization of models' },
  'project/load/load-project.ts': { comparisons: 1, why: 'reads the settings that snapshots have' },
  'project/load/shared-tables.ts': { comparisons: 5, why: 'only a seed may share its table; anything else is refused' },
  'project/node.ts': { comparisons: 1, why: 'dbt: models have versions' },
  'project/refs/access.ts': { comparisons: 1, why: 'dbt: models have an access' },
  'project/selection/methods.ts': { comparisons: 6, why: 'methods that dbt names after a kind' },
  'project/unsupported/find-unsupported.ts': {
    comparisons: 6,
    why: 'configurations that dbt gives to models, snapshots or data tests alone',
  },
  'report/counts.ts': { comparisons: 1, why: 'compares with each key of a table that has every kind' },
};

const COMPARISON = /resourceType\s*[!=]==?/g;

test('no place passes a new kind of node by without having been judged', () => {
  const sources = readSources(join(import.meta.dirname, '../src'));
  const found = [...sources].flatMap(([file, text]) => {
    const comparisons = text.match(COMPARISON)?.length ?? 0;
    return comparisons === 0 ? [] : [[file, comparisons] as const];
  });
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(JUDGED).map(([file, { comparisons }]) => [file, comparisons])),
  );
});
