import type { QueryNode, Seed } from '../project/node.ts';
import type { Project } from '../project/project.ts';

/**
 * Why a model's table may hold what no plan shows, by unique id. A hook is any SQL before or after a model: one that may
 * write makes its own model unknown and each it names; one that does something else, or what a macro prints, could
 * change the meaning of any query.
 */
export function hookEffects({ nodes }: Pick<Project, 'nodes'>): ReadonlyMap<string, string> {
  const built = [...nodes.values()].filter((node) => node.resourceType !== 'test');
  const effects = new Map<string, string>();
  for (const node of built) {
    for (const { sql } of [...node.config.preHook, ...node.config.postHook]) {
      const reason = `a hook of ${node.name} may write what no plan shows`;
      for (const target of reached(node, sql, built)) effects.set(target, reason);
    }
  }
  return effects;
}

/** Statements that change no row: their first words say so. */
const HARMLESS = /^(analyze|checkpoint|comment\s+on|create\s+(unique\s+)?index|drop\s+index|grant|revoke|vacuum)\b/i;
/** Statements that change the table they name. */
const WRITES =
  /^(alter\s+table|create\s+(or\s+replace\s+)?(table|view)|delete|drop\s+(table|view)|insert|merge|truncate|update)\b/i;

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
  const words = new Set(sql.toLowerCase().match(/\w+/g));
  return built
    .filter((target) => {
      const shared = target.resourceType === 'model' ? target.version?.model : undefined;
      const isNamed = [shared ?? target.name, target.alias].some((candidate) => words.has(candidate.toLowerCase()));
      return isUnlimited || isNamed || target.uniqueId === node.uniqueId;
    })
    .map(({ uniqueId }) => uniqueId);
}
