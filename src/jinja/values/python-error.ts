/** How Python or Jinja would name what went wrong. */
export type PythonErrorKind =
  | 'TypeError'
  | 'ValueError'
  | 'KeyError'
  | 'IndexError'
  | 'AttributeError'
  | 'ZeroDivisionError'
  | 'OverflowError'
  | 'AssertionError'
  | 'RuntimeError'
  | 'UndefinedError'
  | 'SecurityError'
  | 'LimitError'
  | 'FilterArgumentError'
  | 'TemplateRuntimeError';

/** A failed operation on values, before the evaluator has said where in the template it happened. */
export class PythonError extends Error {
  readonly kind: PythonErrorKind;
  /** The name nobody knows, when that is the reason: the evaluator looks for a near one. */
  readonly unknownName: string | undefined;

  constructor(kind: PythonErrorKind, message: string, unknownName?: string) {
    super(message);
    this.name = 'PythonError';
    this.kind = kind;
    this.unknownName = unknownName;
  }
}
