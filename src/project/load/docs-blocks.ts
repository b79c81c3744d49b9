import type { ProjectFiles } from '../../config/project-files.ts';
import { parseTemplate } from '../../jinja/syntax/parse-template.ts';
import type { Location } from '../../location.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { Columns } from '../node.ts';
import type { Mistakes } from './mistakes.ts';
import { listPackageFiles, type Package } from './packages.ts';

/** A resource with a description, and with descriptions of its columns. */
interface Described {
  readonly packageName: string;
  readonly description: string;
  readonly columns: Columns;
  readonly location: Location;
}

/**
 * Makes the function that replaces `{{ doc('name') }}` in descriptions by the text of the docs block (dbt: docs blocks, in
 * Markdown files). A missing block is a mistake.
 */
export async function openDocs(
  packages: readonly Package[],
  files: ProjectFiles,
  mistakes: Mistakes,
): Promise<<Thing extends Described>(thing: Thing) => Thing> {
  const texts = new Map<string, string>();
  for (const source of packages) {
    for (const [name, text] of await readBlocks(source, files, mistakes)) texts.set(`${source.name}.${name}`, text);
  }
  const find = (name: string, packageName: string | undefined, reader: string): string | undefined => {
    const places = packageName === undefined ? [reader, ...packages.map((source) => source.name)] : [packageName];
    return places.map((place) => texts.get(`${place}.${name}`)).find((text) => text !== undefined);
  };
  const fill = (description: string, reader: string, location: Location): string =>
    description.replaceAll(DOC, (written, first: string, second: string | undefined) => {
      const [name, packageName] = second === undefined ? [first, undefined] : [second, first];
      const text = find(name, packageName, reader);
      if (text !== undefined) return text;
      const names = [...texts.keys()].map((key) => key.slice(key.indexOf('.') + 1));
      mistakes.push({
        code: 'missing-docs',
        message: `there is no docs block '${name}'.${didYouMean(name, names)}`,
        location,
        fix: `write {% docs ${name} %} … {% enddocs %} in a .md file, or correct the name`,
      });
      return written;
    });
  return (thing) => {
    const { packageName, location, description, columns } = thing;
    if (![thing, ...columns.values()].some((one) => one.description.includes('{{'))) return thing;
    return {
      ...thing,
      description: fill(description, packageName, location),
      columns: new Map(
        [...columns].map(([name, column]) => [
          name,
          { ...column, description: fill(column.description, packageName, column.location) },
        ]),
      ),
    };
  };
}

const DOC = /\{\{-?\s*doc\(\s*['"]([^'"]+)['"]\s*(?:,\s*['"]([^'"]+)['"]\s*)?\)\s*-?\}\}/g;

async function readBlocks(
  source: Package,
  files: ProjectFiles,
  mistakes: Mistakes,
): Promise<readonly (readonly [string, string])[]> {
  const { docs, models, seeds, snapshots, tests, macros, analyses } = source.config.paths;
  const folders = docs.length > 0 ? docs : [...models, ...seeds, ...snapshots, ...tests, ...macros, ...analyses];
  const blocks: (readonly [string, string])[] = [];
  for (const { file } of listPackageFiles(files, source, folders, ['.md'])) {
    const text = files.read(file);
    if (!text.includes('enddocs')) continue;
    // Only the blocks are parsed: the Markdown around them may hold any brace.
    for (const [block, name = ''] of text.matchAll(BLOCK)) {
      const parsed = await mistakes.during(() => parseTemplate({ file, text: block }));
      if (parsed) blocks.push([name, block.replace(BLOCK_TAGS, '').trim()]);
    }
  }
  return blocks;
}

const BLOCK = /\{%-?\s*docs\s+(\w+)\s*-?%\}[\s\S]*?\{%-?\s*enddocs\s*-?%\}/g;
const BLOCK_TAGS = /^\{%-?\s*docs\s+\w+\s*-?%\}|\{%-?\s*enddocs\s*-?%\}$/g;
