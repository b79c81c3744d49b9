import type { ProjectFiles } from '../../config/project-files.ts';
import { parseTemplate, type Template, type TemplateBlock } from '../../jinja/syntax/parse-template.ts';
import type { Location } from '../../location.ts';
import { UserError } from '../../user-error.ts';
import type { DeclaredSnapshot } from '../declarations/declarations.ts';
import type { Draft, Drafts } from '../load/draft.ts';
import type { Mistakes } from '../load/mistakes.ts';
import { listPackageFiles, type Package, pathInPackage } from '../load/packages.ts';

/**
 * Reads the snapshots of a package into drafts: blocks in its snapshot folders, and entries of properties files with a
 * `relation`.
 */
export async function readSnapshots(
  files: ProjectFiles,
  source: Package,
  declared: readonly DeclaredSnapshot[],
  mistakes: Mistakes,
): Promise<Drafts> {
  const found = listPackageFiles(files, source, source.config.paths.snapshots, ['.sql']);
  const read = await Promise.all(
    found.map(({ file, below }) => mistakes.during(() => readBlocks(files.read(file), { source, file, below }))),
  );
  const ofYaml = await Promise.all(declared.map((snapshot) => mistakes.during(() => draftOf(snapshot))));
  return {
    drafts: [...read.flatMap((drafts) => drafts ?? []), ...ofYaml.filter((draft) => draft !== undefined)],
    // A file that cannot be parsed gives no names of snapshots; most blocks have the name of their file.
    broken: [
      ...found.filter((_, index) => read[index] === undefined).map(({ below }) => stepsOf(below).at(-1) ?? below),
      ...declared.filter((_, index) => ofYaml[index] === undefined).map(({ name }) => name),
    ],
  };
}

interface SnapshotFile {
  readonly source: Package;
  readonly file: string;
  readonly below: string;
}

function readBlocks(text: string, { source, file, below }: SnapshotFile): readonly Draft[] {
  return parseTemplate({ file, text })
    .blocks.filter(({ kind }) => kind === 'snapshot')
    .map((block) => {
      const { rawCode, template } = contentsOf(block);
      return {
        kind: 'snapshot',
        uniqueId: `snapshot.${source.name}.${block.name}`,
        name: block.name,
        package: source,
        path: below,
        originalFilePath: pathInPackage(source, file),
        fqn: [source.name, ...stepsOf(below), block.name],
        rawCode,
        template,
        location: block.location,
      };
    });
}

/** The template between the tags of a block. Places in it are those of its file. */
function contentsOf({ source, location }: TemplateBlock): { readonly rawCode: string; readonly template: Template } {
  const opening = /^\{%[-+]?\s*snapshot\s+\w+\s*[-+]?%\}/.exec(source)?.[0];
  const closing = /\{%[-+]?\s*endsnapshot\s*[-+]?%\}$/.exec(source)?.[0];
  if (opening === undefined || closing === undefined) {
    throw new UserError({
      code: 'bad-snapshot',
      message: 'this snapshot block cannot be read.',
      location,
      fix: 'write {% snapshot name %} … {% endsnapshot %}',
    });
  }
  const rawCode = source.slice(opening.length, source.length - closing.length);
  return { rawCode, template: parseTemplate({ ...behind(opening, location), text: rawCode }) };
}

function behind(
  text: string,
  { file, line, column }: Location,
): { readonly file: string; readonly firstLine: number; readonly firstColumn: number } {
  const lines = text.split('\n');
  const last = lines.at(-1) ?? '';
  return {
    file,
    firstLine: line + lines.length - 1,
    firstColumn: lines.length === 1 ? column + text.length : last.length + 1,
  };
}

/** The draft of a snapshot of a properties file: its SQL is `select *` from its relation (dbt). */
function draftOf({ name, package: source, originalFilePath, below, relation, location }: DeclaredSnapshot): Draft {
  if (!/^\s*(ref|source)\s*\([^(){}]*\)\s*$/.test(relation)) {
    throw new UserError({
      code: 'bad-snapshot',
      message: `the relation of the snapshot ${name} is neither ref() nor source().`,
      location,
      fix: "write relation: ref('model') or relation: source('source', 'table')",
    });
  }
  const rawCode = `select * from {{ ${relation} }}`;
  return {
    kind: 'snapshot',
    uniqueId: `snapshot.${source.name}.${name}`,
    name,
    package: source,
    path: `${below}/${name}.sql`,
    originalFilePath,
    fqn: [source.name, ...stepsOf(below).slice(0, -1), name],
    rawCode,
    template: parseTemplate({
      file: location.file,
      text: rawCode,
      firstLine: location.line,
      firstColumn: location.column,
    }),
    refsAt: location,
    location,
  };
}

function stepsOf(below: string): readonly string[] {
  return below.replace(/\.[^./]*$/, '').split('/');
}
