import { renderTemplate } from '../../jinja/evaluate/render.ts';
import { parseTemplate } from '../../jinja/syntax/parse-template.ts';
import { UserError } from '../../user-error.ts';
import type { DeclaredEntry } from '../declarations/declarations.ts';
import { renderYaml } from '../declarations/render-yaml.ts';
import { asList, asMapping } from '../mapping.ts';
import type { Exposure } from '../node.ts';
import type { FoundUse } from '../unsupported/unsupported.ts';
import type { Loading } from './load-node.ts';
import { folderLayers, mergeConfig } from './merge-config.ts';
import { toMeta } from './node-config.ts';
import { type Captured, captureCalls } from './parse-node.ts';

/** An exposure, and the uses of unsupported features in its `depends_on`. */
interface LoadedExposure {
  readonly exposure: Exposure;
  readonly unsupported: readonly FoundUse[];
}

/** Loads the enabled exposures of a package. Their refs are not resolved yet. */
export async function loadExposures(
  declared: readonly DeclaredEntry[],
  loading: Loading,
): Promise<readonly LoadedExposure[]> {
  const loaded = await Promise.all(
    declared.map((exposure) => loading.mistakes.during(() => loadExposure(exposure, loading))),
  );
  return loaded.filter((exposure) => exposure !== undefined);
}

async function loadExposure(declared: DeclaredEntry, loading: Loading): Promise<LoadedExposure | undefined> {
  const { locate, folders, originalFilePath, package: source } = declared;
  const at = locate(['name']);
  const { depends_on: _, ...rest } = declared.entry;
  const entry = new Map(asMapping(await renderYaml(rest, loading.context, at)) ?? []);
  const name = String(entry.get('name'));
  const owner = toMeta(entry.get('owner'));
  if ((owner['name'] ?? owner['email']) == null) {
    throw new UserError({
      code: 'missing-key',
      message: `the exposure ${name} has an owner with neither name nor email.`,
      location: locate(['owner'], 'key'),
      fix: 'say who answers for it: owner: {name: …} or owner: {email: …}',
    });
  }
  const fqn = [source.name, ...folders, name];
  const { own, root } = loading.configs;
  const labels = new Map([...entry].filter(([key, value]) => (key === 'tags' || key === 'meta') && value !== null));
  const config = mergeConfig([
    ...folderLayers(own.exposures, fqn),
    labels,
    asMapping(entry.get('config')) ?? new Map(),
    ...(root ? folderLayers(root.exposures, fqn) : []),
  ]);
  if (config.get('enabled') === false) return undefined;
  const text = (key: string) => (typeof entry.get(key) === 'string' ? String(entry.get(key)) : undefined);
  const uniqueId = `exposure.${source.name}.${name}`;
  const { refs, sources, macros, unsupported } = await captureDependencies(declared, uniqueId, name, loading);
  const exposure: Exposure = {
    resourceType: 'exposure',
    uniqueId,
    name,
    packageName: source.name,
    path: [...folders, originalFilePath.slice(originalFilePath.lastIndexOf('/') + 1)].join('/'),
    originalFilePath,
    fqn,
    description: text('description') ?? '',
    tags: [...new Set(asList(config.get('tags')).map(String))].sort(),
    meta: toMeta(config.get('meta')),
    type: String(entry.get('type')),
    label: text('label'),
    maturity: text('maturity'),
    url: text('url'),
    owner,
    refs,
    sources,
    dependsOn: { nodes: [], macros },
    location: at,
  };
  return { exposure, unsupported };
}

/** Renders each line of `depends_on:` as an expression, and records its ref() or source() (dbt: ExposureParser). */
async function captureDependencies(
  { entry, locate, package: { name: packageName } }: DeclaredEntry,
  uniqueId: string,
  name: string,
  { workspace }: Loading,
): Promise<Omit<Captured, 'config' | 'fileReads' | 'ownCalls'>> {
  const all: Captured[] = [];
  for (const [index, line] of asList(entry['depends_on']).entries()) {
    const { file, line: firstLine, column } = locate(['depends_on', index]);
    // The opening braces are not in the file: the expression must begin at its place there.
    const template = parseTemplate({ file, text: `{{ ${String(line)} }}`, firstLine, firstColumn: column - 3 });
    const parsed = { uniqueId, packageName, name, model: { unique_id: uniqueId, name, resource_type: 'exposure' } };
    const captured = await captureCalls(parsed, workspace, async (context) => renderTemplate(template, context));
    if (captured.refs.length + captured.sources.length + captured.unsupported.length === 0) {
      throw new UserError({
        code: 'bad-dependency',
        message: `'${String(line)}' in depends_on of the exposure ${name} is neither ref() nor source().`,
        location: { file, line: firstLine, column },
        fix: "write - ref('model') or - source('source', 'table')",
      });
    }
    all.push(captured);
  }
  return {
    refs: all.flatMap(({ refs }) => refs),
    sources: all.flatMap(({ sources }) => sources),
    macros: [...new Set(all.flatMap(({ macros }) => macros))],
    unsupported: all.flatMap(({ unsupported }) => unsupported),
  };
}
