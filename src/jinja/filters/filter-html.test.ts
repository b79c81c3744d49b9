import { describe, expect, test } from 'vitest';
import { evaluateToRepr } from '../testing/evaluate-text.ts';

// Each row is an expression and the repr() of its value in Jinja2 3.1.6 on CPython.
const html = [
  [`'<a href="x">&\\'</a>'|escape`, "'&lt;a href=&#34;x&#34;&gt;&amp;&#39;&lt;/a&gt;'"],
  ["'<'|e", "'&lt;'"],
  ['5|e', "'5'"],
  ['none|e', "'None'"],
  ['undef|e', "''"],
  ["[1,'<']|e", "'[1, &#39;&lt;&#39;]'"],
  ["'<&'|forceescape", "'&lt;&amp;'"],
  ['undef|forceescape', "''"],
  ["'<b>'|safe", "'<b>'"],
  ['5|safe', "'5'"],
  ['undef|safe', "''"],
  ["'<p>Hello   <b>World</b></p>'|striptags", "'Hello World'"],
  ["'<!-- c --> a &amp; b &lt;x&gt; &#39;q&#39; &quot;'|striptags", `'a & b <x> \\'q\\' "'`],
  ["'a < b'|striptags", "'a < b'"],
  ["'a <b'|striptags", "'a <b'"],
  ["'<!-- open'|striptags", "'<!-- open'"],
  ["'&eacute;&nbsp;x &copy 2 &hellip; &euro;'|striptags", "'é\\xa0x © 2 … €'"],
  ["'&#x41;&#65;&#0;&#128;&#xd800;&#x110000;&#1;'|striptags", "'AA�€��'"],
  ["'a\\n\\t b'|striptags", "'a b'"],
  ['5|striptags', "'5'"],
  ['undef|striptags', "''"],
  ["'<a<b>c>d'|striptags", "'c>d'"],
  [`{'class':'a','id':none,'x':'<&"'}|xmlattr`, `' class="a" x="&lt;&amp;&#34;"'`],
  ["{'class':'a'}|xmlattr(false)", `'class="a"'`],
  ['{}|xmlattr', "''"],
  ["{'a b':1}|xmlattr", 'raises ValueError'],
  ["{'a=':1}|xmlattr", 'raises ValueError'],
  ["{'a':undef,'b':1}|xmlattr", `' b="1"'`],
  ['{1:2}|xmlattr', 'raises TypeError'],
  ['[1]|xmlattr', 'raises AttributeError'],
  ['undef|xmlattr', 'raises UndefinedError'],
] as const;

