/** A part of dbt's manifest, with the keys that dbt gives it. */
export type ManifestRecord = { readonly [key: string]: unknown };
