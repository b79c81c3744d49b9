/** The class of Python's or Jinja's exception; LimitError is ours. */
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

/** A failed operation on values. It has no place: `locateError` adds the place in the template. */
export class PythonError extends Error {
  readonly kind: PythonErrorKind;
  /** The undefined name, if that is the reason: the error then suggests the nearest name that exists. */
  readonly unknownName: string | undefined;

  constructor(kind: PythonErrorKind, message: string, unknownName?: string) {
    super(message);
    this.name = 'PythonError';
    this.kind = kind;
    this.unknownName = unknownName;
  }
}
