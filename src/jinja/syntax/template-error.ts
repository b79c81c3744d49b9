import { formatLocation, type Location } from '../../location.ts';
import { UserError } from '../../user-error.ts';

/** `jinja-syntax`: cannot be parsed. `jinja-undefined`: uses what nobody defined. `jinja-limit`: wants too much. */
export type TemplateErrorCode = 'jinja-syntax' | 'jinja-undefined' | 'jinja-runtime' | 'jinja-limit' | 'jinja-sandbox';

/** A macro that was running when an error happened. */
export interface MacroFrame {
  readonly macro: string;
  readonly calledAt: Location;
}

export interface TemplateFault {
  readonly code: TemplateErrorCode;
  readonly message: string;
  readonly location: Location;
  /** The source line with a caret. */
  readonly excerpt: string;
  /** Innermost first. */
  readonly macros?: readonly MacroFrame[];
  readonly fix?: string;
}

/** What is wrong in a template, shown as a compiler shows it: place, source line, caret, and the macros around it. */
export class TemplateError extends UserError {
  readonly fault: TemplateFault;

  constructor(fault: TemplateFault, options?: ErrorOptions) {
    const { code, message, location, fix } = fault;
    const detail = [fault.excerpt, ...macroStack(fault.macros ?? [])].filter((line) => line !== '').join('\n');
    super({ code, message, location, ...(detail && { detail }), ...(fix && { fix }) }, options);
    this.name = 'TemplateError';
    this.fault = fault;
  }
}

/** dbt: "in macro … called by …"; a long recursion shows only its ends. */
function macroStack(frames: readonly MacroFrame[]): readonly string[] {
  const lines = frames.map(({ macro, calledAt }) => `  in macro ${macro}, called at ${formatLocation(calledAt)}`);
  if (lines.length <= 12) return lines;
  return [...lines.slice(0, 6), `  … ${lines.length - 10} more …`, ...lines.slice(-4)];
}
