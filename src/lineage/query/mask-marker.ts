import { projectSql } from '../../sql.ts';
import {
  mapTree,
  objectOf,
  objectsOf,
  type ParseAnswer,
  type ParseNode,
  textOf,
  withoutPlaces,
} from '../../warehouse/parse-sql.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { State } from '../flow.ts';
import { argumentTag } from '../plan/mask-mark.ts';
import type { Mark } from '../plan/scope.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { compareWithSamples, MASKED_COLUMN } from './mask-shape.ts';

/** A macro that is declared to mask its argument. */
export interface Mask {
  /** Plain name of the macro. */
  readonly macro: string;
  readonly yields: State;
  /** Name of the dbt var with its secret. */
  readonly secret?: string | undefined;
}

/**
 * Marks the output of declared masks, so that the plan shows it: a plan has no macro calls. An output becomes
 * `struct_pack(<tag> := (output), <tag>_of := (argument)).<tag>`, which is the same value and survives binding. The
 * argument stands beside it because a mask hides a whole value, and not what its argument computes before. The tag
 * contains a nonce, which no author of a template can know, and a number for the output. Equal outputs get the same
 * number, or GROUP BY would not find the expression in the select list.
 */
export class MaskMarker {
  readonly #prefix: string;
  readonly #masks: ReadonlyMap<string, Mask>;
  readonly #samples: ReadonlyMap<string, readonly string[]>;
  readonly #printed = new Map<string, PrintedMask>();

  /**
   * @param samples output of the macros of each mask for one column; none if that fails, which is a finding of the
   *   contract
   */
  constructor(masks: readonly Mask[], nonce: string, samples: ReadonlyMap<string, readonly string[]>) {
    this.#samples = samples;
    this.#prefix = `__fl_${nonce}_`;
    this.#masks = new Map(masks.map((mask) => [mask.macro, mask]));
  }

