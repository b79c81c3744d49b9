import type { Body } from './ast.ts';
import { findFault } from './check-template.ts';
import { findHiddenNames, type HiddenNames } from './hidden-names.ts';
import { tokenize } from './lexer.ts';
import { type ParsedBlock, StatementParser } from './parse-statement.ts';
import { openSource, type Source } from './source.ts';
import { TemplateError } from './template-error.ts';
import { TokenStream } from './token-stream.ts';

/** A parsed template. It can be rendered any number of times. */
export interface Template {
  readonly source: Source;
  readonly body: Body;
  /** A mistake that Jinja finds after parsing. It is thrown when the template is rendered. */
  readonly fault: TemplateError | undefined;
  readonly hidden: HiddenNames;
  /** Macros and dbt's own blocks at the top of the template, in the order of the file. */
  readonly blocks: readonly TemplateBlock[];
}

/** A macro, test, materialization, snapshot or docs block. `bindMacro` makes a callable of it. */
export interface TemplateBlock extends ParsedBlock {
  readonly template: Source;
  /** A mistake that Jinja finds after parsing. It is thrown when the block is called. */
  readonly fault: TemplateError | undefined;
  readonly hidden: HiddenNames;
}

export interface TemplateText {
  /** Relative to the project folder: what errors and the source map show. */
  readonly file: string;
  readonly text: string;
  /** Line and column, from 1, at which the text begins in its file: a value of a YAML file begins in its middle. */
  readonly firstLine?: number;
  readonly firstColumn?: number;
}

/**
 * Parses a template as Jinja 3.1 does in dbt's configuration, with dbt's own tags.
 * @throws {TemplateError} with the place of the first mistake.
 */
export function parseTemplate({ file, text, firstLine = 1, firstColumn = 1 }: TemplateText): Template {
  const source = openSource(file, text, firstLine, firstColumn);
  const parser = new StatementParser(new TokenStream(source, tokenize(source)));
  const body = parser.parseTemplate();
  return {
    source,
    body,
    ...compile(body, source),
    blocks: parser.blocks.map((block) => compiledAlone(block, source)),
  };
}

/** dbt compiles each macro from its own text, so it sees nothing else of its file. */
function compiledAlone(block: ParsedBlock, source: Source): TemplateBlock {
  const body = [block.definition];
  return { ...block, template: source, ...compile(body, source) };
}

/** The part of Jinja's compiler that runs before rendering: finds mistakes, and the names that frames hide. */
function compile(body: Body, source: Source): Pick<Template, 'fault' | 'hidden'> {
  try {
    return { fault: findFault(body, source), hidden: findHiddenNames(body) };
  } catch (error) {
    // A chain of thousands of operators overflows the stack.
    if (!(error instanceof RangeError)) throw error;
    const message = 'An expression of this template is too long.';
    return {
      fault: new TemplateError({ code: 'jinja-limit', message, location: source.start, excerpt: '' }),
      hidden: new Map(),
    };
  }
}
