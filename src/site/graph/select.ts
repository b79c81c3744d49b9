import { columnAt, keyOf, type PageModel } from '../page-model.ts';
import type { SiteColumn, SiteColumnRef, SiteNode } from '../site.ts';
import { isValueHop } from '../words.ts';

/** The nodes that a selector selects; `columns` where it selects by column: keys of columns, as `keyOf` makes them. */
export interface Selected {
  readonly nodes: ReadonlySet<number>;
  readonly columns: ReadonlySet<string> | undefined;
  /** Messages about parts of the selection that cannot be read, or match nothing. */
  readonly problems: readonly string[];
}

interface Part {
  readonly nodes: ReadonlySet<number>;
  readonly columns: ReadonlySet<string> | undefined;
}

/**
 * dbt's selectors: white space is a union, a comma an intersection, `+` before and behind a criterion takes what it reads
 * and what reads it, with a number of steps at most; `@` takes all that its readers read. `tag:` and `pii_type:` find
 * columns, too, and `+` then follows their values from column to column.
 */
export function selectIn(page: PageModel, text: string): Selected {
  const problems: string[] = [];
  const parts = text
    .split(/\s+/)
    .filter(Boolean)
    .map((term) =>
      term
        .split(',')
        .map((one) => selectOne(page, one, problems))
        .reduce(intersection),
    );
  const hasColumns = parts.some(({ columns }) => columns !== undefined);
  return {
    nodes: new Set(parts.flatMap(({ nodes }) => [...nodes])),
    columns: hasColumns ? new Set(parts.flatMap((part) => [...columnsOf(page, part)])) : undefined,
    problems,
  };
}

/** The columns of a part; of one that selects whole nodes all of their columns. */
function columnsOf({ site }: PageModel, { nodes, columns }: Part): ReadonlySet<string> {
  return (
    columns ??
    new Set([...nodes].flatMap((node) => (site.nodes[node]?.columns ?? []).map((_, column) => keyOf([node, column]))))
  );
}

function intersection(a: Part, b: Part): Part {
  const nodes = new Set([...a.nodes].filter((node) => b.nodes.has(node)));
  const [first, second] = [a.columns, b.columns];
  if (!first || !second) return { nodes, columns: first ?? second };
  return { nodes, columns: new Set([...first].filter((key) => second.has(key))) };
}

function selectOne(page: PageModel, written: string, problems: string[]): Part {
  const [, at, before, body = '', behind] = /^(@)?(\d*\+)?(.*?)(\+\d*)?$/.exec(written) ?? [];
  const found = seedsOf(page, body, problems);
  if (!found) return { nodes: new Set(), columns: undefined };
  if (found.nodes.size === 0) problems.push(`nothing matches ${written}`);
  const up = steps(before);
  const down = steps(behind);
  if (found.columns) {
    const columns = new Set([
      ...found.columns,
      ...followColumns(page, found.columns, 'into', up),
      ...followColumns(page, found.columns, 'outOf', down),
    ]);
    return { nodes: new Set([...columns].map((key) => refOf(key)[0])), columns };
  }
  const parents = (node: number) => page.site.nodes[node]?.parents ?? [];
  const readers = (node: number) => page.readers(node);
  const all = at === undefined ? found.nodes : follow(found.nodes, readers, Number.POSITIVE_INFINITY);
  const above = follow(all, parents, at === undefined ? up : Number.POSITIVE_INFINITY);
  return { nodes: new Set([...all, ...above, ...follow(found.nodes, readers, down)]), columns: undefined };
}

/** `2+` and `+2` are two steps, a plain `+` all; without one none. */
function steps(sign: string | undefined): number {
  if (sign === undefined) return 0;
  const count = sign.replace('+', '');
  return count === '' ? Number.POSITIVE_INFINITY : Number(count);
}

function follow(
  from: ReadonlySet<number>,
  next: (node: number) => readonly number[],
  most: number,
): ReadonlySet<number> {
  const found = new Set(from);
  let edge = [...from];
  for (let step = 0; step < most && edge.length > 0; step++) {
    edge = [...new Set(edge.flatMap(next))].filter((node) => !found.has(node));
    for (const node of edge) found.add(node);
  }
  return found;
}

function followColumns(
  page: PageModel,
  from: ReadonlySet<string>,
  way: 'into' | 'outOf',
  most: number,
): ReadonlySet<string> {
  const found = new Set(from);
  let edge = [...from];
  for (let step = 0; step < most && edge.length > 0; step++) {
    const next = edge.flatMap((key) =>
      page[way](refOf(key)).flatMap(({ kind, from: source, to }) =>
        isValueHop(kind) ? keyOf(way === 'into' ? source : to) : [],
      ),
    );
    edge = [...new Set(next)].filter((key) => !found.has(key) && columnAt(page.site, refOf(key)) !== undefined);
    for (const key of edge) found.add(key);
  }
  return found;
}

