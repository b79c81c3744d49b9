import type { ProjectFiles } from '../../config/project-files.ts';
import { readYaml, type YamlPath } from '../../config/read-yaml.ts';
import { INDIRECT_SELECTIONS } from '../../indirect-selection.ts';
import type { Location } from '../../location.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import { asList, asMapping, type Mapping } from '../mapping.ts';
import { readCriteria } from './criterion.ts';
import { unionOf } from './read-selection.ts';
import type { SelectionTree, Selector } from './selection-tree.ts';

const SELECTORS_FILE = 'selectors.yml';

/**
 * Reads selectors.yml of the root project.
 * @param render renders a text of the file with Jinja
 * @throws {UserError} with every mistake in it
 */
export async function readSelectors(
  files: ProjectFiles,
  render: (text: string, at: Location) => Promise<unknown>,
): Promise<readonly Selector[]> {
  if (!files.exists(SELECTORS_FILE)) return [];
  const { value, locate } = readYaml(SELECTORS_FILE, files.read(SELECTORS_FILE));
  const mistakes: Mistake[] = [];
  const read: Selector[] = [];
  for (const [index, entry] of asList(asMapping(value)?.get('selectors')).entries()) {
    const path = ['selectors', index];
    const selector = asMapping(entry);
    const name = selector?.get('name');
    if (!selector || typeof name !== 'string') {
      mistakes.push(badSelector('an entry of selectors needs a name', locate(path)));
      continue;
    }
    const written = selector.get('default') ?? false;
    const at = locate([...path, 'default']);
    const isDefault = (typeof written === 'string' ? await render(written, at) : written) === true;
    const tree = readDefinition(selector.get('definition'), [...path, 'definition'], { locate, mistakes, read });
    read.push({ name, isDefault, tree });
  }
  if (mistakes.length > 0) throw new UserError(mistakes);
  return read;
}

interface Reading {
  readonly mistakes: Mistake[];
  /** Selectors above this one in the file, which it may inherit. */
  readonly read: readonly Selector[];
  locate(path: YamlPath): Location;
}

/**
 * Reads a definition: a text as on the command line, a mapping with one criterion, or a union or intersection of
 * definitions.
 */
function readDefinition(written: unknown, path: YamlPath, reading: Reading): SelectionTree {
  if (typeof written === 'string') return criteriaIn(written, path, reading);
  const mapping = asMapping(written);
  if (!mapping) return noted('a definition is a text or a mapping', path, reading);
  for (const kind of ['union', 'intersection'] as const) {
    if (mapping.has(kind)) return combined(kind, asList(mapping.get(kind)), [...path, kind], reading);
  }
  if (mapping.has('method')) return criterionOf(mapping, path, reading);
  const [[method, value] = [], ...others] = mapping;
  if (method === undefined || others.length > 0) {
    return noted('a definition has method and value, or one key such as tag: nightly', path, reading);
  }
  return criteriaIn(`${method}:${String(value)}`, path, reading);
}

function combined(
  kind: 'union' | 'intersection',
  written: readonly unknown[],
  path: YamlPath,
  reading: Reading,
): SelectionTree {
  const isExclusion = (part: unknown) => asMapping(part)?.has('exclude') === true && !asMapping(part)?.has('method');
  const parts = written.flatMap((part, index) =>
    isExclusion(part) ? [] : [readDefinition(part, [...path, index], reading)],
  );
  const excluded = written.flatMap((part, index) =>
    isExclusion(part) ? exclusions(part, [...path, index], reading) : [],
  );
  return without({ kind, of: parts }, excluded);
}

function exclusions(written: unknown, path: YamlPath, reading: Reading): readonly SelectionTree[] {
  return asList(asMapping(written)?.get('exclude')).map((part, index) =>
    readDefinition(part, [...path, 'exclude', index], reading),
  );
}

function without(tree: SelectionTree, excluded: readonly SelectionTree[]): SelectionTree {
  if (excluded.length === 0) return tree;
  return { kind: 'difference', from: tree, without: { kind: 'union', of: excluded } };
}

function criterionOf(mapping: Mapping, path: YamlPath, reading: Reading): SelectionTree {
  const method = String(mapping.get('method'));
  const value = String(mapping.get('value') ?? '');
  if (method === 'selector') return inherited(value, path, reading);
  const steps = (flag: string, depth: string) => {
    if (mapping.get(flag) !== true) return 0;
    const written = mapping.get(depth);
    return written === undefined || written === null ? Number.POSITIVE_INFINITY : Number(written);
  };
  const [[criterion] = []] = readCriteria([`${method}:${value}`], reading.mistakes);
  if (!criterion) return { kind: 'union', of: [] };
  const indirect = INDIRECT_SELECTIONS.find((one) => one === mapping.get('indirect_selection'));
  const tree: SelectionTree = {
    kind: 'criterion',
    criterion: {
      ...criterion,
      hasChildrensParents: mapping.get('childrens_parents') === true,
      parents: steps('parents', 'parents_depth'),
      children: steps('children', 'children_depth'),
    },
    ...(indirect && { indirect }),
  };
  return without(tree, exclusions(mapping, path, reading));
}

function inherited(name: string, path: YamlPath, reading: Reading): SelectionTree {
  const found = reading.read.find((selector) => selector.name === name);
  return found?.tree ?? noted(`there is no selector '${name}' before this one`, path, reading);
}

function criteriaIn(text: string, path: YamlPath, { mistakes, locate }: Reading): SelectionTree {
  const found: Mistake[] = [];
  const tree = unionOf(readCriteria([text], found));
  mistakes.push(...found.map((mistake) => ({ ...mistake, location: locate(path) })));
  return tree;
}

function noted(message: string, path: YamlPath, { mistakes, locate }: Reading): SelectionTree {
  mistakes.push(badSelector(message, locate(path)));
  return { kind: 'union', of: [] };
}

function badSelector(message: string, location: Location): Mistake {
  return {
    code: 'bad-selector',
    message,
    location,
    fix: "write it as {name: nightly, definition: 'tag:nightly'}",
  };
}
