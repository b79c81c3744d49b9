import type { ProjectFiles } from '../../config/project-files.ts';
import { parseTemplate, type Template } from '../../jinja/syntax/parse-template.ts';
import type { Location } from '../../location.ts';
import type { ModelVersion } from '../node.ts';
import type { Mistakes } from './mistakes.ts';
import { listPackageFiles, type Package, pathInPackage } from './packages.ts';

/** A file or block that becomes a node. Its template is parsed, but not rendered yet. */
export interface Draft {
  readonly kind: 'model' | 'seed' | 'snapshot' | 'test';
  readonly uniqueId: string;
  readonly name: string;
  readonly package: Package;
  /** Path below its model, seed or test folder. */
  readonly path: string;
  readonly originalFilePath: string;
  readonly fqn: readonly string[];
  readonly rawCode: string;
  /** The place of its refs, if they are not in its own template. */
  readonly refsAt?: Location;
  /** The parsed template; a seed and a model in Python have none. */
  readonly template: Template | undefined;
  readonly version?: ModelVersion;
  readonly location: Location;
}

export interface Drafts {
  readonly drafts: readonly Draft[];
  /** Names of the files that cannot be parsed; a mistake is noted for each. */
  readonly broken: readonly string[];
}

/** Reads the files of the models, seeds and singular tests of a package. */
export async function readDrafts(files: ProjectFiles, source: Package, mistakes: Mistakes): Promise<Drafts> {
  const { models, seeds, tests } = source.config.paths;
  const found = [
    // A model in Python is listed so that refs find it; its text is not read.
    ...listPackageFiles(files, source, models, ['.sql', '.py']).map((at) => ({ ...at, kind: 'model' as const })),
    ...listPackageFiles(files, source, seeds, ['.csv']).map((at) => ({ ...at, kind: 'seed' as const })),
    ...listPackageFiles(files, source, tests, ['.sql'])
      .filter(({ below }) => !/^(generic|fixtures)\//.test(below))
      .map((at) => ({ ...at, kind: 'test' as const })),
  ];
  const drafts = await Promise.all(found.map((at) => mistakes.during(() => readDraft(files, source, at))));
  return {
    drafts: drafts.filter((draft) => draft !== undefined),
    broken: found.filter((_, index) => drafts[index] === undefined).map(({ below }) => nameOfFile(below)),
  };
}

/** The name that a file gives a node: without folders and ending. */
function nameOfFile(below: string): string {
  return below.slice(below.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
}

function readDraft(
  files: ProjectFiles,
  source: Package,
  { file, below, kind }: { readonly file: string; readonly below: string; readonly kind: 'model' | 'seed' | 'test' },
): Draft {
  const steps = below.replace(/\.[^./]*$/, '').split('/');
  const name = nameOfFile(below);
  const { rawCode, template } =
    kind === 'seed' || file.endsWith('.py')
      ? { rawCode: '', template: undefined }
      : readTemplate(file, files.read(file));
  return {
    kind,
    uniqueId: `${kind}.${source.name}.${name}`,
    name,
    package: source,
    path: below,
    originalFilePath: pathInPackage(source, file),
    fqn: [source.name, ...steps],
    rawCode,
    template,
    location: { file, line: 1, column: 1 },
  };
}

/** Parses a file without the white space around its text, as dbt does. Places still count from the start of the file. */
function readTemplate(file: string, content: string): { readonly rawCode: string; readonly template: Template } {
  const rawCode = content.trim();
  const before = content.slice(0, content.indexOf(rawCode)).split('\n');
  const template = parseTemplate({
    file,
    text: rawCode,
    firstLine: before.length,
    firstColumn: (before.at(-1) ?? '').length + 1,
  });
  return { rawCode, template };
}