  /** Marks the output of a macro that masks (`Rendering.wrapMacro`). */
  readonly wrap = (macro: string, output: string, argument: string | undefined): string => {
    const mask = this.#masks.get(macro);
    if (!mask) return output;
    const same = [...this.#printed].find(([, printed]) => printed.mask === mask && printed.output === output);
    const tag = same?.[0] ?? `${this.#prefix}${this.#printed.size}`;
    const samples = this.#samples.get(macro) ?? [];
    // A mask that prints its sample also for another argument prints the same for any argument, and so shows none.
    const isSample = samples.includes(output) && argument !== MASKED_COLUMN;
    const shown = isSample ? undefined : (argumentIn(output, samples) ?? argument);
    const printed = same?.[1] ?? { mask, output, argument: shown };
    this.#printed.set(tag, printed);
    return markOutput(tag, printed);
  };

  get isUsed(): boolean {
    return this.#printed.size > 0;
  }

  marks(): ReadonlyMap<string, Mark> {
    return new Map([...this.#printed].map(([tag, { mask }]) => [tag, { mask: mask.macro, yields: mask.yields }]));
  }

  /**
   * Cache key of the marks in a text, equal under any nonce: it has NUL in place of the nonce, since no SQL of a
   * template contains NUL.
   */
  fingerprint(marked: string): readonly unknown[] {
    const printed = [...this.#printed.values()].map(({ mask, output }) => [
      mask.macro,
      mask.yields,
      output,
      ...(this.#samples.get(mask.macro) ?? []),
    ]);
    return [
      marked.replaceAll(this.#prefix, '\u0000'),
      printed.flat().map((text) => text.replaceAll(this.#prefix, '\u0000')),
    ];
  }

  /**
   * The text without marks. Each mark must enclose exactly the output of its mask: otherwise the template changed the
   * output, and the mark proves nothing.
   *
   * @throws {UnknownFlow}
   */
  strip(text: string): string {
    const stripped = this.#strip(text);
    if (stripped.includes(this.#prefix)) throw new UnknownFlow('a template that changes what a mask printed');
    return stripped;
  }

  /**
   * The text with the number of each mark in place of its output: this text does not depend on the output of masks.
   *
   * @throws {UnknownFlow} as {@link strip}
   */
  skeleton(text: string): string {
    const bare = this.#strip(text, (tag) => `\u0000${tag.slice(this.#prefix.length)}\u0000`);
    if (bare.includes(this.#prefix)) throw new UnknownFlow('a template that changes what a mask printed');
    return bare;
  }

  #strip(text: string, show = (tag: string): string => this.#strip(this.#printed.get(tag)?.output ?? '')): string {
    let result = '';
    let rest = text;
    const opening = new RegExp(`struct_pack\\((${this.#prefix}\\d+) := \\(\\n`);
    for (let match = opening.exec(rest); match; match = opening.exec(rest)) {
      const tag = match[1] ?? '';
      const printed = this.#printed.get(tag);
      const whole = printed ? markOutput(tag, printed) : '';
      if (!printed || !rest.startsWith(whole, match.index))
        throw new UnknownFlow('a template that changes what a mask printed');
      result += rest.slice(0, match.index) + show(tag);
      rest = rest.slice(match.index + whole.length);
    }
    return result + rest;
  }

  /**
   * Checks that both texts are the same statement except for the marks, and that each mask printed the same expression
   * as for one column, with its argument in place of that column.
   *
   * @throws {UnknownFlow} if a mask prints anything but one whole expression, if that differs from the one it prints
   *   for one column, if its argument is unknown, or if a template depends on its output
   */
  async verify(marked: string, plain: string, warehouse: Warehouse): Promise<void> {
    this.strip(marked);
    const [withMarks, without] = await Promise.all([
      warehouse.parse(projectSql(marked)),
      warehouse.parse(projectSql(plain)),
    ]);
    const unmarked = this.#unmarked(withMarks);
    if (unmarked !== this.#unmarked(without)) {
      throw new UnknownFlow('a mask that does not print exactly one expression');
    }
    // A template can write the name of a mark with escapes (`e'…'`).
    if (unmarked.includes(this.#prefix)) throw new UnknownFlow('a template that changes what a mask printed');
    for (const printed of this.#printed.values()) await this.#verifyOutput(printed, warehouse);
  }

  async #verifyOutput({ mask: { macro }, output, argument }: PrintedMask, warehouse: Warehouse): Promise<void> {
    // A macro without a sample prints nothing for one column, so only the call shows its argument; the contract refuses the macro.
    const samples = this.#samples.get(macro);
    const shape = samples ? await compareWithSamples(output, argument, samples, warehouse) : argument && 'same';
    if (shape === 'same') return;
    if (shape === 'other expression') {
      throw new UnknownFlow(
        `${macro}() where it prints something else than for one column, which is the only call that the contract checks: ` +
          'call it with one argument, and put brackets around the argument in the macro',
      );
    }
    throw new UnknownFlow(
      `${macro}() where what it prints does not show its argument, of which a mask hides whole values alone`,
      [],
      undefined,
      'give it the text of a column, and let the macro print that text as it is',
    );
  }

  /** The syntax tree without marks and places, as text; for a text that is no query, the kind of the parser's error. */
  #unmarked(parsed: ParseAnswer): string {
    if (!parsed.ok) return parsed.kind;
    return JSON.stringify(mapTree(parsed.tree, (node) => withoutPlaces(this.#withoutMarks(node))));
  }

  #withoutMarks(node: ParseNode): ParseNode {
    const inner = this.#innerOfMark(node);
    return inner ? this.#withoutMarks({ ...inner, alias: node['alias'] }) : node;
  }

  #innerOfMark(node: ParseNode): ParseNode | undefined {
    if (node['type'] !== 'STRUCT_EXTRACT') return undefined;
    const [pack, key] = objectsOf(node['children']);
    const [inner, argument, ...others] = objectsOf(pack?.['children']);
    const tag = textOf(objectOf(key?.['value'])?.['value']);
    const isMark = pack?.['function_name'] === 'struct_pack' && this.#printed.has(tag);
    const isWhole = others.length === 0 && (argument === undefined || argument['alias'] === argumentTag(tag));
    return isMark && isWhole && inner?.['alias'] === tag ? inner : undefined;
  }
}

/** The text that a mask printed for one call. */
interface PrintedMask {
  readonly mask: Mask;
  readonly output: string;
  /** The argument in the output; `undefined` where the mask prints the same for any argument. */
  readonly argument: string | undefined;
}

/** The line breaks keep a comment at the end of the output from swallowing the brackets. */
function markOutput(tag: string, { output, argument }: PrintedMask): string {
  const beside = argument === undefined ? '' : `, ${argumentTag(tag)} := (\n${argument}\n)`;
  return `struct_pack(${tag} := (\n${output}\n)${beside}).${tag}`;
}

/**
 * The argument in an output: the text in all places where a sample of the mask has {@link MASKED_COLUMN}. `undefined` if
 * these texts differ, as where the macro itself writes that word. `verify` compares the parse trees.
 */
function argumentIn(output: string, samples: readonly string[]): string | undefined {
  for (const sample of samples) {
    const parts = sample.split(COLUMN_IN_SAMPLE);
    const fixed = parts.reduce((length, part) => length + part.length, 0);
    const length = (output.length - fixed) / (parts.length - 1);
    if (!Number.isInteger(length) || length <= 0) continue;
    const start = parts[0]?.length ?? 0;
    const argument = output.slice(start, start + length);
    if (parts.join(argument) === output) return argument;
  }
  return undefined;
}

/** Matches the column in a sample as a macro may spell it: with quotes, or in capitals. */
const COLUMN_IN_SAMPLE = new RegExp(`"${MASKED_COLUMN}"|\\b${MASKED_COLUMN}\\b`, 'i');
