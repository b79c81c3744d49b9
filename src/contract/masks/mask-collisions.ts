/**
 * How many of 100,000 people would get the result of another: 0 to 1. From the room that the results take, letter by
 * letter, since collisions of a thousand values are chance; or as many as collide already, where part of a value was
 * left out of the hash.
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
