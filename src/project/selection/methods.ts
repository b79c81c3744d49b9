import { unreachable } from '../../unreachable.ts';
import { compareVersions } from '../declarations/read-versions.ts';
import { genericTestOf, type Model, type ModelVersion, type Node, type Resource, versionOf } from '../node.ts';
import type { Project } from '../project.ts';
import { type EarlierState, isModified, PARTS } from './earlier-state.ts';
import { matchesFile, matchesFolder, matchesFqn, matchesGlob, matchesPath } from './glob.ts';
import { matchesConfig } from './match-config.ts';

/** A selection method, such as `tag` in `tag:nightly` (dbt: SelectorMethod). */
export interface Method {
  /** For methods such as `state:`: the artifact of an earlier run that the method reads, and the name of its file. */
  readonly needs?: { readonly artifact: keyof EarlierState; readonly file: string };
  matches(resource: Resource, value: string, input: MethodInput): boolean;
  /** Values that match this resource, for the message about a value that matches no resource. */
  values(resource: Resource): readonly string[];
}

interface MethodInput {
  readonly argument: string | undefined;
  /** Name of the root project. */
  readonly projectName: string;
  readonly macros: Project['macros'];
  readonly seedChecksum: Project['seedChecksum'];
  readonly earlier: EarlierState | undefined;
}

/** The selection methods by name. */
export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['fqn', { matches: matchesName, values: ({ name }) => [name] }],
  ['tag', { matches: ({ tags }, value) => tags.some((tag) => matchesGlob(tag, value)), values: ({ tags }) => tags }],
  [
    'path',
    {
      matches: ({ originalFilePath }, value) => matchesPath(originalFilePath, value),
      values: ({ originalFilePath }) => [originalFilePath],
    },
  ],
  [
    'file',
    {
      matches: ({ originalFilePath }, value) => matchesFile(fileName(originalFilePath), value),
      values: ({ originalFilePath }) => [fileName(originalFilePath)],
    },
  ],
  [
    'package',
    {
      matches: ({ packageName }, value, { projectName }) =>
        matchesGlob(packageName, value === 'this' ? projectName : value),
      values: ({ packageName }) => [packageName],
    },
  ],
  [
    'resource_type',
    { matches: ({ resourceType }, value) => resourceType === value, values: ({ resourceType }) => [resourceType] },
  ],
  [
    'source',
    {
      matches: matchesSource,
      values: (resource) =>
        resource.resourceType === 'source' ? [resource.sourceName, `${resource.sourceName}.${resource.name}`] : [],
    },
  ],
  [
    'exposure',
    {
      matches: (resource, value) => resource.resourceType === 'exposure' && matchesInPackage(resource, value),
      values: (resource) => (resource.resourceType === 'exposure' ? [resource.name] : []),
    },
  ],
  [
    'config',
    {
      matches: (resource, value, { argument = '' }) => matchesConfig(resource, argument.split('.'), value),
      values: () => [],
    },
  ],
  [
    'version',
    {
      matches: (resource, value) => resource.resourceType === 'model' && versionKind(resource.version) === value,
      values: () => ['latest', 'prerelease', 'old', 'none'],
    },
  ],
  [
    'test_name',
    {
      matches: (resource, value) => genericNames(resource).some((name) => matchesGlob(name, value)),
      values: genericNames,
    },
  ],
  [
    'test_type',
    {
      matches: (resource, value) => testTypes(resource).includes(value),
      values: () => ['generic', 'singular', 'data', 'unit'],
    },
  ],
  [
    'access',
    {
      matches: (resource, value) => resource.resourceType === 'model' && accessOf(resource) === value,
      values: () => ['private', 'protected', 'public'],
    },
  ],
  [
    'group',
    {
      matches: (resource, value) => groupOf(resource) === value,
      values: (resource) => [groupOf(resource) ?? []].flat(),
    },
  ],
  [
    'state',
    {
      needs: { artifact: 'manifest', file: 'manifest.json' },
      matches: matchesState,
      values: () => ['new', 'old', 'modified', 'unmodified', ...PARTS.map((part) => `modified.${part}`)],
    },
  ],
  [
    'result',
    {
      needs: { artifact: 'results', file: 'run_results.json' },
      matches: ({ uniqueId }, value, { earlier }) => earlier?.results?.get(uniqueId) === value,
      values: () => ['success', 'error', 'skipped', 'pass', 'fail', 'warn'],
    },
  ],
  [
    'source_status',
    {
      needs: { artifact: 'freshness', file: 'sources.json' },
      matches: ({ uniqueId }, value, { earlier }) => value === 'fresher' && isFresher(uniqueId, earlier),
      values: () => ['fresher'],
    },
  ],
  [
    'unit_test',
    {
      matches: (resource, value) => resource.resourceType === 'unit_test' && matchesInPackage(resource, value),
      values: (resource) => (resource.resourceType === 'unit_test' ? [resource.name] : []),
    },
  ],
  // Resources of dbt's semantic layer are not loaded, so these methods match no resource.
  ['metric', nothingOf('metric')],
  ['semantic_model', nothingOf('semantic_model')],
  ['saved_query', nothingOf('saved_query')],
]);

