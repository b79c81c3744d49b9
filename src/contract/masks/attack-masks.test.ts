import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { MaskConfig } from '../../config/fenceline-config.ts';
import { openProjectFiles } from '../../config/project-files.ts';
import { formatLocation } from '../../location.ts';
import { openProject } from '../../pipeline/open/open-project.ts';
import type { ProgressEvent } from '../../progress.ts';
import { loadProject } from '../../project/load/load-project.ts';
import { findingText } from '../../report/words/finding-text.ts';
import { ParseCache } from '../../warehouse/parse-cache.ts';
import type { UnverifiedMask, WeakMaskSecret } from '../finding.ts';
import { attackMasks } from './attack-masks.ts';

/** A secret that no finding, text or progress line may hold. */
const SECRET = 'canary7Hd02kLmz81vXcPw4R';

interface Written {
  /** Text of `macros/masks.sql`. */
  readonly macros: string;
  readonly yields?: MaskConfig['yields'];
  readonly secret?: string;
  /** `vars:` of dbt_project.yml. */
  readonly vars?: string;
  readonly environment?: { readonly [name: string]: string };
  readonly masksRealData?: boolean;
  readonly files?: { readonly [path: string]: string };
}

async function attack(
  written: Written,
  signal = new AbortController().signal,
): Promise<{
  readonly findings: readonly (UnverifiedMask | WeakMaskSecret)[];
  readonly steps: readonly ProgressEvent[];
}> {
  const { macros, yields = 'pseudonymous', secret, vars = '{}', environment = {}, masksRealData = false } = written;
  const directory = mkdtempSync(join(tmpdir(), 'fenceline-masks-'));
  try {
    const files = {
      'dbt_project.yml': `name: app\nversion: "1"\nprofile: app\nvars: ${vars}\n`,
      'profiles.yml': 'app:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: dev.duckdb, schema: main}\n',
      'macros/masks.sql': macros,
      ...written.files,
    };
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    const project = await loadProject({
      files: openProjectFiles(directory),
      vars: {},
      targetName: undefined,
      profilesDirectories: [directory],
      environment,
      isVisibleVariable: () => true,
    });
    const steps: ProgressEvent[] = [];
    const location = { file: 'fenceline.yml', line: 9, column: 5 };
    const findings = await attackMasks({
      project,
      contract: { ...NO_CONTRACT, masks: [{ macro: 'mask', yields, secret, location }] },
      lineage: { nodes: new Map() },
      masksRealData,
      parses: new ParseCache(),
      progress: (event) => steps.push(event),
      signal,
    });
    return { findings, steps };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const NO_CONTRACT = {
  tiers: [],
  masks: [],
  indirect: {
    filter: 'warn',
    join: 'warn',
    groupBy: 'warn',
    sort: 'warn',
    window: 'warn',
    conditional: 'warn',
    equality: 'warn',
  },
  personal: { tags: [], meta: {}, columns: undefined, none: undefined },
  undeclaredColumns: 'error',
  verify: { values: false, minGroupSize: undefined, smallGroups: 'error' },
  waivers: [],
  approvers: [],
} as const;

/** A finding as `error weak-mask-secret committed macros/masks.sql:1:1`. */
function spell(finding: UnverifiedMask | WeakMaskSecret): string {
  const { severity, rule, location } = finding;
  const what = rule === 'weak-mask-secret' ? finding.weakness : finding.exposure.how;
  return `${severity} ${rule} ${what} ${formatLocation(location)}`;
}

const SALTED = `{% macro mask(column) %}sha256(cast({{ column }} as varchar) || '{{ var("salt") }}'){% endmacro %}`;
const FALLBACK = `{salt: "{{ env_var('DBT_SALT', '${SECRET}') }}"}`;

const cases: readonly (Written & { readonly name: string; readonly expected: readonly string[] })[] = [
  {
    name: 'a hash with a secret from the environment holds',
    macros: SALTED,
    secret: 'salt',
    vars: FALLBACK,
    environment: { DBT_SALT: `${SECRET}-of-production` },
    masksRealData: true,
    expected: [],
  },
  {
    name: 'the fallback in the file is good enough for fixtures',
    macros: SALTED,
    secret: 'salt',
    vars: FALLBACK,
    expected: [],
  },
  {
    name: 'the fallback in the file is committed where data are real',
    macros: SALTED,
    secret: 'salt',
    vars: FALLBACK,
    masksRealData: true,
    expected: ['warning weak-mask-secret committed macros/masks.sql:1:1'],
  },
  {
    name: 'a secret written into the file is committed',
    macros: SALTED,
    secret: 'salt',
    vars: `{salt: ${SECRET}}`,
    expected: ['warning weak-mask-secret committed macros/masks.sql:1:1'],
  },
  {
    name: 'a secret that nobody sets is missing',
    macros: SALTED,
    secret: 'salt',
    expected: ['error weak-mask-secret missing macros/masks.sql:1:1'],
  },
  {
    name: 'a secret whose environment variable is not set cannot be tried',
    macros: SALTED,
    secret: 'salt',
    vars: `{salt: "{{ env_var('DBT_SALT') }}"}`,
    expected: ['error unverified-mask unknown macros/masks.sql:1:1'],
  },
  {
    name: 'a secret that is declared nowhere is undeclared, where it stands in the macro',
    macros: `\n{% macro mask(column) %}sha256(cast({{ column }} as varchar) || '${SECRET}'){% endmacro %}`,
    expected: ['error weak-mask-secret undeclared macros/masks.sql:2:1'],
  },
  {
    name: 'md5 without a salt is none',
    macros: '{% macro mask(column) %}md5(cast({{ column }} as varchar)){% endmacro %}',
    expected: ['error unverified-mask guessed macros/masks.sql:1:1'],
  },
  {
    name: 'a domain is partial, and may be declared so',
    macros: "{% macro mask(column) %}split_part({{ column }}, '@', 2){% endmacro %}",
    yields: 'partial',
    expected: [],
  },
  {
    name: 'a hash cut to four digits makes one of different people',
    macros: `{% macro mask(column) %}left(sha256(cast({{ column }} as varchar) || '{{ var("salt") }}'), 4){% endmacro %}`,
    secret: 'salt',
    vars: FALLBACK,
    expected: ['warning unverified-mask colliding macros/masks.sql:1:1'],
  },
  {
    name: 'a macro that shows another face outside of execution is seen as it is compiled',
    macros: '{% macro mask(column) %}{% if execute %}{{ column }}{% else %}null{% endif %}{% endmacro %}',
    expected: ['error unverified-mask kept macros/masks.sql:1:1'],
  },
  {
    name: 'a macro that asks the warehouse cannot be tried',
    macros: "{% macro mask(column) %}{% set x = run_query('select 1') %}null{% endmacro %}",
    expected: ['error unverified-mask unknown macros/masks.sql:1:1'],
  },
  {
    name: 'a macro that cries out its secret is not quoted',
    macros: "{% macro mask(column) %}{{ exceptions.raise_compiler_error(var('salt')) }}{% endmacro %}",
    secret: 'salt',
    vars: FALLBACK,
    expected: ['error unverified-mask unknown macros/masks.sql:1:1'],
  },
  {
    name: 'a macro that makes the engine quote its secret is not quoted',
    macros: `{% macro mask(column) %}cast('{{ var("salt") }}' as int){% endmacro %}`,
    secret: 'salt',
    vars: FALLBACK,
    expected: ['error unverified-mask unknown macros/masks.sql:1:1'],
  },
  {
    name: 'a macro that calls a function of the name of its secret is not quoted',
    macros: `{% macro mask(column) %}{{ var("salt") }}({{ column }}){% endmacro %}`,
    secret: 'salt',
    vars: FALLBACK,
    expected: ['error unverified-mask unknown macros/masks.sql:1:1'],
  },
  {
    name: 'a macro that needs more than the column cannot be tried',
    macros: '{% macro mask(column, salt) %}md5({{ column }} || {{ salt.text }}){% endmacro %}',
    expected: ['error unverified-mask unknown macros/masks.sql:1:1'],
  },
  {
    name: 'a macro of the same name in a package counts as well',
    macros: SALTED,
    secret: 'salt',
    vars: FALLBACK,
    files: {
      'dbt_packages/helpers/dbt_project.yml': 'name: helpers\nversion: "1"\n',
      'dbt_packages/helpers/macros/mask.sql': '{% macro mask(column) %}{{ column }}{% endmacro %}\n',
    },
    expected: ['error unverified-mask kept dbt_packages/helpers/macros/mask.sql:1:1'],
  },
];

test.each(cases)('$name', async ({ expected, ...written }) => {
  const { findings, steps } = await attack(written);

  expect(findings.map(spell)).toEqual(expected);
  expect(steps.length).toBeGreaterThan(0);
  expect(JSON.stringify([findings, findings.map(findingText), steps])).not.toContain('canary');
});

test('the mask of the example leaves nothing to be found', async () => {
  const { project, config } = await openProject({
    projectDirectory: 'example-project',
    configFile: undefined,
    vars: {},
    target: undefined,
    profilesDirectory: undefined,
    threads: undefined,
    environment: {},
    visibleVariables: 'declared',
    progress: () => {},
  });
  const steps: ProgressEvent[] = [];
  const findings = await attackMasks({
    project,
    contract: config.contract,
    lineage: { nodes: new Map() },
    masksRealData: false,
    parses: new ParseCache(),
    progress: (event) => steps.push(event),
    signal: new AbortController().signal,
  });

  expect(findings).toEqual([]);
  expect(steps).toEqual([{ kind: 'step', stage: 'masks', text: 'hash_pii: leaves values pseudonymous', status: 'ok' }]);
});

test.each([1, 20, 500])('an abort after %s ms ends a mask that would run for an hour', async (milliseconds) => {
  const stop = new AbortController();
  const macros =
    '{% macro mask(x) %}(select max(md5(a::varchar || {{ x }})) from range(1000000000000) t(a)){% endmacro %}';
  setTimeout(() => stop.abort(new Error('enough')), milliseconds);

  await expect(attack({ macros }, stop.signal)).rejects.toThrow('enough');
});
