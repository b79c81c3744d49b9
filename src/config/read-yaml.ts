import {
  boolYaml11Tag,
  constructFromEvents,
  defineScalarTag,
  EVENT_ID,
  type Event,
  getScalarValue,
  NOT_RESOLVED,
  parseEvents,
  YAML11_SCHEMA,
  YAMLException,
} from 'js-yaml';
import { openLines } from '../locate-offset.ts';
import type { Location } from '../location.ts';
import { UserError } from '../user-error.ts';

/** Keys and indexes from the top of a document to a value in it. */
export type YamlPath = readonly (string | number)[];

export interface YamlDocument {
  /** Objects, arrays, strings, numbers, booleans, null and Dates; an empty file is `null`. */
  readonly value: unknown;
  /**
   * Other readings of the same text, each with an earlier value of a repeated key in the place of the last. Empty where
   * no key is repeated.
   */
  readonly overwritten: readonly YamlDocument[];
  /** The place of the key or value at a path. A path that the document lacks has the place of its nearest ancestor. */
  locate(path: YamlPath, part?: 'key' | 'value'): Location;
}

/** Booleans as PyYAML reads them, which dbt uses: unlike in YAML 1.1, `y` and `n` are texts. */
const TRUTHS = new Map(
  (['yes', 'true', 'on', 'no', 'false', 'off'] as const).flatMap((word, index) =>
    [word, word.toUpperCase(), `${word.charAt(0).toUpperCase()}${word.slice(1)}`].map(
      (spelled) => [spelled, index < 3] as const,
    ),
  ),
);
const boolTag = defineScalarTag('tag:yaml.org,2002:bool', {
  implicit: true,
  implicitFirstChars: boolYaml11Tag.implicitFirstChars,
  resolve: (source) => TRUTHS.get(source) ?? NOT_RESOLVED,
  identify: (value) => typeof value === 'boolean',
});
const SCHEMA = YAML11_SCHEMA.withTags(boolTag);

/** Limits of a document: above what any project needs, and low enough that its values can be walked at once. */
const MOST_ALIASES = 1000;
const MOST_NODES = 1_000_000;

/**
 * Reads one YAML document as dbt does (PyYAML, YAML 1.1), with the place of each key and value.
 * @param noteDuplicate receives a mistake for each repeated key of a mapping; by default, the first one is thrown
 * @throws {UserError} `yaml-syntax`, `yaml-duplicate-key` or `yaml-too-large`
 */
export function readYaml(
  file: string,
  written: string,
  noteDuplicate: (mistake: UserError) => void = refuseDuplicate,
): YamlDocument {
  const { events, text, at } = parseOne(file, written);
  const repeated: Repeated[] = [];
  const root = readPlaces(events, text, at, (mistake, entries) => {
    // A repeated key inside the value of another one is refused: there are too many combinations to read.
    const isOuter = repeated
      .flat()
      .some(({ from, to }) => entries.some((outer) => outer.from < from && to <= outer.to));
    if (isOuter) throw mistake;
    noteDuplicate(mistake);
    repeated.push(entries);
  });
  const overwritten = withoutLast(events, repeated);
  return {
    ...documentOf(events, root, text, at),
    overwritten: overwritten.map((others) => ({
      ...documentOf(
        others,
        readPlaces(others, text, at, () => {}),
        text,
        at,
      ),
      overwritten: [],
    })),
  };
}

/** All entries of a mapping with the same key, in their order, as ranges in the list of events. */
type Repeated = readonly { readonly from: number; readonly to: number }[];

/**
 * Lists of events without the last entry of each repeated key: one list for each earlier entry, which counts in its
 * place.
 */
function withoutLast(events: readonly Event[], repeated: readonly Repeated[]): readonly (readonly Event[])[] {
  const most = Math.max(1, ...repeated.map((entries) => entries.length));
  return Array.from({ length: most - 1 }, (_, kept) => {
    const dropped = repeated.flatMap((entries) =>
      entries.filter((_entry, index) => index !== Math.min(kept, entries.length - 1)),
    );
    return events.filter((_event, index) => !dropped.some(({ from, to }) => from <= index && index < to));
  });
}

function documentOf(
  events: readonly Event[],
  root: Place | undefined,
  text: string,
  at: (offset: number) => Location,
): Omit<YamlDocument, 'overwritten'> {
  const value = constructValue(events, text, at);
  countNodes(value, at(0));
  return {
    value,
    locate(path, part = 'value') {
      let place = root;
      for (const step of path) {
        const child = place?.children.get(String(step));
        if (!child) return at(place?.start ?? 0);
        place = child;
      }
      return at((part === 'key' ? place?.key : place?.start) ?? place?.start ?? 0);
    },
  };
}

/** The events of a text, the text that they point into, and the places of its offsets in the file. */
interface ParsedText {
  readonly events: readonly Event[];
  readonly text: string;
  at(offset: number): Location;
}

/** Lines that are indented further before a document is refused: above what any project needs. */
const MOST_INDENTED = 500;

/**
 * PyYAML, and so dbt, does not look at the indentation inside of brackets and quotes. The parser does, so lines there
 * that stand too far to the left are indented before it reads them. Spaces in front of such a line have no meaning.
 * @throws {UserError} for what is no YAML, or several documents
 */
