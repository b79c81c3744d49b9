import { UnknownFlow } from '../../unknown-flow.ts';

/** A JSON object of a serialized plan, not yet checked. */
export type Json = { readonly [key: string]: unknown };

export function readObject(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw unexpected(what);
}

export function readText(json: Json, key: string): string {
  const value = json[key];
  if (typeof value === 'string') return value;
  throw unexpected(key);
}

export function readIndex(json: Json, key: string): number {
  const value = json[key];
  if (typeof value === 'number' && isIndex(value)) return value;
  throw unexpected(key);
}

export function readOptionalIndex(json: Json, key: string): number | undefined {
  const value = json[key];
  if (typeof value !== 'number') throw unexpected(key);
  return isIndex(value) ? value : undefined;
}

/** A list; DuckDB writes null for some that are empty. */
export function readList(json: Json, key: string): readonly unknown[] {
  const value = json[key];
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined) return [];
  throw unexpected(key);
}

export function readIndexes(json: Json, key: string): readonly number[] {
  return readList(json, key).map((value) => {
    if (typeof value === 'number' && isIndex(value)) return value;
    throw unexpected(key);
  });
}

/**
 * Whether a number is an index. Virtual columns and "none" are numbers from 2^63 on, which JSON rounds: they cannot be
 * compared for equality.
 */
export function isIndex(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Refuses fields that DuckDB fills only when it optimizes: what they do to flows was never verified. */
export function requireEmpty(json: Json, ...keys: readonly string[]): void {
  for (const key of keys) {
    const value = json[key];
    if (value === undefined || value === null || value === false) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    throw new UnknownFlow(`plan with ${key}, which only an optimized plan has`);
  }
}

export function unexpected(what: string): UnknownFlow {
  return new UnknownFlow(`plan whose ${what} this version cannot read`);
}
