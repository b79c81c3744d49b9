import { type Context, renderTemplate } from '../evaluate/render.ts';
import { parseTemplate } from '../syntax/parse-template.ts';
import { Callable, Dict, type Value } from '../values/value.ts';

/** The context of random templates, as a Python expression. */
export const RANDOM_CONTEXT = `{
  'n': 3, 'm': -7, 'big': 12345678901234567890, 'x': 1.5, 'y': -0.25, 'yes': true, 'no': false, 'nil': none,
  's': 'Hello World', 't': "it's \\u00fcn\\u00ef \\u20ac", 'w': '  two  words\\nand lines\\n', 'html': '<b>"A&B"</b>',
  'ns': [3, 1, 2], 'ss': ['b', 'A', 'c', 'a'], 'mixed': [1, 'a', none, 2.5, true], 'empty': [],
  'd': {'a': 1, 'b': 'two', 'c': [1, 2]}, 'e': {'x': {'y': 'deep'}, 1: 'one', (1, 2): 'pair', none: 0},
  'tp': (1, 'x', 2.5), 'rows': [
    {'name': 'ann', 'n': 2, 'ok': true, 'tags': ['a', 'b']}, {'name': 'Bob', 'n': 1, 'ok': false, 'tags': []},
    {'name': 'cy', 'n': 2, 'ok': true, 'tags': ['b']}],
}`;

const KEEP_NAMES = parseTemplate({ file: 'names', text: `{% do keep(${RANDOM_CONTEXT}) %}` });

/** The same context for our engine. Each call makes new values, since a template may change them. */
export function randomContext(): Context {
  let names: Value = null;
  const keep = new Callable('keep', ({ positional: [given = null] }) => {
    names = given;
    return null;
  });
  renderTemplate(KEEP_NAMES, { get: (name) => (name === 'keep' ? keep : undefined) });
  return { get: (name) => (names instanceof Dict ? names.get(name) : undefined) };
}
