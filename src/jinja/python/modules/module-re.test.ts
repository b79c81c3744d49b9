import { expect, test } from 'vitest';
import { evaluate } from './testing/evaluate.ts';

const FOUND = "[re.search(p,t).span(), re.findall(p,t), re.split(p,t,2), re.sub(p,'<\\\\g<0>>',t)]";

/**
 * Pattern, text, and CPython 3.11's result: the first span, all matches, the text split, and with its matches in
 * brackets.
 */
const PATTERNS: readonly (readonly [string, string, string])[] = [
  [
    '',
    'CamelCaseString',
    "[(0, 0), ['', '', '', '', '', '', '', '', '', '', '', '', '', '', '', ''], ['', 'C', 'amelCaseString'], '<>C<>a<>m<>e<>l<>C<>a<>s<>e<>S<>t<>r<>i<>n<>g<>']",
  ],
  [
    '(((a)))',
    'CamelCaseString',
    "[(1, 2), [('a', 'a', 'a'), ('a', 'a', 'a')], ['C', 'a', 'a', 'a', 'melC', 'a', 'a', 'a', 'seString'], 'C<a>melC<a>seString']",
  ],
  [
    '()',
    'CamelCaseString',
    "[(0, 0), ['', '', '', '', '', '', '', '', '', '', '', '', '', '', '', ''], ['', '', 'C', '', 'amelCaseString'], '<>C<>a<>m<>e<>l<>C<>a<>s<>e<>S<>t<>r<>i<>n<>g<>']",
  ],
  ['(.)(?=\\1)', 'aaaa', "[(0, 1), ['a', 'a', 'a'], ['', 'a', '', 'a', 'aa'], '<a><a><a>a']"],
  ['(?!(a))b', 'aab\nabc\n', "[(2, 3), ['', ''], ['aa', None, '\\na', None, 'c\\n'], 'aa<b>\\na<b>c\\n']"],
  ['(?!foo)\\w+', 'a\n', "[(0, 1), ['a'], ['', '\\n'], '<a>\\n']"],
  ['(?#c)a', 'aabbcc\tx  y', "[(0, 1), ['a', 'a'], ['', '', 'bbcc\\tx  y'], '<a><a>bbcc\\tx  y']"],
  ['(?-i:a)b', 'abcd', "[(0, 2), ['ab'], ['', 'cd'], '<ab>cd']"],
  ['(?:)', 'abcd', "[(0, 0), ['', '', '', '', ''], ['', 'a', 'bcd'], '<>a<>b<>c<>d<>']"],
  ['(?:ab)+', 'abc', "[(0, 2), ['ab'], ['', 'c'], '<ab>c']"],
  ['(?:a{1,2}){2}', 'aab\nabc\n', "[(0, 2), ['aa'], ['', 'b\\nabc\\n'], '<aa>b\\nabc\\n']"],
  ['(?:a|(b))*', 'éÉ ñ', "[(0, 0), ['', '', '', '', ''], ['', None, 'é', None, 'É ñ'], '<>é<>É<> <>ñ<>']"],
  ['(?:a|b)??c', '12-ab 34-cd', "[(9, 10), ['c'], ['12-ab 34-', 'd'], '12-ab 34-<c>d']"],
  ['(?<![a-z])\\d', '12-ab 34-cd', "[(0, 1), ['1', '2', '3', '4'], ['', '', '-ab 34-cd'], '<1><2>-ab <3><4>-cd']"],
  ['(?<!^)(?=[A-Z])', 'ſsKkıİi σς ßẞ', "[(2, 2), [''], ['ſs', 'Kkıİi σς ßẞ'], 'ſs<>Kkıİi σς ßẞ']"],
  ['(?<!a)b', 'aabbcc\tx  y', "[(3, 4), ['b'], ['aab', 'cc\\tx  y'], 'aab<b>cc\\tx  y']"],
  ['(?<=(a))b', 'aab\nabc\n', "[(2, 3), ['a', 'a'], ['aa', 'a', '\\na', 'a', 'c\\n'], 'aa<b>\\na<b>c\\n']"],
  ['(?<=a)b', 'ABC abc AbC', "[(5, 6), ['b'], ['ABC a', 'c AbC'], 'ABC a<b>c AbC']"],
  ['(?=(a))b?', 'foo bar', "[(5, 5), ['a'], ['foo b', 'a', 'ar'], 'foo b<>ar']"],
  ['(?=a)*a', 'a.b-c_d', "[(0, 1), ['a'], ['', '.b-c_d'], '<a>.b-c_d']"],
  ['(?>a+)b', 'aabbcc\tx  y', "[(0, 3), ['aab'], ['', 'bcc\\tx  y'], '<aab>bcc\\tx  y']"],
  ['(?P<n>a)(?(n)b)', 'aabbcc\tx  y', "[(1, 3), ['a'], ['a', 'a', 'bcc\\tx  y'], 'a<ab>bcc\\tx  y']"],
  [
    '(?P<q>[\'"]).*?(?P=q)',
    "'x' \"y\" 'z",
    "[(0, 3), [\"'\", '\"'], ['', \"'\", ' ', '\"', \" 'z\"], '<\\'x\\'> <\"y\"> \\'z']",
  ],
  [
    '(?P<x>\\d+)-(?P<y>\\w+)',
    '12-ab 34-cd',
    "[(0, 5), [('12', 'ab'), ('34', 'cd')], ['', '12', 'ab', ' ', '34', 'cd', ''], '<12-ab> <34-cd>']",
  ],
  ['(?P<é>a)', 'aaaa', "[(0, 1), ['a', 'a', 'a', 'a'], ['', 'a', '', 'a', 'aa'], '<a><a><a><a>']"],
  ['(?a)\\w+', 'ſsKkıİi σς ßẞ', "[(1, 4), ['sKk', 'i'], ['ſ', 'ıİ', ' σς ßẞ'], 'ſ<sKk>ıİ<i> σς ßẞ']"],
  ['(?ai)é', 'éÉ ñ', "[(0, 1), ['é'], ['', 'É ñ'], '<é>É ñ']"],
  ['(?i)', 'foo bar', "[(0, 0), ['', '', '', '', '', '', '', ''], ['', 'f', 'oo bar'], '<>f<>o<>o<> <>b<>a<>r<>']"],
  ['(?i)(?-i:a)b', 'aab\nabc\n', "[(1, 3), ['ab', 'ab'], ['a', '\\n', 'c\\n'], 'a<ab>\\n<ab>c\\n']"],
  ['(?i)AbC', 'abcd', "[(0, 3), ['abc'], ['', 'd'], '<abc>d']"],
  ['(?i)K', 'ſsKkıİi σς ßẞ', "[(2, 3), ['K', 'k'], ['ſs', '', 'ıİi σς ßẞ'], 'ſs<K><k>ıİi σς ßẞ']"],
  ['(?i)[^a]', 'a.b-c_d', "[(1, 2), ['.', 'b', '-', 'c', '_', 'd'], ['a', '', '-c_d'], 'a<.><b><-><c><_><d>']"],
  ['(?i)[a-z]+', 'abc', "[(0, 3), ['abc'], ['', ''], '<abc>']"],
  [
    '(?i)i',
    'mail me@x.org, you@y.co.uk.',
    "[(2, 3), ['i'], ['ma', 'l me@x.org, you@y.co.uk.'], 'ma<i>l me@x.org, you@y.co.uk.']",
  ],
  ['(?i)ß', 'ſsKkıİi σς ßẞ', "[(11, 12), ['ß', 'ẞ'], ['ſsKkıİi σς ', '', ''], 'ſsKkıİi σς <ß><ẞ>']"],
  ['(?i)ſ', 'CamelCaseString', "[(7, 8), ['s', 'S'], ['CamelCa', 'e', 'tring'], 'CamelCa<s>e<S>tring']"],
  ['(?i)σ', 'ſsKkıİi σς ßẞ', "[(8, 9), ['σ', 'ς'], ['ſsKkıİi ', '', ' ßẞ'], 'ſsKkıİi <σ><ς> ßẞ']"],
  ['(?i-s:a)', 'a.b-c_d', "[(0, 1), ['a'], ['', '.b-c_d'], '<a>.b-c_d']"],
  ['(?i:a)b', '12-ab 34-cd', "[(3, 5), ['ab'], ['12-', ' 34-cd'], '12-<ab> 34-cd']"],
  ['(?m)$', '\n\n', "[(0, 0), ['', '', ''], ['', '\\n', '\\n'], '<>\\n<>\\n<>']"],
  ['(?m)^', 'aaaa', "[(0, 0), [''], ['', 'aaaa'], '<>aaaa']"],
  ['(?m)^\\w+$', 'aab\nabc\n', "[(0, 3), ['aab', 'abc'], ['', '\\n', '\\n'], '<aab>\\n<abc>\\n']"],
  ['(?s).+', 'aab\nabc\n', "[(0, 8), ['aab\\nabc\\n'], ['', ''], '<aab\\nabc\\n>']"],
  ['(?u)a', 'a.b-c_d', "[(0, 1), ['a'], ['', '.b-c_d'], '<a>.b-c_d']"],
  ['(?x) a b # c\n c', 'ABC abc AbC', "[(4, 7), ['abc'], ['ABC ', ' AbC'], 'ABC <abc> AbC']"],
  ['(?x)(?:a # x\n|b)+', 'a', "[(0, 1), ['a'], ['', ''], '<a>']"],
  ['(?x)[ #]', "'x' \"y\" 'z", "[(3, 4), [' ', ' '], [\"'x'\", '\"y\"', \"'z\"], '\\'x\\'< >\"y\"< >\\'z']"],
  ['(\\w)\\1', 'aabbcc\tx  y', "[(0, 2), ['a', 'b', 'c'], ['', 'a', '', 'b', 'cc\\tx  y'], '<aa><bb><cc>\\tx  y']"],
  ['(a)(b)?', 'foo bar', "[(5, 6), [('a', '')], ['foo b', 'a', None, 'r'], 'foo b<a>r']"],
  ['(a)?(?(1)b|c)', 'aab\nabc\n', "[(1, 3), ['a', 'a', ''], ['a', 'a', '\\n', 'a', 'c\\n'], 'a<ab>\\n<ab><c>\\n']"],
  ['(a)|b', 'CamelCaseString', "[(1, 2), ['a', 'a'], ['C', 'a', 'melC', 'a', 'seString'], 'C<a>melC<a>seString']"],
  ['(a*)*', 'a', "[(0, 1), ['', ''], ['', '', '', '', ''], '<a><>']"],
  ['(a*)+', '\n\n', "[(0, 0), ['', '', ''], ['', '', '\\n', '', '\\n'], '<>\\n<>\\n<>']"],
  [
    '(a{1,2}?){1,3}',
    'CamelCaseString',
    "[(1, 2), ['a', 'a'], ['C', 'a', 'melC', 'a', 'seString'], 'C<a>melC<a>seString']",
  ],
  ['(a|)+', 'aaaa', "[(0, 4), ['', ''], ['', '', '', '', ''], '<aaaa><>']"],
  ['(a|ab)(c|bcd)(d*)', 'abcd', "[(0, 4), [('a', 'bcd', '')], ['', 'a', 'bcd', '', ''], '<abcd>']"],
  ['(a|b)*?c', '12-ab 34-cd', "[(9, 10), [''], ['12-ab 34-', None, 'd'], '12-ab 34-<c>d']"],
  [
    '(|a)+',
    'a.b-c_d',
    "[(0, 0), ['', '', '', '', '', '', '', '', ''], ['', '', '', '', '.b-c_d'], '<><a><>.<>b<>-<>c<>_<>d<>']",
  ],
  ['.+', 'abcd', "[(0, 4), ['abcd'], ['', ''], '<abcd>']"],
  ['[-a]', 'abcd', "[(0, 1), ['a'], ['', 'bcd'], '<a>bcd']"],
  [
    '[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}',
    'mail me@x.org, you@y.co.uk.',
    "[(5, 13), ['me@x.org', 'you@y.co.uk'], ['mail ', ', ', '.'], 'mail <me@x.org>, <you@y.co.uk>.']",
  ],
  ['[\\w-]+', "'x' \"y\" 'z", "[(1, 2), ['x', 'y', 'z'], [\"'\", '\\' \"', '\" \\'z'], '\\'<x>\\' \"<y>\" \\'<z>']"],
  ['[]a]', 'abcd', "[(0, 1), ['a'], ['', 'bcd'], '<a>bcd']"],
  ['[^\\W\\d_]+', 'ſsKkıİi σς ßẞ', "[(0, 7), ['ſsKkıİi', 'σς', 'ßẞ'], ['', ' ', ' ßẞ'], '<ſsKkıİi> <σς> <ßẞ>']"],
  [
    '[^]a]',
    'mail me@x.org, you@y.co.uk.',
    "[(0, 1), ['m', 'i', 'l', ' ', 'm', 'e', '@', 'x', '.', 'o', 'r', 'g', ',', ' ', 'y', 'o', 'u', '@', 'y', '.', 'c', 'o', '.', 'u', 'k', '.'], ['', 'a', 'l me@x.org, you@y.co.uk.'], '<m>a<i><l>< ><m><e><@><x><.><o><r><g><,>< ><y><o><u><@><y><.><c><o><.><u><k><.>']",
  ],
  [
    '[^a-c]+',
    'mail me@x.org, you@y.co.uk.',
    "[(0, 1), ['m', 'il me@x.org, you@y.', 'o.uk.'], ['', 'a', 'co.uk.'], '<m>a<il me@x.org, you@y.>c<o.uk.>']",
  ],
  ['[a-]', 'a\n', "[(0, 1), ['a'], ['', '\\n'], '<a>\\n']"],
  ['[a\\-z]', 'ABC abc AbC', "[(4, 5), ['a'], ['ABC ', 'bc AbC'], 'ABC <a>bc AbC']"],
  ['\\-', '12-ab 34-cd', "[(2, 3), ['-', '-'], ['12', 'ab 34', 'cd'], '12<->ab 34<->cd']"],
  ['\\.', 'a.b-c_d', "[(1, 2), ['.'], ['a', 'b-c_d'], 'a<.>b-c_d']"],
  ['\\101', 'ABC abc AbC', "[(0, 1), ['A', 'A'], ['', 'BC abc ', 'bC'], '<A>BC abc <A>bC']"],
  ['\\A\\s*\\Z', '\n\n', "[(0, 2), ['\\n\\n'], ['', ''], '<\\n\\n>']"],
  ['\\Aa', 'a.b-c_d', "[(0, 1), ['a'], ['', '.b-c_d'], '<a>.b-c_d']"],
  ['\\Bo', 'foo bar', "[(1, 2), ['o', 'o'], ['f', '', ' bar'], 'f<o><o> bar']"],
  ['\\W+', 'a{x}{1}a{', "[(1, 2), ['{', '}{', '}', '{'], ['a', 'x', '1}a{'], 'a<{>x<}{>1<}>a<{>']"],
  ['\\Z', 'a.b-c_d', "[(7, 7), [''], ['a.b-c_d', ''], 'a.b-c_d<>']"],
  ['\\bfoo\\b', 'foo bar', "[(0, 3), ['foo'], ['', ' bar'], '<foo> bar']"],
  ['\\s+', '12-ab 34-cd', "[(5, 6), [' '], ['12-ab', '34-cd'], '12-ab< >34-cd']"],
  ['\\u00e9', 'éÉ ñ', "[(0, 1), ['é'], ['', 'É ñ'], '<é>É ñ']"],
  ['\\x61', 'aab\nabc\n', "[(0, 1), ['a', 'a', 'a'], ['', '', 'b\\nabc\\n'], '<a><a>b\\n<a>bc\\n']"],
  ['^[a-z_]+$', 'aaaa', "[(0, 4), ['aaaa'], ['', ''], '<aaaa>']"],
  ['^a', 'a{x}{1}a{', "[(0, 1), ['a'], ['', '{x}{1}a{'], '<a>{x}{1}a{']"],
  ['a', 'abcd', "[(0, 1), ['a'], ['', 'bcd'], '<a>bcd']"],
  ['a$', 'a\n', "[(0, 1), ['a'], ['', '\\n'], '<a>\\n']"],
  ['a*+', 'abc', "[(0, 1), ['a', '', '', ''], ['', '', 'bc'], '<a><>b<>c<>']"],
  ['a++b', 'aab\nabc\n', "[(0, 3), ['aab', 'ab'], ['', '\\n', 'c\\n'], '<aab>\\n<ab>c\\n']"],
  ['a{', 'a{x}{1}a{', "[(0, 2), ['a{', 'a{'], ['', 'x}{1}', ''], '<a{>x}{1}<a{>']"],
  ['a{,2}', 'a.b-c_d', "[(0, 1), ['a', '', '', '', '', '', '', ''], ['', '', '.b-c_d'], '<a><>.<>b<>-<>c<>_<>d<>']"],
  [
    'a{,}',
    '12-ab 34-cd',
    "[(0, 0), ['', '', '', 'a', '', '', '', '', '', '', '', ''], ['', '1', '2-ab 34-cd'], '<>1<>2<>-<a><>b<> <>3<>4<>-<>c<>d<>']",
  ],
  ['a{2,3}', 'aab\nabc\n', "[(0, 2), ['aa'], ['', 'b\\nabc\\n'], '<aa>b\\nabc\\n']"],
  ['a{2}', 'aabbcc\tx  y', "[(0, 2), ['aa'], ['', 'bbcc\\tx  y'], '<aa>bbcc\\tx  y']"],
  ['a{x}', 'a{x}{1}a{', "[(0, 4), ['a{x}'], ['', '{1}a{'], '<a{x}>{1}a{']"],
  [
    'a|b|',
    "'x' \"y\" 'z",
    "[(0, 0), ['', '', '', '', '', '', '', '', '', '', ''], ['', \"'\", 'x\\' \"y\" \\'z'], '<>\\'<>x<>\\'<> <>\"<>y<>\"<> <>\\'<>z<>']",
  ],
  [
    'x*',
    'ABC abc AbC',
    "[(0, 0), ['', '', '', '', '', '', '', '', '', '', '', ''], ['', 'A', 'BC abc AbC'], '<>A<>B<>C<> <>a<>b<>c<> <>A<>b<>C<>']",
  ],
  ['é+', 'éÉ ñ', "[(0, 1), ['é'], ['', 'É ñ'], '<é>É ñ']"],
];

