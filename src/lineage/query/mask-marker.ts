import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { State } from '../flow.ts';
import type { Mark } from '../plan/scope.ts';
import { UnknownFlow } from '../plan/unknown-flow.ts';
import { isPrintedAsTried } from './mask-shape.ts';

/** A macro that is declared to mask what it is given. */
export interface Mask {
  /** Plain name of the macro. */
  readonly macro: string;
  readonly yields: State;
}

/**
 * Makes what declared masks print visible in the plan (design decision 3). The text a mask gives becomes
 * `struct_pack(<tag> := (text)).<tag>`, which is the same value and survives binding. The tag holds a nonce nobody who
 * writes a template can know, and a number for what was printed: the same text again must stay the same expression, or
 * GROUP BY would not find it in the select list.
 */
export class MaskMarker {
  readonly #prefix: string;
  readonly #masks: ReadonlyMap<string, Mask>;
  readonly #tried: ReadonlyMap<string, readonly string[]>;
  readonly #printed = new Map<string, { readonly mask: Mask; readonly output: string }>();

  /**
   * @param tried what macros of a mask's name print where they are tried; none where that fails, and the contract says
   *   so of the mask
   */
  constructor(masks: readonly Mask[], nonce: string, tried: ReadonlyMap<string, readonly string[]>) {
    this.#tried = tried;
    this.#prefix = `__fl_${nonce}_`;
    this.#masks = new Map(masks.map((mask) => [mask.macro, mask]));
  }

  /** For `Rendering.wrapMacro`. */
  readonly wrap = (macro: string, output: string): string => {
    const mask = this.#masks.get(macro);
    if (!mask) return output;
    const same = [...this.#printed].find(([, printed]) => printed.mask === mask && printed.output === output);
    const tag = same?.[0] ?? `${this.#prefix}${this.#printed.size}`;
    this.#printed.set(tag, { mask, output });
    return wrapped(tag, output);
  };

  get isUsed(): boolean {
    return this.#printed.size > 0;
  }

  marks(): ReadonlyMap<string, Mark> {
    return new Map([...this.#printed].map(([tag, { mask }]) => [tag, { mask: mask.macro, yields: mask.yields }]));
  }

  /** The same for the same marks whatever the nonce, and nothing a template writes: DuckDB's SQL has no NUL. */
  fingerprint(marked: string): readonly unknown[] {
    const printed = [...this.#printed.values()].map(({ mask, output }) => [
      mask.macro,
      mask.yields,
      output,
      ...(this.#tried.get(mask.macro) ?? []),
    ]);
    return [
      marked.replaceAll(this.#prefix, '\u0000'),
      printed.flat().map((text) => text.replaceAll(this.#prefix, '\u0000')),
    ];
  }

  /**
   * Text without marks; every mark in it must stand around just what its mask printed. Otherwise the template took the
   * text apart behind the mask, and the mark says nothing.
   *
   * @throws {UnknownFlow}
   */
  strip(text: string): string {
    const stripped = this.#strip(text);
    if (stripped.includes(this.#prefix)) throw new UnknownFlow('a template that changes what a mask printed');
    return stripped;
  }

  #strip(text: string): string {
    let result = '';
    let rest = text;
    const opening = new RegExp(`struct_pack\\((${this.#prefix}\\d+) := \\(\\n`);
    for (let match = opening.exec(rest); match; match = opening.exec(rest)) {
      const tag = match[1] ?? '';
      const whole = wrapped(tag, this.#printed.get(tag)?.output ?? '');
      if (!rest.startsWith(whole, match.index)) throw new UnknownFlow('a template that changes what a mask printed');
      result += rest.slice(0, match.index) + this.#strip(this.#printed.get(tag)?.output ?? '');
      rest = rest.slice(match.index + whole.length);
    }
    return result + rest;
  }

  /**
   * Makes sure that the marks changed nothing but themselves: without them both texts are the same statement. And that
   * every mark stands around what its mask is tried to be.
   *
   * @throws {UnknownFlow} where a mask prints no whole expression, or two, or another one than where it is tried, or a
   *   template looks at what it printed
   */
  async verify(marked: string, plain: string, warehouse: Warehouse): Promise<void> {
    this.strip(marked);
    const [row] = await warehouse.rows(
      'select json_serialize_sql(?::varchar) as marked, json_serialize_sql(?::varchar) as plain',
      [marked, plain],
    );
    const withMarks: unknown = JSON.parse(String(row?.['marked']));
    const without: unknown = JSON.parse(String(row?.['plain']));
    const unmarked = JSON.stringify(this.#unmarked(withMarks));
    if (unmarked !== JSON.stringify(this.#unmarked(without))) {
      throw new UnknownFlow('a mask that does not print exactly one expression');
    }
    // Spelled with escapes, a text that a template wrote may become the name of a mark.
    if (unmarked.includes(this.#prefix)) throw new UnknownFlow('a template that changes what a mask printed');
    for (const { mask, output } of this.#printed.values()) {
      const tried = this.#tried.get(mask.macro) ?? [];
      if (tried.length === 0 || (await isPrintedAsTried(output, tried, warehouse))) continue;
      throw new UnknownFlow(
        `${mask.macro}() where it prints something else than for one column, which is all that is tried: ` +
          'call it with one argument, and put brackets around the argument in the macro',
      );
    }
  }

  /** A syntax tree without marks and places. */
  #unmarked(tree: unknown): unknown {
    if (Array.isArray(tree)) return tree.map((item) => this.#unmarked(item));
    if (typeof tree !== 'object' || tree === null) return tree;
    const node = tree as { readonly [key: string]: unknown };
    const inner = this.#innerOfMark(node);
    if (inner) return this.#unmarked({ ...inner, alias: node['alias'] });
    const entries = Object.entries(node).filter(([key]) => key !== 'query_location');
    return Object.fromEntries(entries.map(([key, value]) => [key, this.#unmarked(value)]));
  }

  #innerOfMark(node: { readonly [key: string]: unknown }): { readonly [key: string]: unknown } | undefined {
    if (node['type'] !== 'STRUCT_EXTRACT') return undefined;
    const [pack, key] = node['children'] as readonly [
      { readonly function_name?: string; readonly children?: readonly { readonly alias?: string }[] },
      { readonly value?: { readonly value?: unknown } },
    ];
    const [inner, ...others] = pack.children ?? [];
    const tag = key.value?.value;
    const isMark = pack.function_name === 'struct_pack' && typeof tag === 'string' && this.#printed.has(tag);
    return isMark && others.length === 0 && inner?.alias === tag ? { ...inner } : undefined;
  }
}

/** The line breaks keep a comment at the end of what a mask printed from swallowing the brackets. */
function wrapped(tag: string, output: string): string {
  return `struct_pack(${tag} := (\n${output}\n)).${tag}`;
}

const OPENING = /struct_pack\(__fl_\w+ := \(\s*/g;
const CLOSING = /\s*\)\)\.__fl_\w+/g;

/** For showing an expression of a marked text. */
export function withoutMarks(shown: string): string {
  const unopened = shown.replace(OPENING, '');
  const bare = unopened.replace(CLOSING, '');
  // The place of a call ends before the field that is taken from it.
  const isCut = unopened !== shown && bare === unopened;
  return isCut ? bare.replace(/ \)\)$/, '') : bare;
}
