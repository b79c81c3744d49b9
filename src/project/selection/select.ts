import { didYouMean } from '../../nearest-name.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import { compareVersions } from '../declarations/read-versions.ts';
import type { Exposure, ModelVersion, Node, Source } from '../node.ts';
import { type Dependencies, invert, reachable } from '../order.ts';
import type { Project } from '../project.ts';

/** As on the command line: each string may hold several criteria, split by spaces (union) and commas (intersection). */
export interface Selection {
  readonly select: readonly string[];
  readonly exclude: readonly string[];
}

type Resource = Node | Source | Exposure;

/** `@`, `2+`, `tag:`, `nightly`, `+1`. */
interface Criterion {
  readonly written: string;
  readonly childrensParents: boolean;
  /** How many steps upstream and downstream are taken along. */
  readonly parents: number;
  readonly children: number;
  readonly method: string;
  /** Of `config.materialized:` the rest of the key. */
  readonly argument: string | undefined;
  readonly value: string;
}

/**
 * Unique ids of the nodes and sources a selection means (dbt: node selection syntax, eager indirect selection: a test
 * comes along when anything it reads is selected). Without `select` it is everything.
 * @throws {UserError} for a criterion that cannot be read or that nothing answers to
 */
export function selectNodes(project: Project, { select, exclude }: Selection): ReadonlySet<string> {
  const graph = openGraph(project);
  const mistakes: Mistake[] = [];
  const included = criteria(select, mistakes);
  const excluded = criteria(exclude, mistakes);
  for (const criterion of included.flat()) mistakes.push(...unanswered(criterion, graph));
  if (mistakes.length > 0) throw new UserError(mistakes);

  const chosen = included.length === 0 ? new Set(graph.resources.keys()) : union(included, graph);
  const dropped = union(excluded, graph);
  return new Set([...chosen].filter((id) => !dropped.has(id)));
}

interface Graph {
  readonly project: Project;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly parents: Dependencies;
  readonly children: Dependencies;
}

function openGraph(project: Project): Graph {
  const dependent = [...project.nodes.values(), ...project.exposures.values()];
  const parents = new Map(dependent.map(({ uniqueId, dependsOn }) => [uniqueId, dependsOn.nodes]));
  const resources = new Map<string, Resource>([...project.nodes, ...project.sources, ...project.exposures]);
  return { project, resources, parents, children: invert(parents) };
}

const CRITERION =
  /^(?<at>@)?(?:(?<parents>\d*)\+)?(?:(?<method>[a-z_]+)(?:\.(?<argument>[\w.-]+))?:)?(?<value>.*?)(?:\+(?<children>\d*))?$/;

/** A list of unions of intersections. */
function criteria(texts: readonly string[], mistakes: Mistake[]): readonly (readonly Criterion[])[] {
  const words = texts.flatMap((text) => text.split(/\s+/)).filter(Boolean);
  return words.map((word) => word.split(',').flatMap((part) => readCriterion(part, mistakes)));
}

function readCriterion(written: string, mistakes: Mistake[]): readonly Criterion[] {
  const groups = CRITERION.exec(written)?.groups ?? {};
  const { at, parents, children, value = '' } = groups;
  const method = groups['method'] ?? defaultMethod(value);
  const mistake = misread({ written, method, value, contradicts: at !== undefined && children !== undefined });
  if (mistake) {
    mistakes.push(mistake);
    return [];
  }
  return [
    {
      written,
      childrensParents: at !== undefined,
      parents: steps(parents),
      children: steps(children),
      method,
      argument: groups['argument'],
      value,
    },
  ];
}

function misread(criterion: {
  readonly written: string;
  readonly method: string;
  readonly value: string;
  readonly contradicts: boolean;
}): Mistake | undefined {
  const { written, method, value, contradicts } = criterion;
  if (contradicts) {
    return {
      code: 'bad-selector',
      message: `'${written}': @ and a + at the end cannot go together`,
      fix: 'keep one of them',
    };
  }
  if (!METHODS.has(method)) {
    return {
      code: 'bad-selector',
      message: `'${written}': there is no selection method '${method}'.${didYouMean(method, METHODS.keys())}`,
      fix: `use one of ${[...METHODS.keys()].join(', ')}`,
    };
  }
  return value === ''
    ? { code: 'bad-selector', message: `'${written}' selects nothing`, fix: 'name a model, a path or a tag' }
    : undefined;
}

/** Absent: none. `+` alone: all. `2+`: two. */
function steps(digits: string | undefined): number {
  if (digits === undefined) return 0;
  return digits === '' ? Number.POSITIVE_INFINITY : Number(digits);
}

function defaultMethod(value: string): string {
  if (value.includes('/')) return 'path';
  return /\.(sql|py|csv)$/.test(value) ? 'file' : 'fqn';
}

