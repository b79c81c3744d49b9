import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logLines } from './log.ts';

/** The runner's two command grammars, as its `ActionCommand` reads a line of output. */
function isCommand(line: string): boolean {
  const trimmed = line.trimStart();
  return (trimmed.startsWith('::') && trimmed.indexOf('::', 2) > 0) || /##\[[^\]]*\]/.test(line);
}

describe('untrusted text becomes no command', () => {
  const cases = [
    { name: 'a command', text: '::set-output name=a::b', shown: '│ ::set-output name=a::b' },
    { name: 'a command behind a lone carriage return', text: 'a\r::error::b', shown: '│ a\n│ ::error::b' },
    { name: 'the older form within a line', text: 'a ##[add-mask]b', shown: '│ a ##\u200b[add-mask]b' },
    { name: 'an escape sequence', text: '\u001b[31mred', shown: '│ \\u001b[31mred' },
    { name: 'a change of direction', text: 'a\u202eb', shown: '│ a\\u202eb' },
  ];
  test.each(cases)('$name', ({ text, shown }) => {
    expect(logLines(text)).toBe(shown);
  });

  test('nothing at all', () => {
    const part = fc.oneof(
      fc.constantFrom('::', '##[', ']', '\r', '\n', '\u2028', '\u0085', ' ', 'error', '\u200b'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        // .NET also knows U+0085 and U+2028 as line ends; they must not be left in the text.
        const lines = logLines(parts.join('')).split(/[\r\n\u0085\u2028\u2029]/);
        expect(lines.filter(isCommand)).toEqual([]);
      }),
    );
  });
});