test.each(PATTERNS)('%j in %j is found as in Python', async (p, t, expected) => {
  expect(await evaluate(FOUND, { p, t })).toBe(expected);
});

/** Expression, pattern, text, and the repr() of the result in CPython 3.11. */
const CALLS: readonly (readonly [string, string, string, string])[] = [
  ['1', 'a(b)?c|d', '2026-11', '1'],
  ['1 if re.search(p,t) else 0', '(?P<y>\\d{4})-(?P<m>\\d\\d)', 'ac d', '0'],
  ['1 if re.search(p,t) else 0', '(?P<y>\\d{4})-(?P<m>\\d\\d)', 'xab', '0'],
  ['1 if re.search(p,t) else 0', '(a)(b)', 'xab', '1'],
  ['list(re.compile(p).finditer(t))', '(a)(b)', '2026-11', '[]'],
  ['list(re.compile(p).finditer(t))', 'a(b)?c|d', 'xab', '[]'],
  ['list(re.finditer(p,t,flags=2))', '(?P<y>\\d{4})-(?P<m>\\d\\d)', 'ac d', '[]'],
  ['list(re.finditer(p,t,flags=2))', '(a)(b)', 'ac d', '[]'],
  ['re.compile(p).findall(t,1)', '(?P<y>\\d{4})-(?P<m>\\d\\d)', '2026-11', '[]'],
  ['re.compile(p).flags', 'a(b)?c|d', 'ac d', '32'],
  ['re.compile(p).groups', '(?P<y>\\d{4})-(?P<m>\\d\\d)', '2026-11', '2'],
  ['re.compile(p).groups', '(a)(b)', '2026-11', '2'],
  ['re.compile(p).groups', '(a)(b)', 'xab', '2'],
  ['re.compile(p).groups', 'a(b)?c|d', 'xab', '1'],
  ['re.compile(p).match(t,1,3)', '(?P<y>\\d{4})-(?P<m>\\d\\d)', 'xab', 'None'],
  ['re.compile(p).pattern', '(?P<y>\\d{4})-(?P<m>\\d\\d)', '2026-11', "'(?P<y>\\\\d{4})-(?P<m>\\\\d\\\\d)'"],
  ['re.compile(p).pattern', '(?P<y>\\d{4})-(?P<m>\\d\\d)', 'ac d', "'(?P<y>\\\\d{4})-(?P<m>\\\\d\\\\d)'"],
  ['re.compile(p).pattern', 'a(b)?c|d', '2026-11', "'a(b)?c|d'"],
  ['re.compile(p).pattern', 'a(b)?c|d', 'abc', "'a(b)?c|d'"],
  ['re.compile(p).search(t,1)', '(a)(b)', 'abc', 'None'],
  ['re.compile(p).search(t,1)', '(a)(b)', 'xab', "<re.Match object; span=(1, 3), match='ab'>"],
  [
    're.escape(p)',
    '(?P<y>\\d{4})-(?P<m>\\d\\d)',
    'abc',
    "'\\\\(\\\\?P<y>\\\\\\\\d\\\\{4\\\\}\\\\)\\\\-\\\\(\\\\?P<m>\\\\\\\\d\\\\\\\\d\\\\)'",
  ],
  [
    're.escape(p)',
    '(?P<y>\\d{4})-(?P<m>\\d\\d)',
    'ac d',
    "'\\\\(\\\\?P<y>\\\\\\\\d\\\\{4\\\\}\\\\)\\\\-\\\\(\\\\?P<m>\\\\\\\\d\\\\\\\\d\\\\)'",
  ],
  ['re.escape(p)', 'a(b)?c|d', 'abc', "'a\\\\(b\\\\)\\\\?c\\\\|d'"],
  ['re.findall(p,t,re.I)', '(a)(b)', 'ac d', '[]'],
  ['re.findall(p,t,re.I)', 'a(b)?c|d', 'abc', "['b']"],
  ['re.findall(p,t,re.I)', 'a(b)?c|d', 'ac d', "['', '']"],
  ['re.search(p,t).endpos', '(a)(b)', 'abc', '3'],
  ['re.search(p,t).endpos', 'a(b)?c|d', 'abc', '3'],
  ["re.search(p,t).expand('[\\\\1]')", '(?P<y>\\d{4})-(?P<m>\\d\\d)', '2026-11', "'[2026]'"],
  ["re.search(p,t).expand('[\\\\1]')", '(a)(b)', 'xab', "'[a]'"],
  ["re.search(p,t).expand('[\\\\1]')", 'a(b)?c|d', 'abc', "'[b]'"],
  ['re.search(p,t).group()', '(a)(b)', 'xab', "'ab'"],
  ['re.search(p,t).group()', 'a(b)?c|d', 'abc', "'abc'"],
  ['re.search(p,t).group()', 'a(b)?c|d', 'ac d', "'ac'"],
  ['re.search(p,t).group(0,1)', '(?P<y>\\d{4})-(?P<m>\\d\\d)', '2026-11', "('2026-11', '2026')"],
  ['re.search(p,t).group(0,1)', 'a(b)?c|d', 'abc', "('abc', 'b')"],
  ['re.search(p,t).group(1)', '(?P<y>\\d{4})-(?P<m>\\d\\d)', '2026-11', "'2026'"],
  ['re.search(p,t).lastgroup', '(a)(b)', 'abc', 'None'],
  ['re.search(p,t).pos', 'a(b)?c|d', 'abc', '0'],
  ['re.search(p,t).re', '(a)(b)', 'abc', "re.compile('(a)(b)')"],
  ['re.search(p,t).span(1)', '(a)(b)', 'abc', '(0, 1)'],
  ['re.search(p,t).span(1)', '(a)(b)', 'xab', '(1, 2)'],
  ['re.search(p,t).span(1)', 'a(b)?c|d', 'abc', '(1, 2)'],
  ['re.search(p,t).start(1)', '(?P<y>\\d{4})-(?P<m>\\d\\d)', '2026-11', '0'],
  ['re.search(p,t)[0]', '(a)(b)', 'xab', "'ab'"],
  ['re.search(p,t,re.I).group()', '(a)(b)', 'abc', "'ab'"],
  ['re.split(p,t,maxsplit=-1)', '(?P<y>\\d{4})-(?P<m>\\d\\d)', 'ac d', "['ac d']"],
  ["re.sub(p,'\\\\-\\\\.',t)", '(a)(b)', '2026-11', "'2026-11'"],
  ["re.sub(p,'\\\\0\\\\101\\\\012',t)", '(?P<y>\\d{4})-(?P<m>\\d\\d)', '2026-11', "'\\x00A\\n'"],
  ["re.sub(p,'\\\\2\\\\1',t)", '(?P<y>\\d{4})-(?P<m>\\d\\d)', 'ac d', "'ac d'"],
  ["re.sub(p,'\\\\2\\\\1',t)", '(a)(b)', 'xab', "'xba'"],
  ["re.sub(p,'\\\\g<y>/\\\\g<m>',t)", '(?P<y>\\d{4})-(?P<m>\\d\\d)', '2026-11', "'2026/11'"],
  ["re.sub(p,'\\\\g<y>/\\\\g<m>',t)", '(?P<y>\\d{4})-(?P<m>\\d\\d)', 'ac d', "'ac d'"],
  ["re.sub(p,'\\\\n\\\\t\\\\\\\\',t)", '(a)(b)', 'abc', "'\\n\\t\\\\c'"],
  ["re.sub(p,'x',t,count=-1)", '(a)(b)', 'xab', "'xab'"],
  ["re.sub(p,'x',t,count=1)", '(a)(b)', '2026-11', "'2026-11'"],
  ["re.sub(p,'x',t,count=1)", 'a(b)?c|d', 'xab', "'xab'"],
  ["re.sub(p,'x',t,flags=re.I)", 'a(b)?c|d', 'xab', "'xab'"],
  [
    're.sub(p,str,t)',
    'a(b)?c|d',
    'ac d',
    "\"<re.Match object; span=(0, 2), match='ac'> <re.Match object; span=(3, 4), match='d'>\"",
  ],
];

