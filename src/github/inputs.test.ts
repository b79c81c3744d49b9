import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultKey, INPUTS, readInputs } from './inputs.ts';

let workspace: string;

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'fenceline-inputs-'));
  mkdirSync(join(workspace, 'analytics'));
  writeFileSync(join(workspace, 'seed.sql'), 'select 1;');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(workspace, { recursive: true });
});

const { inputs: described } = load(readFileSync(join(import.meta.dirname, '../../action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
};

test('action.yml has each input that is read, and no other', () => {
  expect(Object.values(INPUTS).map(({ name }) => name)).toEqual(Object.keys(described));
});

test.each(Object.values(INPUTS))('action.yml and the reader agree on $name', ({ name, standard, choices }) => {
  const { description = '', default: fallback = '' } = described[name] ?? {};

  // The standard of the token is an expression of the runner.
  expect(name === 'github-token' ? '' : fallback).toBe(standard);
  for (const choice of choices) expect(description).toContain(`\`${choice}\``);
});

/** Inputs as variables of the runner: their names are in upper case, and blanks become underscores. */
function read(inputs: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(inputs)) vi.stubEnv(`INPUT_${name.toUpperCase()}`, value);
  return readInputs(workspace);
}

test('nothing given is the whole project at the top of the checkout', () => {
  expect(read({})).toEqual({
    mode: 'run',
    reportFile: undefined,
    namedKey: undefined,
    projectDirectory: workspace,
    configFile: undefined,
    policy: undefined,
    select: [],
    postgres: { mode: 'auto', url: undefined, version: undefined, setup: undefined },
    baseRef: undefined,
    requireBase: true,
    failOn: 'error',
    comment: 'changes',
    commentKey: 'default',
    annotations: true,
    suggestions: true,
    token: '',
  });
});

test('everything given is read', () => {
  const inputs = read({
    mode: 'comment',
    'report-file': 'report.json',
    'project-dir': 'analytics',
    config: 'seed.sql',
    select: 'tag:nightly\n +mart_funnel',
    postgres: 'system',
    'postgres-url': 'postgres://localhost/clinic',
    'postgres-version': '16',
    'seed-sql': 'seed.sql\nseed.sql\n',
    'base-ref': 'origin/main',
    'fail-on': 'never',
    comment: 'false',
    'comment-key': 'nightly.2',
    annotations: 'false',
    'github-token': 'secret',
  });
  expect(inputs).toEqual({
    mode: 'comment',
    reportFile: 'report.json',
    namedKey: 'nightly.2',
    projectDirectory: join(workspace, 'analytics'),
    configFile: join(workspace, 'seed.sql'),
    policy: undefined,
    select: ['tag:nightly', '+mart_funnel'],
    postgres: {
      mode: 'system',
      url: 'postgres://localhost/clinic',
      version: 16,
      setup: [join(workspace, 'seed.sql'), join(workspace, 'seed.sql')],
    },
    baseRef: 'origin/main',
    requireBase: true,
    failOn: 'never',
    comment: 'never',
    commentKey: 'nightly.2',
    annotations: false,
    suggestions: true,
    token: 'secret',
  });
});

test.each([
  { folder: '.', key: /^default$/ },
  { folder: 'analytics', key: /^analytics$/ },
  { folder: 'data/clinic', key: /^data\.clinic$/ },
  { folder: 'data.clinic', key: /^data\.clinic-[0-9a-f]{8}$/ },
  { folder: 'default', key: /^default-[0-9a-f]{8}$/ },
  { folder: 'ärzte <!-- x', key: /^[\w.-]+-[0-9a-f]{8}$/ },
])('the comment of the project in $folder has a key of its own', ({ folder, key }) => {
  mkdirSync(join(workspace, folder), { recursive: true });
  expect(read({ 'project-dir': folder }).commentKey).toMatch(key);
});

test('a contract in another repository is a policy', () => {
  expect(read({ config: 'clinic/policies/data/privacy.yml@v1' })).toMatchObject({
    configFile: undefined,
    policy: { owner: 'clinic', repo: 'policies', path: 'data/privacy.yml', ref: 'v1' },
    commentKey: 'default',
  });
});

test('a folder on another drive of Windows has a key with a hash', () => {
  expect(defaultKey(['C:\\work\\clinic'])).toMatch(/^C\.work\.clinic-[0-9a-f]{8}$/);
});

test('another contract for the same project has another key', () => {
  expect(read({ 'project-dir': 'analytics', config: 'seed.sql' }).commentKey).toMatch(/^analytics-[0-9a-f]{8}$/);
});

describe('a wrong input is named, with what it must be', () => {
  const cases = [
    { name: 'project-dir', value: 'gone', message: 'the input project-dir names gone, which is not there' },
    { name: 'config', value: 'gone.yml', message: 'the input config names gone.yml' },
    { name: 'seed-sql', value: 'gone.sql', message: 'the input seed-sql names gone.sql' },
    { name: 'postgres', value: 'pined', message: "Did you mean 'pinned'?" },
    { name: 'postgres-version', value: '16.2', message: 'must be a major version such as 16' },
    { name: 'fail-on', value: 'errors', message: "Did you mean 'error'?" },
    { name: 'comment', value: 'yes', message: 'the input comment must be one of changes, always, never, true, false' },
    { name: 'comment-key', value: 'a --> b', message: 'may have letters, digits' },
    { name: 'annotations', value: 'off', message: 'the input annotations must be one of true, false' },
  ];
  test.each(cases)('$name', ({ name, value, message }) => {
    expect(() => read({ [name]: value })).toThrow(message);
  });

  test('all at once', () => {
    expect(() => read({ comment: 'yes', postgres: 'pined' })).toThrow(/input postgres .*input comment /s);
  });
});
