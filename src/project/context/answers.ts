import { nameKey } from '../../name.ts';
import type { Adapter, QueryResult } from '../project.ts';

/** Results of the queries and look-ups that a template made over the adapter, by query and by relation name. */
export interface Answers {
  readonly queries: Map<string, QueryResult>;
  readonly types: Map<string, 'table' | 'view' | undefined>;
  readonly columns: Map<string, readonly { readonly name: string; readonly type: string }[]>;
}

export function noAnswers(): Answers {
  return { queries: new Map(), types: new Map(), columns: new Map() };
}

/**
 * An adapter that gives recorded results, and records the results of another adapter for new queries. So equal queries have
 * equal results, and the template renders to the same text again.
 */
export function rememberingAdapter(answers: Answers, otherwise: Adapter): Adapter {
  const { queries, types, columns } = answers;
  return {
    query: (sql) => recall(queries, sql, () => otherwise.query(sql)),
    relationType: (schema, name) => recall(types, nameKey(schema, name), () => otherwise.relationType(schema, name)),
    columns: (schema, name) => recall(columns, nameKey(schema, name), () => otherwise.columns(schema, name)),
  };
}

async function recall<Answer>(recorded: Map<string, Answer>, key: string, ask: () => Promise<Answer>): Promise<Answer> {
  for (const [recordedKey, answer] of recorded) if (recordedKey === key) return answer;
  const answer = await ask();
  recorded.set(key, answer);
  return answer;
}

/** The statements that hooks ran, in their order, without those that change nothing. */
export interface HookTexts {
  readonly statements: string[];
  /** Whether a template of these hooks read rows: the statements may hold their values. */
  readsRows: boolean;
}

/** The texts that a build rendered for a node or for a hook of a run; lineage is traced from them. */
export interface BuiltText {
  /** {@link CompiledNode.parts} */
  readonly parts: ReadonlyMap<string, string>;
  readonly answers: Answers;
  /** Absent for a node without hooks. */
  readonly hooks?: HookTexts;
}