test.each(CALLS)('%s with %j and %j is as in Python', async (expression, p, t, expected) => {
  expect(await evaluate(expression, { p, t })).toBe(expected);
});

/** Patterns that Python rejects, too. */
const MISTAKES: readonly string[] = [
  '$+',
  '(',
  '(?',
  '(?(2)a)',
  '(?(x)a)',
  '(?<',
  '(?<=(a)\\1)b',
  '(?<=a',
  '(?<=a+)b',
  '(?L)a',
  '(?P',
  '(?P<',
  '(?P<1>a)',
  '(?P<a>a)(?P<a>b)',
  '(?P<x',
  '(?P=x)',
  '(?i-i:a)',
  '(?z)',
  '(\\1)',
  '*a',
  '[',
  '[\\400]',
  '[\\8]',
  '[\\d-z]',
  '[a-\\d]',
  '[z-a]',
  '\\',
  '\\2',
  '\\400',
  '\\8',
  '\\b*',
  '\\q',
  '\\x1',
  '^*',
  'a(?i)b',
  'a**',
  'a|*',
  'x{3,2}',
  '{1}',
];

test.each(MISTAKES)('the pattern %j is rejected as in Python', async (p) => {
  await expect(evaluate("re.search(p, 'a')", { p })).rejects.toThrow(/position|fixed-width/);
});

test.each([
  ['(a+)+$', `${'a'.repeat(40)}b`],
  ['(a|a)*b', 'a'.repeat(50)],
  ['(.*)*x', 'a'.repeat(1000)],
])('%s stops with an error instead of trying for ever', async (p, t) => {
  await expect(evaluate('re.search(p, t)', { p, t })).rejects.toThrow('tries too many ways');
});

test('a long text is searched in passing where no match can begin', async () => {
  const t = `${'a table of words '.repeat(50_000)}join  this `;

  expect(await evaluate("re.findall('(?ix) (?<!distinct\\\\s) (from|join)\\\\s+ (\\\\w+)', t)", { t })).toEqual(
    await evaluate("[('join', 'this')]"),
  );
});

test('a pattern that repeats repetitions is too large', async () => {
  await expect(evaluate("re.compile('((a{1,1000}){1,1000}){1,1000}')")).rejects.toThrow('repeats too much');
});

test('a function that has to wait cannot make replacements', async () => {
  await expect(evaluate("re.sub('a', later, 'a')")).rejects.toThrow('later() has to wait for the warehouse');
});
