import { concatText, type MappedText, sliceText } from '../../jinja/evaluate/mapped-text.ts';
import { identifier } from '../../sql.ts';
import type { Source } from '../node.ts';
import { findFileReads } from './find-file-reads.ts';

/**
 * Puts the table of a file in the place of each part of a query that reads the file itself. So the query is traced as one
 * over any source, and the engine that runs it needs no access to files.
 * @param sources sources of such parts, by the text of the part; a part without a source stays as it is
 */
export function replaceFileReads(query: MappedText, sources: ReadonlyMap<string, Source>): MappedText {
  if (sources.size === 0) return query;
  const parts: (string | MappedText)[] = [];
  let from = 0;
  for (const { text, start, end, alias } of findFileReads(query.text)) {
    const source = sources.get(text);
    if (!source) continue;
    const table = alias === undefined ? source.relationName : `${source.relationName} as ${identifier(alias).text}`;
    const { location } = query.origin(start);
    parts.push(sliceText(query, from, start), concatText([table], location));
    from = end;
  }
  if (parts.length === 0) return query;
  return concatText([...parts, sliceText(query, from, query.text.length)], query.origin(query.text.length).location);
}