function parseOne(file: string, written: string): ParsedText {
  const lines = written.split('\n');
  const widest = Math.max(...lines.map((line) => line.length - line.trimStart().length)) + 1;
  const indented = new Set<number>();
  for (;;) {
    const text = lines.map((line, index) => (indented.has(index + 1) ? ' '.repeat(widest) + line : line)).join('\n');
    const places = openLines(text);
    const at = (offset: number): Location => {
      const { line, column } = places(offset);
      return { file, line, column: indented.has(line) ? Math.max(1, column - widest) : column };
    };
    const events = orMistake(written, at, () => parseUnlessDeficient(text));
    if (typeof events !== 'number') return { events: requireOneDocument(events, at), text, at };
    const { line } = places(events);
    if (indented.has(line) || indented.size === MOST_INDENTED) {
      throw new UserError({ code: 'yaml-syntax', message: BAD_INDENTATION, location: at(events), fix: YAML_FIX });
    }
    indented.add(line);
  }
}

const BAD_INDENTATION = 'this is no valid YAML: deficient indentation';
const YAML_FIX = 'check the indentation, colons, quotes and brackets around this place';

/** The events of a text, or the offset of the first line that is not indented enough. */
function parseUnlessDeficient(text: string): readonly Event[] | number {
  try {
    return parseEvents(text, {});
  } catch (error) {
    if (error instanceof YAMLException && error.reason === 'deficient indentation') return error.mark?.position ?? 0;
    throw error;
  }
}

function requireOneDocument(events: readonly Event[], at: ParsedText['at']): readonly Event[] {
  const documents = events.filter(({ type }) => type === EVENT_ID.DOCUMENT).length;
  if (documents <= 1) return events;
  throw new UserError({
    code: 'yaml-syntax',
    message: 'the file holds more than one YAML document',
    location: at(0),
    fix: "remove the line '---' between them",
  });
}

/** Makes the value of a document. Of two values of one key the last counts, as in PyYAML. */
function constructValue(events: readonly Event[], text: string, at: (offset: number) => Location): unknown {
  return orMistake(text, at, () => {
    const options = { source: text, schema: SCHEMA, json: true, maxAliases: MOST_ALIASES };
    const [value = null] = constructFromEvents([...events], options);
    return value;
  });
}

function orMistake<Result>(text: string, at: (offset: number) => Location, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const location = at(error.mark?.position ?? 0);
    throw new UserError(
      {
        code: 'yaml-syntax',
        message: `this is no valid YAML: ${error.reason}`,
        location,
        fix: YAML_FIX,
        detail: caret(text, location),
      },
      { cause: error },
    );
  }
}

/** The source line of a place, with a mark under the place. */
function caret(text: string, { line, column }: Location): string {
  const source = text.split(/\r?\n/)[line - 1] ?? '';
  return `  ${source}\n  ${' '.repeat(column - 1)}^`;
}

interface Place {
  readonly key: number | undefined;
  readonly start: number;
  readonly children: ReadonlyMap<string, Place>;
}

/** The offsets of all values, as a tree; from the events of the YAML parser. */
function readPlaces(
  events: readonly Event[],
  text: string,
  at: (offset: number) => Location,
  noteDuplicate: (mistake: UserError, entries: Repeated) => void,
): Place | undefined {
  let next = 0;
  const readNode = (key: number | undefined): Place | undefined => {
    const event = events[next++];
    if (!event) return undefined;
    switch (event.type) {
      case EVENT_ID.DOCUMENT: {
        const content = readNode(undefined);
        return content;
      }
      case EVENT_ID.SCALAR:
        // A quoted scalar's value starts behind the quote.
        return {
          key,
          start: event.valueStart - ('\'"'.includes(text[event.valueStart - 1] ?? ' ') ? 1 : 0),
          children: new Map(),
        };
      case EVENT_ID.ALIAS:
        return { key, start: event.anchorStart - 1, children: new Map() };
      case EVENT_ID.SEQUENCE: {
        const children = new Map<string, Place>();
        while (events[next] && events[next]?.type !== EVENT_ID.POP) {
          const item = readNode(undefined);
          if (item) children.set(String(children.size), item);
        }
        next++;
        return { key, start: event.start, children };
      }
      case EVENT_ID.MAPPING: {
        const children = new Map<string, Place>();
        const entries = new Map<string, Repeated>();
        while (events[next] && events[next]?.type !== EVENT_ID.POP) {
          const from = next;
          const written = events[next];
          const name = written?.type === EVENT_ID.SCALAR ? getScalarValue(text, written) : '';
          const start = readNode(undefined)?.start ?? event.start;
          const value = readNode(start);
          const first = children.get(name);
          const same = [...(entries.get(name) ?? []), { from, to: next }];
          if (name !== '<<') entries.set(name, same);
          if (first && name !== '<<') noteDuplicate(duplicate(name, at(start), at(first.key ?? start)), same);
          if (value) children.set(name, value);
        }
        next++;
        return { key, start: event.start, children };
      }
      case EVENT_ID.POP:
        return undefined;
    }
  };
  return readNode(undefined);
}

function refuseDuplicate(mistake: UserError): never {
  throw mistake;
}

function duplicate(name: string, location: Location, first: Location): UserError {
  return new UserError({
    code: 'yaml-duplicate-key',
    message: `'${name}' is here a second time: the first is in line ${first.line}`,
    location,
    fix: 'keep one of them: only the last would count',
  });
}

/** Refuses a document of too many values. With aliases, a small text can be a huge tree. */
function countNodes(value: unknown, location: Location): void {
  let nodes = 0;
  const visit = (node: unknown): void => {
    if (++nodes > MOST_NODES) {
      throw new UserError({
        code: 'yaml-too-large',
        message: 'the document is too large, counting its aliases',
        location,
        fix: 'use fewer aliases',
      });
    }
    if (typeof node === 'object' && node !== null) Object.values(node).forEach(visit);
  };
  visit(value);
}
