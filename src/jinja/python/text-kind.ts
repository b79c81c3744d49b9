import { isBlank } from './whitespace.ts';

/** Python's methods that ask about all characters of a text, such as `isdigit`. */
export const TEXT_KINDS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['isalnum', (text: string) => /^[\p{L}\p{N}]+$/u.test(text)],
  ['isalpha', (text: string) => /^\p{L}+$/u.test(text)],
  ['isascii', (text: string) => /^\p{ASCII}*$/u.test(text)],
  ['isdecimal', (text: string) => /^\p{Nd}+$/u.test(text)],
  ['isdigit', (text: string) => DIGITS.test(text)],
  ['isidentifier', (text: string) => /^[\p{XIDS}_]\p{XIDC}*$/u.test(text)],
  ['isnumeric', (text: string) => NUMERIC.test(text)],
  ['isprintable', (text: string) => !/(?! )[\p{C}\p{Z}]/u.test(text)],
  ['isspace', (text: string) => text !== '' && isBlank(text)],
]);

const DIGITS =
  /^[\p{Nd}²³¹⁰⁴-⁹₀-₉፩-፱᧚①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]+$/u;

/** Python's isnumeric() includes letters: the characters of Chinese for numbers. */
const NUMERIC =
  /^[\p{N}㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡陆陌陸零\u{f96b}\u{f973}\u{f978}\u{f9b2}\u{f9d1}\u{f9d3}\u{f9fd}\u{20001}\u{20064}\u{200e2}\u{20121}\u{2092a}\u{20983}\u{2098c}\u{2099c}\u{20aea}\u{20afd}\u{20b19}\u{22390}\u{22998}\u{23b1b}\u{2626d}\u{2f890}]+$/u;