function unanswered(criterion: Criterion, graph: Graph): readonly Mistake[] {
  if (directly(criterion, graph).length > 0) return [];
  const known = [...graph.resources.values()].flatMap(
    (resource) => METHODS.get(criterion.method)?.names(resource) ?? [],
  );
  return [
    {
      code: 'unknown-selector',
      message: `nothing answers to the selector '${criterion.written}'.${didYouMean(criterion.value, known)}`,
      fix: "see what there is with 'fenceline ls'",
    },
  ];
}

function union(criteria: readonly (readonly Criterion[])[], graph: Graph): ReadonlySet<string> {
  return new Set(criteria.flatMap((all) => [...intersection(all, graph)]));
}

function intersection(all: readonly Criterion[], graph: Graph): Iterable<string> {
  const [first = new Set<string>(), ...others] = all.map((criterion) =>
    withTests(neighbourhood(criterion, graph), graph),
  );
  return [...first].filter((id) => others.every((other) => other.has(id)));
}

function neighbourhood(criterion: Criterion, graph: Graph): ReadonlySet<string> {
  const direct = directly(criterion, graph);
  const downstream = criterion.childrensParents ? Number.POSITIVE_INFINITY : criterion.children;
  const below = new Set([...direct, ...reachable(direct, graph.children, downstream)]);
  if (criterion.childrensParents) return new Set([...below, ...reachable(below, graph.parents)]);
  return new Set([...below, ...reachable(direct, graph.parents, criterion.parents)]);
}

function directly({ method, argument, value }: Criterion, { project, resources }: Graph): readonly string[] {
  const matches = METHODS.get(method)?.matches;
  return [...resources.values()]
    .filter((resource) => matches?.(resource, value, { argument, project }))
    .map(({ uniqueId }) => uniqueId);
}

function withTests(ids: ReadonlySet<string>, { resources, children }: Graph): ReadonlySet<string> {
  const tests = [...ids]
    .flatMap((id) => children.get(id) ?? [])
    .filter((id) => resources.get(id)?.resourceType === 'test');
  return new Set([...ids, ...tests]);
}

interface Method {
  matches(
    resource: Resource,
    value: string,
    around: { readonly argument: string | undefined; readonly project: Project },
  ): boolean;
  /** What could have been meant by a value that nothing answers to. */
  names(resource: Resource): readonly string[];
}

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  [
    'fqn',
    {
      matches: (resource, value) => resource.resourceType !== 'source' && matchesName(resource, value),
      names: ({ name }) => [name],
    },
  ],
  ['tag', { matches: ({ tags }, value) => tags.some((tag) => matchesGlob(tag, value)), names: ({ tags }) => tags }],
  [
    'path',
    {
      matches: ({ originalFilePath }, value) => matchesPath(originalFilePath, value),
      names: ({ originalFilePath }) => [originalFilePath],
    },
  ],
  [
    'file',
    {
      matches: ({ originalFilePath }, value) => matchesFile(fileName(originalFilePath), value),
      names: ({ originalFilePath }) => [fileName(originalFilePath)],
    },
  ],
  [
    'package',
    {
      matches: ({ packageName }, value, { project }) =>
        matchesGlob(packageName, value === 'this' ? project.name : value),
      names: ({ packageName }) => [packageName],
    },
  ],
  [
    'resource_type',
    { matches: ({ resourceType }, value) => resourceType === value, names: ({ resourceType }) => [resourceType] },
  ],
  [
    'source',
    {
      matches: matchesSource,
      names: (resource) =>
        resource.resourceType === 'source' ? [resource.sourceName, `${resource.sourceName}.${resource.name}`] : [],
    },
  ],
  [
    'exposure',
    {
      matches: matchesExposure,
      names: (resource) => (resource.resourceType === 'exposure' ? [resource.name] : []),
    },
  ],
  [
    'config',
    {
      matches: (resource, value, { argument = '' }) => matchesConfig(resource, argument.split('.'), value),
      names: () => [],
    },
  ],
  [
    'version',
    {
      matches: (resource, value) => resource.resourceType === 'model' && versionKind(resource.version) === value,
      names: () => ['latest', 'prerelease', 'old', 'none'],
    },
  ],
  [
    'test_name',
    {
      matches: (resource, value) =>
        resource.resourceType === 'test' &&
        resource.generic !== undefined &&
        matchesGlob(resource.generic.testName, value),
      names: (resource) => (resource.resourceType === 'test' && resource.generic ? [resource.generic.testName] : []),
    },
  ],
  [
    'test_type',
    {
      matches: (resource, value) =>
        resource.resourceType === 'test' && testTypes(resource.generic !== undefined).includes(value),
      names: () => ['generic', 'singular', 'data'],
    },
  ],
]);

