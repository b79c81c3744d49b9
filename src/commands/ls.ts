import type { ArtifactOptions, DbtSelection, ProjectOptions } from '../pipeline/options.ts';
import type { ListedResource } from '../pipeline/tasks/list-resources.ts';
import { terminalText } from '../report/escape.ts';
import { unreachable } from '../unreachable.ts';
import { defineCommand } from './command.ts';
import { choice, group, texts, withoutEffect } from './parameter.ts';
import { ARTIFACTS, DBT_SELECTION, DEFER, NO_EFFECT, OUTPUT, type OutputOptions, PROJECT } from './parameters.ts';

const FORMATS = ['selector', 'name', 'path', 'json'] as const;

interface LsOptions extends ProjectOptions, ArtifactOptions, DbtSelection, OutputOptions {
  readonly output: (typeof FORMATS)[number];
  readonly outputKeys: readonly string[];
  readonly noEffect: undefined;
}

/** dbt: `dbt ls`, one line a resource in order of its name. */
export const ls = defineCommand<'ls', LsOptions>({
  name: 'ls',
  aliases: ['list'],
  summary: 'List the resources of the project.',
  details: 'One line each, or JSON lines with --output json.',
  example: 'fenceline ls --select marts.safe --output path',
  parameters: {
    ...PROJECT,
    ...ARTIFACTS,
    ...DBT_SELECTION,
    output: choice({ written: '--output <format>', about: 'what a line shows' }, FORMATS, 'selector'),
    outputKeys: texts({
      written: '--output-keys <key...>',
      about: 'keys of the JSON, such as name config.materialized',
    }),
    ...OUTPUT,
    // The flags of defer have no effect, since a list names no relations.
    noEffect: withoutEffect([...NO_EFFECT.flags, ...group(DEFER).flags]),
  },
  async act({ json, output, outputKeys, ...options }, { terminal, invocation }) {
    const { listResources } = await import('../pipeline/tasks/list-resources.ts');
    const resources = await listResources({ ...options, ...invocation });
    const format = json ? 'json' : output;
    const keys = outputKeys.flatMap((written) => written.split(/[\s,]+/)).filter(Boolean);
    for (const line of resources.map((resource) => lineOf(resource, format, keys)).sort()) terminal.out(line);
    return 0;
  },
});

function lineOf(
  { line, name, record }: ListedResource,
  format: (typeof FORMATS)[number],
  keys: readonly string[],
): string {
  switch (format) {
    case 'selector':
      return terminalText(line);
    case 'name':
      return terminalText(name);
    case 'path':
      return terminalText(String(record['original_file_path']));
    case 'json':
      return JSON.stringify(Object.fromEntries(entriesOf(record, keys)));
    default:
      return unreachable(format);
  }
}

/** Keys of a JSON line where `--output-keys` names none, as in dbt. */
const KEYS = [
  'alias',
  'name',
  'package_name',
  'depends_on',
  'tags',
  'config',
  'resource_type',
  'source_name',
  'original_file_path',
  'unique_id',
];

function entriesOf(record: ListedResource['record'], keys: readonly string[]): readonly (readonly [string, unknown])[] {
  if (keys.length === 0) return KEYS.filter((key) => key in record).map((key) => [key, record[key]] as const);
  return keys.flatMap((key) => {
    const value = key.split('.').reduce<unknown>((within, step) => Object(within ?? {})[step], record);
    return value === undefined ? [] : [[key, value] as const];
  });
}
