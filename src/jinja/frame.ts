import type { Rendering } from './rendering.ts';
import { Scope } from './scope.ts';
import type { Source } from './source.ts';
import type { Value } from './value.ts';

/** Names that a template finds around it: functions, macros, variables of whoever renders it. */
export interface Context {
  get(name: string): Value | undefined;
  /** What it knows, to say what is near a name nobody knows. */
  names?(): Iterable<string>;
}

/** Where a part of a template is evaluated. */
export interface Frame {
  readonly source: Source;
  readonly scope: Scope;
  readonly context: Context;
  readonly rendering: Rendering;
}

/** The same place with variables of its own. */
export function innerFrame(frame: Frame): Frame {
  return { ...frame, scope: new Scope(frame.scope) };
}