function testTypes(isGeneric: boolean): readonly string[] {
  return ['data', isGeneric ? 'generic' : 'singular'];
}

/** dbt: a version answers to its model's name, too, and to `model.v2` and `model_v2`. */
function matchesName(node: Node | Exposure, value: string): boolean {
  const version = node.resourceType === 'model' ? node.version : undefined;
  if (!version) return matchesFqn(node.fqn, value);
  const names = [version.model, node.name, node.name.replace(/\.(?=v[^.]*$)/, '_')];
  return names.includes(value) || startsWith(node.fqn, value) || startsWith(node.fqn.slice(1), value);
}

function versionKind(version: ModelVersion | undefined): string {
  if (!version) return 'none';
  const order = compareVersions(version.v, version.latest);
  if (order === 0) return 'latest';
  return order > 0 ? 'prerelease' : 'old';
}

/** The node's name, or the beginning of its fqn with or without its package; `*` takes everything behind it. */
function matchesFqn(fqn: readonly string[], value: string): boolean {
  return fqn.at(-1) === value || startsWith(fqn, value) || startsWith(fqn.slice(1), value);
}

function startsWith(fqn: readonly string[], value: string): boolean {
  const parts = fqn.flatMap((part) => part.split('.'));
  const wanted = value.split('.');
  const wildcard = wanted.findIndex((part) => /[*?[]/.test(part));
  const literal = wildcard === -1 ? wanted : wanted.slice(0, wildcard);
  if (parts.length < wanted.length || literal.some((part, index) => parts[index] !== part)) return false;
  return wildcard === -1 || matchesGlob(parts.slice(wildcard).join('.'), wanted.slice(wildcard).join('.'));
}

function matchesPath(path: string, value: string): boolean {
  const pattern = value.replace(/^\.\//, '').replace(/\/$/, '');
  const steps = path.split('/');
  const folders = steps.map((_, index) => steps.slice(0, index + 1).join('/'));
  const expression = new RegExp(
    `^${pattern
      .split('/')
      .map((part) => (part === '**' ? '.*' : globSource(part).replaceAll('.*', '[^/]*')))
      .join('/')}$`,
    's',
  );
  return folders.some((folder) => expression.test(folder));
}

function matchesFile(name: string, value: string): boolean {
  return matchesGlob(name, value) || matchesGlob(name.replace(/\.[^.]*$/, ''), value);
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `source`, `source.table` or `package.source.table`. */
function matchesSource(resource: Resource, value: string): boolean {
  if (resource.resourceType !== 'source') return false;
  const names = [resource.packageName, resource.sourceName, resource.name];
  const wanted = value.split('.');
  const compared = wanted.length === 3 ? names : names.slice(1);
  return wanted.length <= 3 && wanted.every((part, index) => matchesGlob(compared[index] ?? '', part));
}

/** `exposure` or `package.exposure`. */
function matchesExposure(resource: Resource, value: string): boolean {
  if (resource.resourceType !== 'exposure') return false;
  const names = [resource.packageName, resource.name];
  const wanted = value.split('.');
  return wanted.length <= 2 && wanted.every((part, index) => matchesGlob(names[index + 2 - wanted.length] ?? '', part));
}

function matchesConfig(resource: Resource, path: readonly string[], value: string): boolean {
  if (resource.resourceType === 'source' || resource.resourceType === 'exposure') return false;
  const { config } = resource;
  const known: { readonly [key: string]: unknown } = {
    ...config.other,
    enabled: config.enabled,
    materialized: config.materialized,
    schema: config.schema,
    alias: config.alias,
    database: config.database,
    tags: config.tags,
    meta: config.meta,
    severity: config.severity,
  };
  const found = path.reduce<unknown>(step, known);
  const wanted = value.toLowerCase();
  if (Array.isArray(found)) return found.some((item) => String(item).toLowerCase() === wanted);
  if (typeof found === 'object' && found !== null) return step(found, value) !== undefined;
  return found !== undefined && found !== null && String(found).toLowerCase() === wanted;
}

function step(value: unknown, key: string): unknown {
  if (value instanceof Map) return value.get(key);
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}

function matchesGlob(text: string, pattern: string): boolean {
  return text === pattern || new RegExp(`^${globSource(pattern)}$`, 's').test(text);
}

/** `*`, `?` and `[abc]`, as a shell reads them; everything else is literal. */
function globSource(pattern: string): string {
  return pattern.replace(/\[!?[^\]]+\]|[.*+?^${}()|[\]\\]/g, (token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    return token.length > 1 ? token.replace(/^\[!/, '[^').replaceAll('\\', '\\\\') : `\\${token}`;
  });
}
