/** How lineage is printed. */
export const LINEAGE_FORMATS = ['mermaid', 'json', 'openlineage'] as const;

export type LineageFormat = (typeof LINEAGE_FORMATS)[number];
