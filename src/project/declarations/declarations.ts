import type { ProjectFiles } from '../../config/project-files.ts';
import {
  type LocatedEntry,
  type ModelProperties,
  type PropertiesFile,
  readProperties,
} from '../../config/properties.ts';
import type { Context } from '../../jinja/evaluate/render.ts';
import type { Location } from '../../location.ts';
import type { Mistakes } from '../load/mistakes.ts';
import { listPackageFiles, type Package, pathInPackage } from '../load/packages.ts';
import { noteColumnsTwice } from './declared-columns.ts';
import { readSourceTables, type SourceTable } from './declared-source.ts';
import { type Patch, type PatchFile, readPatch } from './patch.ts';
import { readVersions } from './read-versions.ts';

/** An entry of `exposures:` or `unit_tests:` before Jinja, and the properties file with it. */
export interface DeclaredEntry extends LocatedEntry {
  readonly package: Package;
  readonly originalFilePath: string;
  readonly folders: readonly string[];
}

/** A snapshot that a properties file declares, with the `relation` whose rows it keeps. */
export interface DeclaredSnapshot {
  readonly name: string;
  readonly package: Package;
  readonly originalFilePath: string;
  /** Path of the properties file below the model or snapshot folder. */
  readonly below: string;
  /** `ref('x')` or `source('a', 'b')`. */
  readonly relation: string;
  readonly location: Location;
}

/** Everything that the properties files of a package declare. */
export interface Declarations {
  readonly patches: readonly Patch[];
  readonly sources: readonly SourceTable[];
  readonly exposures: readonly DeclaredEntry[];
  readonly snapshots: readonly DeclaredSnapshot[];
  readonly unitTests: readonly DeclaredEntry[];
  /** Descriptions that YAML overrides, since the file has their key a second time. Their marks still hold. */
  readonly overwritten: readonly (Patch | SourceTable)[];
}

/** Reads the properties files of a package. An entry with a mistake is noted and left out. */
export async function readDeclarations(
  files: ProjectFiles,
  source: Package,
  context: Context,
  mistakes: Mistakes,
): Promise<Declarations> {
  const { models, seeds, snapshots, macros, tests, analyses } = source.config.paths;
  const folders = [...models, ...seeds, ...snapshots, ...macros, ...tests, ...analyses];
  const read: Declarations[] = [];
  for (const { file, below } of listPackageFiles(files, source, folders, ['.yml', '.yaml'])) {
    const properties = await mistakes.during(() => readProperties(files, file, (mistake) => mistakes.remark(mistake)));
    if (!properties) continue;
    noteColumnsDescribedTwice(properties, mistakes);
    const from = { package: source, file, folders: below.split('/').slice(0, -1), context };
    read.push(await readFile(properties, below, from, mistakes));
  }
  return {
    patches: read.flatMap(({ patches }) => patches),
    sources: read.flatMap(({ sources }) => sources),
    exposures: read.flatMap(({ exposures }) => exposures),
    snapshots: read.flatMap(({ snapshots }) => snapshots),
    unitTests: read.flatMap(({ unitTests }) => unitTests),
    overwritten: read.flatMap(({ overwritten }) => overwritten),
  };
}

function noteColumnsDescribedTwice({ models, seeds, snapshots, sources }: PropertiesFile, mistakes: Mistakes): void {
  const tables = sources.flatMap((entry) => entry.tables);
  for (const { columns } of [...models, ...seeds, ...snapshots, ...tables]) noteColumnsTwice(columns, mistakes);
}

async function readFile(
  properties: PropertiesFile,
  below: string,
  from: PatchFile,
  mistakes: Mistakes,
): Promise<Declarations> {
  const { models, seeds, snapshots, dataTests, sources, exposures, unitTests } = properties;
  const overwritten: Declarations[] = [];
  for (const other of properties.overwritten) overwritten.push(await readFile(other, below, from, mistakes));
  const place = { package: from.package, originalFilePath: pathInPackage(from.package, from.file) };
  const each = <Entry, Result>(entries: readonly Entry[], read: (entry: Entry) => Promise<readonly Result[]>) =>
    readEach(entries, read, mistakes);
  return {
    patches: [
      ...(await each(models, (model) => readModel(model, from))),
      ...(await each(seeds, async (seed) => [await readPatch('seed', seed, from)])),
      ...(await each(snapshots, async (snapshot) => [await readPatch('snapshot', snapshot, from)])),
      ...(await each(dataTests, async (test) => [await readPatch('test', test, from)])),
    ],
    sources: await each(sources, (source) => readSourceTables(source, from)),
    exposures: exposures.map((exposure) => ({ ...exposure, ...place, folders: from.folders })),
    snapshots: snapshots.flatMap(({ name, entry: { relation }, locate }) =>
      relation === undefined || relation === null
        ? []
        : [{ name, ...place, below, relation: String(relation), location: locate(['relation']) }],
    ),
    overwritten: overwritten.flatMap((other) => [...other.patches, ...other.sources]),
    unitTests: unitTests.map((unitTest) => ({ ...unitTest, ...place, folders: from.folders })),
  };
}

/** The patch of a model without versions, or one patch for each version. */
async function readModel(model: ModelProperties, from: PatchFile): Promise<readonly Patch[]> {
  if (model.versions.length === 0) return [await readPatch('model', model, from)];
  const patches: Patch[] = [];
  for (const { version, properties } of readVersions(model)) {
    patches.push({ ...(await readPatch('model', properties, from)), version });
  }
  return patches;
}

/** Reads entries one after another, so that mistakes are in the order of the file. */
async function readEach<Entry, Result>(
  entries: readonly Entry[],
  read: (entry: Entry) => Promise<readonly Result[]>,
  mistakes: Mistakes,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const entry of entries) results.push(...((await mistakes.during(() => read(entry))) ?? []));
  return results;
}
