import { describe, expect, test } from 'vitest';
import { evaluateToRepr } from '../testing/evaluate-text.ts';

// Each row is an expression and the repr() of its value in Jinja2 3.1.6 on CPython.
const pretty = [
  ["{'b':1,'a':[1,2]}|pprint", `"{'a': [1, 2], 'b': 1}"`],
  ["'abc'|pprint", `"'abc'"`],
  ['undef|pprint', "'Undefined'"],
  ['[1.0,none,true]|pprint', "'[1.0, None, True]'"],
  [
    "['aaaaaaaaaaaaaaaaaaaaaaaaaaaa','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','cccccccccccccccccccccccccc']|pprint",
    `"['aaaaaaaaaaaaaaaaaaaaaaaaaaaa',\\n 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',\\n 'cccccccccccccccccccccccccc']"`,
  ],
  [
    "{'key one':['aaaaaaaaaaaaaaaaaaaaaaaaaaaa','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','cccccccccccccccccccccccccc'],'a':(1,2),'b':('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx','yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy')}|pprint",
    `"{'a': (1, 2),\\n 'b': ('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',\\n       'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'),\\n 'key one': ['aaaaaaaaaaaaaaaaaaaaaaaaaaaa',\\n             'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',\\n             'cccccccccccccccccccccccccc']}"`,
  ],
  [
    "'aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm nnnn oooo pppp qqqq rrrr'|pprint",
    `"('aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm nnnn oooo '\\n 'pppp qqqq rrrr')"`,
  ],
  [
    "['aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm nnnn oooo pppp qqqq rrrr', 1]|pprint",
    `"['aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm nnnn oooo '\\n 'pppp qqqq rrrr',\\n 1]"`,
  ],
  [
    "'line one\\nline two is a bit longer than the first one\\nline three is the longest of them all\\n'|pprint",
    `"('line one\\\\n'\\n 'line two is a bit longer than the first one\\\\n'\\n 'line three is the longest of them all\\\\n')"`,
  ],
  [
    "['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']|pprint",
    `"['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']"`,
  ],
  [
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'|pprint",
    `"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"`,
  ],
  [
    "({'x':{'y':{'z':['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','c']}}},)|pprint",
    `"({'x': {'y': {'z': ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',\\n                    'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',\\n                    'c']}}},)"`,
  ],
  [
    "('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',)|pprint",
    `"('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa '\\n 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',)"`,
  ],
  ["{2:1,'a':2,1:3}|pprint", `"{1: 3, 2: 1, 'a': 2}"`],
  ['{(1,2):1,(0,5):2}|pprint', "'{(0, 5): 2, (1, 2): 1}'"],
  ['range(5)|pprint', "'range(0, 5)'"],
] as const;

describe('values are written over as many lines as they need', () => {
  test.each(pretty)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});
