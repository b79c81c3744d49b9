import { nameKey } from '../../name.ts';
import type { Adapter, QueryResult } from '../project.ts';

/** The answers that a template got from the adapter while it was rendered, by its questions. */
export interface Answers {
  readonly queries: Map<string, QueryResult>;
  readonly types: Map<string, 'table' | 'view' | undefined>;
  readonly columns: Map<string, readonly { readonly name: string; readonly type: string }[]>;
}

export function noAnswers(): Answers {
  return { queries: new Map(), types: new Map(), columns: new Map() };
}

/**
 * An adapter that gives recorded answers, and records those of another adapter to new questions. So each question has one
 * answer, and the template can be rendered again to the same text.
 */
export function rememberingAdapter(answers: Answers, otherwise: Adapter): Adapter {
  const { queries, types, columns } = answers;
  return {
    query: (sql) => recall(queries, sql, () => otherwise.query(sql)),
    relationType: (schema, name) => recall(types, nameKey(schema, name), () => otherwise.relationType(schema, name)),
    columns: (schema, name) => recall(columns, nameKey(schema, name), () => otherwise.columns(schema, name)),
  };
}

async function recall<Answer>(
  recorded: Map<string, Answer>,
  key: string,
  question: () => Promise<Answer>,
): Promise<Answer> {
  for (const [recordedKey, answer] of recorded) if (recordedKey === key) return answer;
  const answer = await question();
  recorded.set(key, answer);
  return answer;
}

/** The statements that hooks ran, in their order, but for those that change nothing. */
export interface HookTexts {
  readonly statements: string[];
  /** Whether a template in them read rows, whose values may be in any statement. */
  readsRows: boolean;
}

/** The rendering of a node that was built, or of a hook that ran. */
export interface BuiltText {
  /** {@link CompiledNode.parts} */
  readonly parts: ReadonlyMap<string, string>;
  readonly answers: Answers;
  /** Absent where there are no hooks. */
  readonly hooks?: HookTexts;
}
