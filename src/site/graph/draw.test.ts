import { expect, test } from 'vitest';
import { openPage } from '../page-model.ts';
import { largeSite } from '../testing/large-site.ts';
import { LEAKING } from '../testing/sample-site.ts';
import { type Drawing, drawGraph, MOST_NODES } from './draw.ts';
import { layOut } from './layout.ts';
import { selectIn } from './select.ts';
import { graphAddress, readSettings } from './settings.ts';

const page = openPage(LEAKING);
const large = openPage(largeSite(1_000));
const settings = (query: string) => readSettings(new URLSearchParams(query));

/** `stg_users(contact clear, email_hash pseudonymous)` */
function spell({ cards }: Drawing, { site } = page): readonly string[] {
  return cards.map(({ of, rows }) => {
    const columns = rows
      .map(({ name, state, path }) => [name, state ?? '–', ...(path ? [path] : [])].join(' '))
      .join(', ');
    if (of.kind === 'group') return `[${of.nodes.length} in ${of.title}]`;
    const name = of.kind === 'node' ? site.nodes[of.node]?.name : `exposure ${site.exposures[of.exposure]?.name}`;
    return `${name}(${columns})`;
  });
}

test('the graph lists personal columns alone, those on the path of a leak first, and a mart that is proven free', () => {
  expect(spell(drawGraph(page, settings('')))).toEqual([
    'raw.raw_user(email clear leak, birth clear)',
    'stg_users(contact clear leak, email_hash pseudonymous)',
    'mart_activity(contact clear leak)',
    'mart_volume()',
    'exposure dashboard(contact clear leak)',
  ]);
});

test('what shapes a chosen column without giving it a value is drawn beside its values, and moves no card', () => {
  const before = drawGraph(page, settings('show=all'));
  const chosen = drawGraph(page, settings('show=all&column=mart_volume.days'));

  expect(before.influences).toEqual([]);
  expect(chosen.influences).toEqual([
    {
      from: 'n1',
      to: 'n3',
      columns: [
        [1, 0],
        [3, 0],
      ],
      state: 'clear',
    },
  ]);
  expect({ ...chosen, influences: [] }).toEqual(before);
  const [layout, shaped] = [layOut(before), layOut(chosen)];
  expect(shaped.boxes).toEqual(layout.boxes);
  expect(shaped.influences).toHaveLength(1);
});

test.each([
  ['show=leaks', ['raw.raw_user', 'stg_users', 'mart_activity', 'exposure dashboard']],
  ['tier=safe', ['mart_activity', 'mart_volume', 'exposure dashboard']],
  ['kind=source', ['raw.raw_user']],
  ['type=birth_date', ['raw.raw_user']],
  ['select=tag:pii', ['raw.raw_user']],
  ['select=tag:pii%2B', ['raw.raw_user', 'stg_users', 'mart_activity', 'exposure dashboard']],
  ['select=mart_volume', ['mart_volume']],
  ['select=%2Bmart_volume', ['raw.raw_user', 'stg_users', 'mart_volume']],
])('with %s the graph has %j', (query, names) => {
  expect(spell(drawGraph(page, settings(query))).map((text) => text.replace(/\(.*/, ''))).toEqual(names);
});

test('edges run from row to row, and those of a leak are marked up to the exposure', () => {
  const { edges } = drawGraph(page, settings(''));

  expect(
    edges.map(({ from, to, columns, state, path }) => [from, to, columns?.join(' '), state, path ?? ''].join(' ')),
  ).toEqual([
    'n0 n1 0,0 1,2 clear leak',
    'n0 n1 0,0 1,1 pseudonymous ',
    'n1 n2 1,2 2,0 clear leak',
    'n2 e0 2,0 2,0 clear leak',
  ]);
});

test('of 1,000 models at most 40 cards are drawn at first: the path of the leak, and one card a layer or tier', () => {
  const drawing = drawGraph(large, settings(''));

  expect(drawing.cards.length).toBeLessThanOrEqual(40);
  expect(drawing.cards.filter(({ of }) => of.kind === 'node').length).toBeGreaterThan(1);
  expect(spell(drawing, large).filter((text) => text.startsWith('['))).toHaveLength(6);
});

test('a folded card unfolds into its folders, a folder into its models, and never into more than 150', () => {
  const keyOfGroup = (drawing: Drawing, title: string) =>
    drawing.cards.find(({ of }) => of.kind === 'group' && of.title === title)?.key ?? '';
  const nodesIn = ({ cards }: Drawing) => cards.filter(({ of }) => of.kind === 'node').length;
  const first = drawGraph(large, settings(''));
  const layer = drawGraph(large, { ...settings(''), open: [keyOfGroup(first, 'staging')] });
  const folder = drawGraph(large, {
    ...settings(''),
    open: [keyOfGroup(first, 'staging'), keyOfGroup(layer, 'staging/team_3')],
  });
  const everything = drawGraph(large, {
    ...settings('show=all'),
    open: [...first.cards, ...layer.cards].map(({ key }) => key),
  });

  expect(spell(layer, large).filter((text) => text.includes('staging/team_'))).toHaveLength(7);
  expect(nodesIn(folder)).toBeGreaterThan(nodesIn(first) + 20);
  expect(nodesIn(everything)).toBeLessThanOrEqual(MOST_NODES);
});

test.each([
  ['stg_users', 'stg_users'],
  ['+stg_users', 'raw.raw_user stg_users'],
  ['stg_users+', 'stg_users mart_activity mart_volume'],
  ['raw.raw_user+1', 'raw.raw_user stg_users'],
  ['1+mart_volume', 'stg_users mart_volume'],
  ['@stg_users', 'raw.raw_user stg_users mart_activity mart_volume'],
  ['mart_* stg_users', 'stg_users mart_activity mart_volume'],
  ['mart_*,tag:pii+', 'mart_activity'],
  ['tag:pii', 'raw.raw_user'],
  ['tag:pii+', 'raw.raw_user stg_users mart_activity'],
  ['pii_type:email+', 'raw.raw_user stg_users mart_activity'],
  ['pii_type:birth_date+', 'raw.raw_user'],
  ['tier:safe', 'mart_activity mart_volume'],
  ['path:models/marts', 'mart_activity mart_volume'],
  ['marts.safe', 'mart_activity mart_volume'],
  ['source:raw', 'raw.raw_user'],
  ['resource_type:source', 'raw.raw_user'],
  ['is:leak', 'mart_activity'],
  ['exposure:dashboard', 'mart_activity'],
  ['+exposure:dashboard', 'raw.raw_user stg_users mart_activity'],
])('the selector %s selects %s', (selector, names) => {
  const { nodes, problems } = selectIn(page, selector);

  expect(problems).toEqual([]);
  expect(
    [...nodes]
      .sort((a, b) => a - b)
      .map((node) => LEAKING.nodes[node]?.name)
      .join(' '),
  ).toBe(names);
});

test.each([
  ['nothing_here', 'nothing matches nothing_here'],
  ['state:modified', /^the page has no method state/],
  ['constructor:x', /^the page has no method constructor/],
])('the selector %s says what is wrong', (selector, problem) => {
  expect(selectIn(page, selector).problems).toEqual([
    typeof problem === 'string' ? problem : expect.stringMatching(problem),
  ]);
});

test('settings are in the address, and read back from it', () => {
  const written = settings('show=leaks&tier=safe&kind=model&type=email&select=tag%3Api%2B&column=a.b&open=1&open=2');

  expect(settings(graphAddress(written).replace('#/graph?', ''))).toEqual(written);
  expect(graphAddress(settings(''))).toBe('#/graph');
});
