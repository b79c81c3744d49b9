import type { Adapter, QueryResult } from '../project.ts';

/** What a template was told while it was rendered, by what it asked. */
export interface Answers {
  readonly queries: Map<string, QueryResult>;
  readonly types: Map<string, 'table' | 'view' | undefined>;
  readonly columns: Map<string, readonly { readonly name: string; readonly type: string }[]>;
}

export function noAnswers(): Answers {
  return { queries: new Map(), types: new Map(), columns: new Map() };
}

/**
 * An adapter that gives what is known already and asks `otherwise` for the rest, which it then knows: the same question
 * has one answer, so that the template can be rendered again to the same text.
 */
export function rememberingAdapter(answers: Answers, otherwise: Adapter): Adapter {
  const { queries, types, columns } = answers;
  return {
    query: (sql) => recall(queries, sql, () => otherwise.query(sql)),
    relationType: (schema, name) => recall(types, keyOf(schema, name), () => otherwise.relationType(schema, name)),
    columns: (schema, name) => recall(columns, keyOf(schema, name), () => otherwise.columns(schema, name)),
  };
}

async function recall<Answer>(known: Map<string, Answer>, key: string, ask: () => Promise<Answer>): Promise<Answer> {
  for (const [question, answer] of known) if (question === key) return answer;
  const answer = await ask();
  known.set(key, answer);
  return answer;
}

function keyOf(schema: string, name: string): string {
  return [schema, name].join('\u0000').toLowerCase();
}

/** How a node was rendered when it was built. */
export interface BuiltText {
  /** {@link CompiledNode.parts} */
  readonly parts: ReadonlyMap<string, string>;
  readonly answers: Answers;
}
