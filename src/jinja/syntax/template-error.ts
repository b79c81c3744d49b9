import { formatLocation, type Location } from '../../location.ts';
import { UserError } from '../../user-error.ts';

/**
 * `jinja-syntax`: the template cannot be parsed. `jinja-undefined`: it uses a name that is not defined. `jinja-runtime`: an
 * operation failed. `jinja-limit`: it takes too much time or memory. `jinja-sandbox`: it uses what the sandbox forbids.
 */
export type TemplateErrorCode = 'jinja-syntax' | 'jinja-undefined' | 'jinja-runtime' | 'jinja-limit' | 'jinja-sandbox';

/** A macro that was running when the error happened. */
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
  /** The macros that were running, innermost first. */
  readonly macros?: readonly MacroFrame[];
  readonly fix?: string;
}

/** A mistake in a template, shown as compilers do: place, source line, caret, and the macros that were running. */
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

/** One line for each macro, as in dbt ("in macro … called by …"). A long recursion shows only its ends. */
function macroStack(frames: readonly MacroFrame[]): readonly string[] {
  const lines = frames.map(({ macro, calledAt }) => `  in macro ${macro}, called at ${formatLocation(calledAt)}`);
  if (lines.length <= 12) return lines;
  return [...lines.slice(0, 6), `  … ${lines.length - 10} more …`, ...lines.slice(-4)];
}
