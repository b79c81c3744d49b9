import { expect, test } from 'vitest';
import { UserError } from '../user-error.ts';
import { choice, group, mapping, type Parameter, requiredText, text, texts, toggle, wholeNumber } from './parameter.ts';

const flag = { written: '--one <value>', about: 'one value' };

const cases: readonly {
  readonly name: string;
  readonly parameter: Parameter<unknown>;
  readonly written: unknown;
  readonly value: unknown;
}[] = [
  { name: 'a text', parameter: text(flag), written: 'a', value: 'a' },
  { name: 'no text', parameter: text(flag), written: undefined, value: undefined },
  {
    name: 'a text with a standard',
    parameter: requiredText({ ...flag, standard: '.' }),
    written: undefined,
    value: '.',
  },
  { name: 'texts', parameter: texts(flag), written: ['a', 'b'], value: ['a', 'b'] },
  { name: 'no texts', parameter: texts(flag), written: undefined, value: [] },
  { name: 'an option without a value', parameter: toggle(flag), written: true, value: true },
  { name: 'no option without a value', parameter: toggle(flag), written: undefined, value: false },
  { name: 'a number', parameter: wholeNumber(flag), written: '16', value: 16 },
  { name: 'no number', parameter: wholeNumber(flag), written: undefined, value: undefined },
  { name: 'a choice', parameter: choice(flag, ['a', 'b'], 'a'), written: 'b', value: 'b' },
  { name: 'no choice', parameter: choice(flag, ['a', 'b'], 'a'), written: undefined, value: 'a' },
  { name: 'a mapping', parameter: mapping(flag, '{a: 1}'), written: '{a: 1, b: [x]}', value: { a: 1, b: ['x'] } },
  { name: 'no mapping', parameter: mapping(flag, '{a: 1}'), written: undefined, value: {} },
  { name: 'a group', parameter: group({ a: text(flag), b: toggle(flag) }), written: 'x', value: { a: 'x', b: false } },
];

test.each(cases)('$name is read', async ({ parameter, written, value }) => {
  expect(await parameter.read(() => written)).toEqual(value);
});

test.each([
  {
    name: 'a number with a sign',
    parameter: wholeNumber(flag),
    written: '-1',
    says: '--one <value> must be a whole number',
  },
  { name: 'a word for a number', parameter: wholeNumber(flag), written: 'x', says: "not 'x'" },
  { name: 'a list for a mapping', parameter: mapping(flag, '{a: 1}'), written: '[a]', says: "--one '{a: 1}'" },
])('$name is refused, with what to write', async ({ parameter, written, says }) => {
  const reading = parameter.read(() => written);

  await expect(reading).rejects.toThrow(UserError);
  await expect(reading).rejects.toThrow(says);
});
