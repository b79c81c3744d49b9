import type { Node, Source } from './node.ts';

/**
 * The SQL, YAML and macros of a project. A column whose name is not in these texts may be named by a value of a row (a
 * pivot).
 */
export interface WrittenText {
  readonly nodes: readonly Node[];
  readonly sources: readonly Source[];
  readonly macros: readonly { readonly rawCode: string }[];
}

/**
 * Whether the texts of a project hold all words of a column's name, and those of its type if that holds names, as
 * STRUCT does.
 */
export type IsWritten = (column: { readonly name: string; readonly type: string }) => boolean;

const PLAIN_TYPE = /^[A-Z][A-Z0-9 _]*(\(\d+,\d+\))?(\[\d*\])*$/;
const WORD = /[\p{L}\p{N}_$]+/gu;

/** Words that the engine itself puts into names and types, such as `count_star()`. */
const OWN_WORDS = 'struct map union integer bigint varchar double boolean date timestamp decimal count_star column0';

export function readWrittenNames({ nodes, sources, macros }: WrittenText): IsWritten {
  const texts = [
    OWN_WORDS,
    ...[...nodes, ...sources].flatMap((declared) => [...declared.columns.keys()]),
    ...[...nodes, ...macros].map((written) => ('rawCode' in written ? written.rawCode : '')),
  ];
  const words = new Set(texts.flatMap(wordsOf));
  return ({ name, type }) => wordsOf(PLAIN_TYPE.test(type) ? name : `${name} ${type}`).every((word) => words.has(word));
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(WORD) ?? [];
}
