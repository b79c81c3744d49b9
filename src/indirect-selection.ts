export const INDIRECT_SELECTIONS = ['eager', 'cautious', 'buildable', 'empty'] as const;

/**
 * Tests that are selected with the nodes they read (dbt: indirect selection). `eager`: a test that reads any selected
 * node; `cautious`: one that reads only selected nodes; `buildable`: one that reads only selected nodes and their
 * ancestors; `empty`: none.
 */
export type IndirectSelection = (typeof INDIRECT_SELECTIONS)[number];
