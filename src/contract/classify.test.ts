import { expect, test } from 'vitest';
import { testProject } from '../lineage/testing/project.ts';
import type { Meta } from '../project/node.ts';
import { classify } from './classify.ts';

const PLACE = { file: 'models/sources.yml', line: 1, column: 1 };

const cases: readonly {
  readonly name: string;
  readonly tags?: readonly string[];
  readonly meta?: Meta;
  readonly type: string | undefined;
}[] = [
  { name: 'nothing is said of', type: undefined },
  { name: 'is tagged', tags: ['pii'], type: 'pii' },
  { name: 'is tagged in capitals', tags: ['PII'], type: 'pii' },
  { name: 'has another tag', tags: ['pii_free'], type: undefined },
  { name: 'has meta', meta: { pii: true }, type: 'pii' },
  { name: 'has meta with a type', meta: { pii: true, pii_type: 'email' }, type: 'email' },
  { name: 'has meta in quotes', meta: { pii: 'true' }, type: 'pii' },
  { name: 'is denied', meta: { pii: false, pii_type: 'email' }, type: undefined },
  { name: 'is denied in quotes', meta: { pii: 'No' }, type: undefined },
  { name: 'has a tag and meta that denies it', tags: ['pii'], meta: { pii: false }, type: 'pii' },
  { name: 'has a type alone', meta: { pii_type: 'email' }, type: undefined },
];

test.each(cases)('a column of a source or model that $name', ({ tags = [], meta = {}, type }) => {
  const columns = new Map([
    ['Email', { name: 'Email', description: '', dataType: undefined, tags, meta, location: PLACE }],
  ]);
  const project = testProject({ models: { stg: 'select email from warehouse.main.raw_user' } });
  const [source] = project.sources.values();
  const [model] = project.nodes.values();
  if (!source || !model) throw new Error('the project has a source and a model');
  const tagged = classify({
    ...project,
    sources: new Map([[source.uniqueId, { ...source, columns }]]),
    nodes: new Map([[model.uniqueId, { ...model, columns }]]),
  });
  const found = [source, model].map(({ uniqueId }) => tagged.find({ uniqueId, column: 'EMAIL' })?.piiType);
  expect(found).toEqual([type, type]);
});

test('a tag on a whole source holds for each of its columns', () => {
  const project = testProject({ models: {} });
  const sources = [...project.sources.values()].map((source) => ({ ...source, tags: ['pii'] }));
  const tagged = classify({ ...project, sources: new Map(sources.map((source) => [source.uniqueId, source])) });
  expect(tagged.find({ uniqueId: 'source.app.raw.raw_user', column: 'anything' })?.piiType).toBe('pii');
});

test('a tag on a whole seed holds for each of its columns', () => {
  const project = testProject({ models: {}, seeds: ['region'] });
  const seeds = [...project.nodes.values()].map((seed) => ({ ...seed, tags: ['pii'] }));
  const tagged = classify({ ...project, nodes: new Map(seeds.map((seed) => [seed.uniqueId, seed])) });
  expect(tagged.find({ uniqueId: 'seed.app.region', column: 'anything' })?.piiType).toBe('pii');
});

test('a tag on é says nothing of É, which is another column', () => {
  const column = (name: string, tags: readonly string[]) =>
    [name, { name, description: '', dataType: undefined, tags, meta: {}, location: PLACE }] as const;
  const project = testProject({ models: {} });
  const [source] = project.sources.values();
  if (!source) throw new Error('the project has a source');
  const columns = new Map([column('É', []), column('é', ['pii'])]);
  const tagged = classify({ ...project, sources: new Map([[source.uniqueId, { ...source, columns }]]) });

  const found = ['É', 'é'].map((name) => tagged.find({ uniqueId: source.uniqueId, column: name })?.piiType);
  expect(found).toEqual([undefined, 'pii']);
});
