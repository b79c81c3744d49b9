/**
 * The share of 100,000 people, 0 to 1, who would get the output of somebody else. It is computed from the number of outputs
 * that are possible, counted letter by letter, since a thousand values collide only by chance; or it is the share that
 * collides already, where a part of the value is left out of the hash.
 */
export function collidingShare(outputs: readonly string[]): number {
  const longest = Math.max(...outputs.map((output) => output.length));
  let room = 1;
  for (let position = 0; position < longest; position++)
    room *= new Set(outputs.map((output) => output[position])).size;
  const observed = 1 - new Set(outputs).size / outputs.length;
  return Math.max(1 - Math.exp(-PEOPLE / room), observed > MOST_BY_CHANCE ? observed : 0);
}

const PEOPLE = 100_000;
const MOST_BY_CHANCE = 0.01;
