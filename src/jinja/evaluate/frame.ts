import type { Body } from '../syntax/ast.ts';
import type { HiddenNames } from '../syntax/hidden-names.ts';
import type { Source } from '../syntax/source.ts';
import type { Value } from '../values/value.ts';
import type { Rendering } from './rendering.ts';
import { Scope } from './scope.ts';

/** The names that the host gives a template: functions, macros and variables. */
export interface Context {
  get(name: string): Value | undefined;
  /** All of its names, from which an error suggests the one nearest to an unknown name. */
  names?(): Iterable<string>;
  /** The rendering may pause for the event loop, so its result may be a promise. Absent: it never pauses. */
  readonly takesTurns?: true;
}

/** State in which a part of a template is evaluated: its variables, the context and the rendering it belongs to. */
export interface Frame {
  readonly source: Source;
  readonly scope: Scope;
  readonly context: Context;
  readonly rendering: Rendering;
  /** Hidden names of the whole template, by body. */
  readonly hidden: HiddenNames;
}

/** A frame for a nested body: with a scope of its own inside this one. */
export function innerFrame({ source, scope, context, rendering, hidden }: Frame, body: Body): Frame {
  return bodyFrame({ source, scope: new Scope(scope), context, rendering, hidden }, body);
}

/** A frame for a body that sees the template's variables, but none of the loops and macros around it. */
export function outermostFrame({ source, scope, context, rendering, hidden }: Frame, body: Body): Frame {
  return bodyFrame({ source, scope: scope.copyOutermost(), context, rendering, hidden }, body);
}

/**
 * The frame for the body of a block. The body's own names are hidden until it assigns to them, so that it does not read
 * the outer variables of these names (Jinja: a name that a scope assigns to is local in all of it).
 */
export function bodyFrame(frame: Frame, body: Body): Frame {
  for (const name of frame.hidden.get(body) ?? []) frame.scope.hide(name);
  return frame;
}
