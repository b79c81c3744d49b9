import { posix, resolve } from 'node:path';
import { findProject } from '../../config/find-project.ts';
import { openProjectFiles, type ProjectFiles } from '../../config/project-files.ts';
import type { Finding, UntaggedPii } from '../../contract/finding.ts';
import { type Decision, describesSeed, markColumns, newSeedFile } from '../../fix/tags/mark-columns.ts';
import { sameName } from '../../name.ts';
import { didYouMean } from '../../nearest-name.ts';
import { UserError } from '../../user-error.ts';
import { writeFiles } from '../files/write-files.ts';

export interface WrittenTags {
  /** Paths of files below the project's folder, each with the number of columns that are marked in it. */
  readonly files: ReadonlyMap<string, number>;
  /** Full names of the columns that are not marked: their YAML belongs to a package, or several tables share it. */
  readonly left: readonly string[];
}

interface TagOptions {
  readonly projectDirectory: string;
  /** Full names of columns to mark as not personal, such as `raw.users.nickname`. */
  readonly notPersonal: readonly string[];
}

/**
 * Writes the marks that `untagged-pii` proposes into the properties files of the project, each at its place.
 * @throws {UserError} if `notPersonal` names a column without a finding; nothing is written then
 */
export async function writeTags(findings: readonly Finding[], options: TagOptions): Promise<WrittenTags> {
  const untagged = findings.filter((finding) => finding.rule === 'untagged-pii');
  requireFindings(options.notPersonal, untagged);
  const isNotPersonal = (finding: UntaggedPii) => options.notPersonal.some((name) => sameName(name, fullName(finding)));
  const directory = findProject(resolve(options.projectDirectory));
  const files = openProjectFiles(directory);
  const byFile = new Map<string, Decision[]>();
  for (const finding of untagged) {
    const path = propertiesFile(finding, files);
    byFile.set(path, [...(byFile.get(path) ?? []), { finding, isPersonal: !isNotPersonal(finding) }]);
  }
  const marked = [...byFile].map(([path, decisions]) => {
    const name = decisions[0]?.finding.relation ?? '';
    const text = files.exists(path) ? files.read(path) : newSeedFile(name);
    return { path, ...markColumns(path, text, isOfPackage(path) ? [] : decisions), decisions };
  });
  const changed = marked.filter(({ written }) => written.length > 0);
  await writeFiles(directory, new Map(changed.map(({ path, text }) => [path, text])));
  return {
    files: new Map(changed.map(({ path, written }) => [path, written.length])),
    left: marked.flatMap(({ decisions, written }) =>
      decisions.filter((decision) => !written.includes(decision)).map(({ finding }) => fullName(finding)),
    ),
  };
}

/** The file for the mark of a finding. A seed without YAML leads to its rows, and gets a file of its own beside them. */
function propertiesFile({ relation, location }: UntaggedPii, files: ProjectFiles): string {
  const { file } = location;
  if (YAML.some((extension) => file.endsWith(extension))) return file;
  const [folder = ''] = file.split('/');
  const describing = files.list(folder, YAML).find((path) => describesSeed(path, files.read(path), relation));
  return describing ?? posix.join(posix.dirname(file), `${relation}.yml`);
}

const YAML = ['.yml', '.yaml'];

function isOfPackage(path: string): boolean {
  return path.startsWith('dbt_packages/') || path.startsWith('../');
}

function requireFindings(names: readonly string[], findings: readonly UntaggedPii[]): void {
  const found = findings.map(fullName);
  const unknown = names.filter((name) => !found.some((each) => sameName(each, name)));
  if (unknown.length === 0) return;
  throw new UserError(
    unknown.map((name) => ({
      code: 'wrong-option',
      message: `--not-personal names '${name}', which no finding of untagged-pii is about.${didYouMean(name, found)}`,
      fix: 'name a column as its finding does: raw.users.nickname',
    })),
  );
}

function fullName({ relation, column }: UntaggedPii): string {
  return `${relation}.${column}`;
}
