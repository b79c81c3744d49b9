/** Ends a `switch` over a tag: a member that nobody handles is a compile error here, and our bug when it runs. */
export function unreachable(value: never): never {
  throw new Error(`internal: unexpected ${JSON.stringify(value)}`);
}
