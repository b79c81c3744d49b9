import type { ProjectFiles } from '../../config/project-files.ts';
import { parseTemplate, type Template } from '../../jinja/syntax/parse-template.ts';
import type { Location } from '../../location.ts';
import type { ModelVersion } from '../node.ts';
import type { Mistakes } from './mistakes.ts';
import { listPackageFiles, type Package, pathInPackage } from './packages.ts';

/** A file that will be a node, before anything in it is understood. */
export interface Draft {
  readonly kind: 'model' | 'seed' | 'snapshot' | 'test';
  readonly uniqueId: string;
  readonly name: string;
  readonly package: Package;
  /** Below its model, seed or test folder. */
  readonly path: string;
  readonly originalFilePath: string;
  readonly fqn: readonly string[];
  readonly rawCode: string;
  /** Where its refs are written, when that is not in its own template. */
  readonly refsAt?: Location;
  /** None for a seed. */
  readonly template: Template | undefined;
  readonly version?: ModelVersion;
  readonly location: Location;
}

export interface Drafts {
  readonly drafts: readonly Draft[];
  /** Names of files that cannot be parsed; why is noted. */
  readonly broken: readonly string[];
}

/** Models, seeds and singular tests of a package. */
export async function readDrafts(files: ProjectFiles, source: Package, mistakes: Mistakes): Promise<Drafts> {
  const { models, seeds, tests } = source.config.paths;
  const found = [
    ...listPackageFiles(files, source, models, ['.sql']).map((at) => ({ ...at, kind: 'model' as const })),
    ...listPackageFiles(files, source, seeds, ['.csv']).map((at) => ({ ...at, kind: 'seed' as const })),
    ...listPackageFiles(files, source, tests, ['.sql'])
      .filter(({ below }) => !below.startsWith('generic/'))
      .map((at) => ({ ...at, kind: 'test' as const })),
  ];
  const drafts = await Promise.all(found.map((at) => mistakes.during(() => readDraft(files, source, at))));
  return {
    drafts: drafts.filter((draft) => draft !== undefined),
    broken: found.filter((_, index) => drafts[index] === undefined).map(({ below }) => nameOfFile(below)),
  };
}

/** The name of a node after its file: without folders and ending. */
export function nameOfFile(below: string): string {
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
    kind === 'seed' ? { rawCode: '', template: undefined } : readTemplate(file, files.read(file));
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

/** dbt reads a file without the white space around it; places still count from the file's own beginning. */
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
