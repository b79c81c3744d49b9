import type { Body } from '../syntax/ast.ts';
import type { HiddenNames } from '../syntax/hidden-names.ts';
import type { Source } from '../syntax/source.ts';
import type { Value } from '../values/value.ts';
import type { Rendering } from './rendering.ts';
import { Scope } from './scope.ts';

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
  /** Of the template around it. */
  readonly hidden: HiddenNames;
}

/** The same place with variables of its own, for a body. */
export function innerFrame({ source, scope, context, rendering, hidden }: Frame, body: Body): Frame {
  return openFrame({ source, scope: new Scope(scope), context, rendering, hidden }, body);
}

/** What the template sees, and nothing of the loops and macros around this place. */
export function outermostFrame({ source, scope, context, rendering, hidden }: Frame, body: Body): Frame {
  return openFrame({ source, scope: scope.copyOutermost(), context, rendering, hidden }, body);
}

/** Hides from a body the names it will assign to. */
export function openFrame(frame: Frame, body: Body): Frame {
  for (const name of frame.hidden.get(body) ?? []) frame.scope.hide(name);
  return frame;
}