function refOf(key: string): SiteColumnRef {
  const [node = '-1', column = '-1'] = key.split('.');
  return [Number(node), Number(column)];
}

type Matches = (pattern: RegExp) => (node: SiteNode, index: number) => boolean;

/** Methods that find nodes. */
const NODE_METHODS = (page: PageModel): { readonly [method: string]: Matches } => ({
  fqn: (pattern) => (node) => matchesName(node, pattern),
  name: (pattern) => (node) => matchesName(node, pattern),
  file: (pattern) => (node) => pattern.test(node.file.slice(node.file.lastIndexOf('/') + 1)),
  path: (pattern) => (node) =>
    prefixesOf(node.file).some((path) => pattern.test(path)) ||
    prefixesOf(node.folder).some((path) => pattern.test(path)),
  source: (pattern) => (node) => node.kind === 'source' && (pattern.test(node.name) || pattern.test(node.folder)),
  package: (pattern) => (node) => pattern.test(node.package),
  resource_type: (pattern) => (node) => pattern.test(node.kind),
  kind: (pattern) => (node) => pattern.test(node.kind),
  tier: (pattern) => (node) => node.tier !== undefined && pattern.test(node.tier),
  'config.materialized': (pattern) => (node) => node.materialized !== undefined && pattern.test(node.materialized),
  is: (pattern) => (_, index) => pattern.test(page.judgementOf(index) ?? ''),
  exposure: (pattern) => (_, index) =>
    page.site.exposures.some(({ name, parents }) => pattern.test(name) && parents.includes(index)),
});

/** Methods that find columns. */
const COLUMN_METHODS: { readonly [method: string]: (pattern: RegExp) => (column: SiteColumn) => boolean } = {
  tag: (pattern) => (column) => (column.tags ?? []).some((tag) => pattern.test(tag)),
  pii_type: (pattern) => (column) => column.piiType !== undefined && pattern.test(column.piiType),
  sensitivity: (pattern) => (column) => column.sensitivity !== undefined && pattern.test(column.sensitivity),
  column: (pattern) => (column) => pattern.test(column.name),
};

function seedsOf(page: PageModel, body: string, problems: string[]): Part | undefined {
  const colon = body.indexOf(':');
  const method = colon < 0 ? 'fqn' : body.slice(0, colon);
  const pattern = patternOf(body.slice(colon + 1));
  const { nodes } = page.site;
  const ofColumns = Object.hasOwn(COLUMN_METHODS, method) ? COLUMN_METHODS[method] : undefined;
  if (ofColumns) {
    const matches = ofColumns(pattern);
    const hasTag = (node: SiteNode) => method === 'tag' && node.tags.some((tag) => pattern.test(tag));
    const columns = nodes.flatMap((node, index) =>
      node.columns.flatMap((column, at) => (hasTag(node) || matches(column) ? keyOf([index, at]) : [])),
    );
    return { nodes: new Set(columns.map((key) => refOf(key)[0])), columns: new Set(columns) };
  }
  const methods = NODE_METHODS(page);
  const ofNodes = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!ofNodes) {
    const known = [...Object.keys(COLUMN_METHODS), ...Object.keys(methods)];
    problems.push(`the page has no method ${method}: of those it has ${known.join(', ')}`);
    return undefined;
  }
  const matches = ofNodes(pattern);
  const found = nodes.flatMap((node, index) => (matches(node, index) ? [index] : []));
  return { nodes: new Set(found), columns: undefined };
}

function matchesName({ name, id, folder }: SiteNode, pattern: RegExp): boolean {
  const dotted = `${folder.replaceAll('/', '.')}.${name}`;
  return (
    pattern.test(name) ||
    pattern.test(id) ||
    prefixesOf(dotted.replaceAll('.', '/')).some((path) => pattern.test(path.replaceAll('/', '.')))
  );
}

/** `a`, `a/b` and `a/b/c` of `a/b/c`. */
function prefixesOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** `*` stands for any text, `?` for one character. */
function patternOf(glob: string): RegExp {
  const parts = glob
    .replace(/\/$/, '')
    .split(/([*?])/)
    .map((part) => (part === '*' ? '.*' : part === '?' ? '.' : part.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')));
  return new RegExp(`^${parts.join('')}$`, 'i');
}