const addresses = [
  ["'a b/c?d=é&f'|urlencode", "'a%20b/c%3Fd%3D%C3%A9%26f'"],
  [`"~!*'()-_."|urlencode`, "'~%21%2A%27%28%29-_.'"],
  ["{'a':1,'b c':'x/y&z'}|urlencode", "'a=1&b+c=x%2Fy%26z'"],
  ["[('a',1),('b','ü')]|urlencode", "'a=1&b=%C3%BC'"],
  ["['ab']|urlencode", "'a=b'"],
  ['[1]|urlencode', 'raises TypeError'],
  ['5|urlencode', "'5'"],
  ['none|urlencode', "'None'"],
  ['undef|urlencode', "''"],
  ["''|urlencode", "''"],
  [
    "'see http://example.com/x?y=1 and (www.foo.org), <b>'|urlize",
    `'see <a href="http://example.com/x?y=1" rel="noopener">http://example.com/x?y=1</a> and (<a href="https://www.foo.org" rel="noopener">www.foo.org</a>), &lt;b&gt;'`,
  ],
  ["'http://example.com.'|urlize", `'<a href="http://example.com" rel="noopener">http://example.com</a>.'`],
  [
    "'mail a@b.co or mailto:x@y.org, @a@b.c'|urlize",
    `'mail <a href="mailto:a@b.co">a@b.co</a> or <a href="mailto:x@y.org">x@y.org</a>, @a@b.c'`,
  ],
  [
    "'https://en.wikipedia.org/wiki/A_(b))'|urlize",
    `'<a href="https://en.wikipedia.org/wiki/A_(b)" rel="noopener">https://en.wikipedia.org/wiki/A_(b)</a>)'`,
  ],
  [
    "'http://localhost:8080 http://127.0.0.1:80/x'|urlize",
    `'<a href="http://localhost:8080" rel="noopener">http://localhost:8080</a> <a href="http://127.0.0.1:80/x" rel="noopener">http://127.0.0.1:80/x</a>'`,
  ],
  [
    "'foo.com bar.xyz baz.info/x'|urlize",
    `'<a href="https://foo.com" rel="noopener">foo.com</a> bar.xyz <a href="https://baz.info/x" rel="noopener">baz.info/x</a>'`,
  ],
  [
    "'http://example.com/a/very/long/path'|urlize(10)",
    `'<a href="http://example.com/a/very/long/path" rel="noopener">http://exa...</a>'`,
  ],
  ["'http://example.com'|urlize(10,true)", `'<a href="http://example.com" rel="nofollow noopener">http://exa...</a>'`],
  [
    "'http://example.com'|urlize(target='_blank')",
    `'<a href="http://example.com" rel="noopener" target="_blank">http://example.com</a>'`,
  ],
  [
    "'http://example.com'|urlize(rel='b a')",
    `'<a href="http://example.com" rel="a b noopener">http://example.com</a>'`,
  ],
  [
    "'tel:123 ftp://x.y'|urlize(extra_schemes=['tel:','ftp://'])",
    `'<a href="tel:123" rel="noopener">tel:123</a> <a href="ftp://x.y" rel="noopener">ftp://x.y</a>'`,
  ],
  ["'x'|urlize(extra_schemes=['x'])", 'raises FilterArgumentError'],
  ["'HTTP://X.COM'|urlize", `'<a href="https://HTTP://X.COM" rel="noopener">HTTP://X.COM</a>'`],
  [
    "'(http://a.com) <http://b.com> [http://c.com]'|urlize",
    `'(<a href="http://a.com" rel="noopener">http://a.com</a>) &lt;<a href="http://b.com" rel="noopener">http://b.com</a>&gt; [http://c.com]'`,
  ],
  [
    "'http://[::1]/ http://[2001:db8::1]'|urlize",
    `'<a href="http://[::1]/" rel="noopener">http://[::1]/</a> <a href="http://[2001:db8::1]" rel="noopener">http://[2001:db8::1]</a>'`,
  ],
  ['5|urlize', "'5'"],
  ['undef|urlize', "''"],
  ["'a.b@c.d:e x@y'|urlize", "'a.b@c.d:e x@y'"],
  ["'www.x@y.com'|urlize", "'www.x@y.com'"],
] as const;

const json = [
  ["{'b':1,'a':[1,2.0,none,true,'x']}|tojson", `'{"a": [1, 2.0, null, true, "x"], "b": 1}'`],
  [`'<script>&\\'"</script>'|tojson`, `'"\\\\u003cscript\\\\u003e\\\\u0026\\\\u0027\\\\"\\\\u003c/script\\\\u003e"'`],
  ["{'a':1,'b':{'c':[]}}|tojson(2)", `'{\\n  "a": 1,\\n  "b": {\\n    "c": []\\n  }\\n}'`],
  ["{'a':1,'b':{'c':[1,{}]}}|tojson(indent=1)", `'{\\n "a": 1,\\n "b": {\\n  "c": [\\n   1,\\n   {}\\n  ]\\n }\\n}'`],
  ['[1,[2]]|tojson(0)', "'[\\n1,\\n[\\n2\\n]\\n]'"],
  ["[1]|tojson('--')", "'[\\n--1\\n]'"],
  ['[]|tojson(2)', "'[]'"],
  ['{}|tojson(2)', "'{}'"],
  ['(1,2)|tojson', "'[1, 2]'"],
  ["'é☃😀\\x7f\\x00\\n'|tojson", `'"\\\\u00e9\\\\u2603\\\\ud83d\\\\ude00\\\\u007f\\\\u0000\\\\n"'`],
  ['{1:2,none:3}|tojson', 'raises TypeError'],
  ['{true:1}|tojson', `'{"true": 1}'`],
  ['{1.5:1}|tojson', `'{"1.5": 1}'`],
  ['{(1,2):1}|tojson', 'raises TypeError'],
  ['{none:1}|tojson', `'{"null": 1}'`],
  ['undef|tojson', 'raises TypeError'],
  ['[undef]|tojson', 'raises TypeError'],
  ['1e100|tojson', "'1e+100'"],
  ['range(3)|tojson', 'raises TypeError'],
  ["{'a':1}.keys()|tojson", 'raises TypeError'],
  ['12345678901234567890|tojson', "'12345678901234567890'"],
  ["'/'|tojson", `'"/"'`],
] as const;

describe('HTML is written and taken away', () => {
  test.each(html)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});

describe('addresses', () => {
  test.each(addresses)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});

describe('JSON that HTML may hold', () => {
  test.each(json)('%s is %s', async (expression, expected) => {
    expect(await evaluateToRepr(expression)).toBe(expected);
  });
});
