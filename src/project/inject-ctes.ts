import { concatText, type MappedText, sliceText } from '../jinja/evaluate/mapped-text.ts';
import type { Location } from '../location.ts';

/** An ephemeral model as a CTE of a query that reads it. */
export interface Cte {
  readonly name: string;
  readonly sql: MappedText;
}

/**
 * Puts CTEs before a query's own, byte for byte as dbt does (dbt: inject_ctes_into_sql).
 * @param at place that errors in the added text name: the file of the query
 */
export function injectCtes(query: MappedText, ctes: readonly Cte[], at: Location): MappedText {
  if (ctes.length === 0) return query;
  const injected = ctes.flatMap(({ name, sql }, index) => [`${index === 0 ? '' : ', '} ${name} as (\n`, sql, '\n)']);
  const place = insertion(query.text);
  const before = sliceText(query, 0, place.offset);
  const after = sliceText(query, place.offset, query.text.length);
  const [opening, closing] = place.extends ? ['', ', '] : ['with', ' '];
  return concatText([before, opening, ...injected, closing, after], at);
}

/** The offset at which CTEs are inserted: behind `with` or `with recursive`, else before the first token or comment. */
function insertion(sql: string): { readonly offset: number; readonly extends: boolean } {
  const start = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(sql)?.[0].length ?? 0;
  const keyword = /^with(?:\s+recursive)?\b/i.exec(sql.slice(start))?.[0];
  return keyword === undefined
    ? { offset: sql.search(/\S|$/), extends: false }
    : { offset: start + keyword.length, extends: true };
}