/** A selector method, such as `metric:`, for a kind of resource that Fenceline does not load: it selects nothing. */
function nothingOf(kind: string): Method {
  return { matches: ({ resourceType }) => String(resourceType) === kind, values: () => [] };
}

function accessOf(model: Model): unknown {
  return model.config.other['access'] ?? 'protected';
}

function groupOf(resource: Resource): string | undefined {
  const group = 'config' in resource ? resource.config.other['group'] : undefined;
  return typeof group === 'string' ? group : undefined;
}

/** Matches `state:new`, `old`, `modified`, `unmodified`, and parts such as `modified.body`. */
function matchesState(resource: Resource, value: string, { earlier, macros, seedChecksum }: MethodInput): boolean {
  const manifest = earlier?.manifest;
  if (!manifest) return false;
  const isThere = manifest.resources.has(resource.uniqueId);
  const [word, name] = value.split('.');
  const part = PARTS.find((one) => one === name);
  switch (word) {
    case 'new':
      return !isThere;
    case 'old':
      return isThere;
    case 'modified':
      return (
        (name === undefined || part !== undefined) && isModified(resource, part, { manifest, macros, seedChecksum })
      );
    case 'unmodified':
      return isThere && !isModified(resource, undefined, { manifest, macros, seedChecksum });
    default:
      return false;
  }
}

/** Whether a source has newer rows than in the earlier run, or has no freshness from that run. */
function isFresher(uniqueId: string, earlier: EarlierState | undefined): boolean {
  const now = earlier?.freshness?.now.get(uniqueId);
  const before = earlier?.freshness?.before.get(uniqueId);
  return now !== undefined && (before === undefined || Date.parse(now) > Date.parse(before));
}

function matchesName(resource: Resource, value: string): boolean {
  switch (resource.resourceType) {
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'test':
      return isNamed(resource, value);
    case 'exposure':
    case 'unit_test':
      return matchesFqn(resource.fqn, value);
    case 'source':
      // dbt selects sources only by the method `source`.
      return false;
    default:
      return unreachable(resource);
  }
}

/**
 * Whether a value names a node. A version of a model also matches the name of the model, `model.v2` and `model_v2`
 * (dbt).
 */
function isNamed(node: Node, value: string): boolean {
  const version = versionOf(node);
  if (!version) return matchesFqn(node.fqn, value);
  const names = [version.model, node.name, node.name.replace(/\.(?=v[^.]*$)/, '_')];
  return names.includes(value) || matchesFolder(node.fqn, value);
}

/** The value of `version:` that matches a model: `latest`, `prerelease` (newer), `old`, or `none` without versions (dbt). */
function versionKind(version: ModelVersion | undefined): string {
  if (!version) return 'none';
  const order = compareVersions(version.v, version.latest);
  if (order === 0) return 'latest';
  return order > 0 ? 'prerelease' : 'old';
}

function genericNames(resource: Resource): readonly string[] {
  const test = genericTestOf(resource);
  return test ? [test.testName] : [];
}

/** The values of `test_type:` that match a resource. */
function testTypes(resource: Resource): readonly string[] {
  switch (resource.resourceType) {
    case 'test':
      return ['data', resource.generic ? 'generic' : 'singular'];
    case 'unit_test':
      return ['unit'];
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'source':
    case 'exposure':
      return [];
    default:
      return unreachable(resource);
  }
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Matches `source`, `source.table` or `package.source.table`. */
function matchesSource(resource: Resource, value: string): boolean {
  if (resource.resourceType !== 'source') return false;
  const names = [resource.packageName, resource.sourceName, resource.name];
  const wanted = value.split('.');
  const compared = wanted.length === 3 ? names : names.slice(1);
  return wanted.length <= 3 && wanted.every((part, index) => matchesGlob(compared[index] ?? '', part));
}

/** Matches `name` or `package.name`. */
function matchesInPackage({ packageName, name }: Resource, value: string): boolean {
  const names = [packageName, name];
  const wanted = value.split('.');
  return wanted.length <= 2 && wanted.every((part, index) => matchesGlob(names[index + 2 - wanted.length] ?? '', part));
}
