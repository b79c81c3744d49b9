import type { QueryNode, Seed } from '../project/node.ts';
import type { Project } from '../project/project.ts';

/**
 * Why a table may hold what no plan shows, by unique id. A hook is any SQL before or after a model: one that may write
 * makes its own model unknown, each model it names or that is in the schema it writes to, and the source it writes to; one
 * that does something else, or what a macro prints, could change the meaning of any query.
 */
export function hookEffects({ nodes, sources }: Pick<Project, 'nodes' | 'sources'>): ReadonlyMap<string, string> {
  const built = [...nodes.values()].filter((node) => node.resourceType !== 'test');
  const effects = new Map<string, string>();
  for (const node of built) {
    for (const sql of textsOf(node)) {
      const reason = `a hook of ${node.name} may write what no plan shows`;
      for (const target of reached(node, sql, built)) effects.set(target, reason);
      for (const { uniqueId, name, identifier } of sources.values()) {
        if (writesTo([name, identifier], sql)) effects.set(uniqueId, reason);
      }
    }
  }
  return effects;
}

/** dbt runs `sql_header` before a model's own statement, and clauses of a merge in it. */
function textsOf({ config }: QueryNode | Seed): readonly string[] {
  const hooks = [...config.preHook, ...config.postHook].map(({ sql }) => sql);
  const header = config.other['sql_header'];
  const merge = ['merge_clauses', 'incremental_predicates', 'predicates'].some((key) => config.other[key] != null);
  return [...hooks, ...(typeof header === 'string' ? [header] : []), ...(merge ? ['merge into {{ this }}'] : [])];
}

/** Statements that change no row: their first words say so. */
const HARMLESS = /^(analyze|checkpoint|comment\s+on|create\s+(unique\s+)?index|drop\s+index|grant|revoke|vacuum)\b/i;
/** Statements that change the table they name. */
const WRITES =
  /^(alter\s+table|create\s+(or\s+replace\s+)?(table|view)|delete|drop\s+(table|view)|insert|merge|truncate|update)\b/i;

/** What such a statement writes, as written. */
const TARGET =
  /^(?:create\s+(?:or\s+replace\s+)?(?:table|view)|insert\s+(?:or\s+\w+\s+)?into|merge\s+into|update|delete\s+from|(?:alter|drop)\s+(?:table|view)|truncate(?:\s+table)?)\s+(?:if\s+(?:not\s+)?exists\s+)?(\{\{[^{}]*\}\}|[^\s(;]+)/i;

/** The schema of the table that a statement writes, where it names one: the table may be nobody's. */
function schemaWritten(text: string): string | undefined {
  return /^(?:"?\w+"?\.)?"?(\w+)"?\."?\w+"?$/.exec(TARGET.exec(text)?.[1] ?? '')?.[1]?.toLowerCase();
}

/** Whether a hook writes to the table of one of these names. */
function writesTo(names: readonly string[], sql: string): boolean {
  return sql.split(';').some((text) => {
    const words = wordsOf(TARGET.exec(text.trim())?.[1] ?? '');
    return names.some((name) => isAmong(name, words));
  });
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/\w+/g));
}

/** A name like `my-model` is more than one word. */
function isAmong(name: string, words: ReadonlySet<string>): boolean {
  return [...wordsOf(name)].every((word) => words.has(word));
}

/** Jinja that prints a name. */
const NAME = /\{\{-?\s*(this(\.\w+)?|(ref|source)\([^(){}]*\))\s*-?\}\}/g;

function reached(node: QueryNode | Seed, sql: string, built: readonly (QueryNode | Seed)[]): readonly string[] {
  // A semicolon inside a text only makes more pieces, whose beginnings are then nothing known.
  const statements = sql
    .replaceAll(NAME, 'x')
    .split(';')
    .map((text) => text.trim());
  const effects = statements.filter((text) => text !== '' && !(HARMLESS.test(text) && !/\{[{%]/.test(text)));
  if (effects.length === 0) return [];
  const isUnlimited = effects.some((text) => !WRITES.test(text) || /\{[{%]/.test(text));
  const words = wordsOf(sql);
  const planted = new Set(effects.flatMap((text) => schemaWritten(text) ?? []));
  return built
    .filter((target) => {
      const shared = target.resourceType === 'model' ? target.version?.model : undefined;
      const isNamed = [shared ?? target.name, target.alias].some((candidate) => isAmong(candidate, words));
      const isBeside = planted.has(target.schema.toLowerCase());
      return isUnlimited || isNamed || isBeside || target.uniqueId === node.uniqueId;
    })
    .map(({ uniqueId }) => uniqueId);
}
