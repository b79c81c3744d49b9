/** Formats of `fenceline lineage`. */
export const LINEAGE_FORMATS = ['mermaid', 'json', 'openlineage'] as const;

export type LineageFormat = (typeof LINEAGE_FORMATS)[number];
