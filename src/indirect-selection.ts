export const INDIRECT_SELECTIONS = ['eager', 'cautious', 'buildable', 'empty'] as const;

/**
 * Which tests come along with what they read (dbt: indirect selection): each that reads any of it, only those that read
 * nothing else, those that read it and what is before it, or none.
 */
export type IndirectSelection = (typeof INDIRECT_SELECTIONS)[number];
