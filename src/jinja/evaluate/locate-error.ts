import type { Location } from '../../location.ts';
import { formatLocation } from '../../location.ts';
import { didYouMean } from '../../nearest-name.ts';
import { UserError } from '../../user-error.ts';
import { excerpt } from '../syntax/source.ts';
import { TemplateError, type TemplateErrorCode } from '../syntax/template-error.ts';
import { PythonError, type PythonErrorKind } from '../values/python-error.ts';
import type { Frame } from './frame.ts';

const CODES: Partial<Record<PythonErrorKind, TemplateErrorCode>> = {
  UndefinedError: 'jinja-undefined',
  LimitError: 'jinja-limit',
  SecurityError: 'jinja-sandbox',
};

/** Adds the place in the template to an error that values raised. Returns any other error unchanged. */
export function locateError(error: unknown, { rendering, source, scope, context }: Frame): unknown {
  const failure =
    error instanceof RangeError ? new PythonError('LimitError', 'the template is nested too deeply') : error;
  if (!(failure instanceof PythonError)) return error;
  const { kind, message, unknownName } = failure;
  const near =
    unknownName === undefined ? '' : didYouMean(unknownName, [...scope.names(), ...(context.names?.() ?? [])]);
  return new TemplateError(
    {
      code: CODES[kind] ?? 'jinja-runtime',
      message: `${message}${/[.!?]$/.test(message) ? '' : '.'}${near}`,
      location: rendering.at,
      excerpt: rendering.at.file === source.file ? excerpt(source, rendering.at) : '',
    },
    { cause: error },
  );
}

/** Adds the running macro to an error (dbt: "in macro …, called by …"). Returns an error that has no place unchanged. */
export function withMacro(error: unknown, macro: string, calledAt: Location): unknown {
  if (error instanceof TemplateError) {
    const { fault } = error;
    return new TemplateError(
      { ...fault, macros: [...(fault.macros ?? []), { macro, calledAt }] },
      { cause: error.cause },
    );
  }
  if (!(error instanceof UserError)) return error;
  const line = `  in macro ${macro}, called at ${formatLocation(calledAt)}`;
  const mistakes = error.mistakes.map((mistake) => ({
    ...mistake,
    detail: mistake.detail ? `${mistake.detail}\n${line}` : line,
  }));
  return new UserError(mistakes, { cause: error.cause });
}
