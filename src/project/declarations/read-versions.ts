import type { ModelProperties, NodeProperties, VersionProperties } from '../../config/properties.ts';
import type { Location } from '../../location.ts';
import { didYouMean } from '../../nearest-name.ts';
import { UserError } from '../../user-error.ts';
import { asList, asMapping } from '../mapping.ts';
import type { ModelVersion } from '../node.ts';

/** A version that a properties file gives a model. */
export interface DeclaredVersion extends ModelVersion {
  /** Name of the file with its SQL, without the ending (dbt: `defined_in`); `undefined` for the usual name. */
  readonly definedIn: string | undefined;
}

/**
 * The properties of each version of a model: those of the version override those of the model.
 * @throws {UserError} for a version that contradicts its model
 */
export function readVersions(
  properties: ModelProperties,
): readonly { readonly version: DeclaredVersion; readonly properties: NodeProperties }[] {
  const { versions, name } = properties;
  const latest = latestVersion(properties);
  requireDifferent(properties);
  return versions.map((version) => {
    const v = versionOf(version);
    const definedIn = version.entry['defined_in'];
    return {
      version: { model: name, v, latest, definedIn: typeof definedIn === 'string' ? definedIn : undefined },
      properties: asOwnModel(properties, version),
    };
  });
}

/** dbt: two versions are compared as numbers where both are numbers, else as texts. */
export function compareVersions(a: string | number, b: string | number): number {
  const [left, right] = [Number(a), Number(b)];
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  if (String(a) === String(b)) return 0;
  return String(a) < String(b) ? -1 : 1;
}

/** The `latest_version` of a model, or its highest version. @throws {UserError} if no version is the `latest_version` */
function latestVersion({ versions, entry, locate, name }: ModelProperties): string | number {
  const all = versions.map(versionOf);
  const written = entry['latest_version'];
  if (written === undefined || written === null) return [...all].sort(compareVersions).at(-1) ?? '';
  const found = all.find((v) => v === written);
  if (found !== undefined) return found;
  throw new UserError({
    code: 'missing-version',
    message: `latest_version ${String(written)} is no version of ${name}.${didYouMean(String(written), all.map(String))}`,
    location: locate(['latest_version']),
    fix: `write one of: ${all.join(', ')}, quoted where the version is`,
  });
}

function versionOf({ entry: { v } }: VersionProperties): string | number {
  return typeof v === 'number' ? v : String(v);
}

function requireDifferent({ name, versions }: ModelProperties): void {
  const seen = new Set<string>();
  for (const version of versions) {
    const v = String(versionOf(version));
    if (seen.has(v)) {
      throw new UserError({
        code: 'duplicate-name',
        message: `version ${v} of ${name} is there twice.`,
        location: version.locate(['v']),
        fix: 'remove one of them',
      });
    }
    seen.add(v);
  }
}

/** The version as an entry of a model without versions (dbt: its `config` is merged deeply over that of the model). */
function asOwnModel(model: ModelProperties, version: VersionProperties): NodeProperties {
  const { description, config, deprecation_date } = version.entry;
  const isTaken = takenColumns(model, version);
  const { versions: _, ...entry } = model.entry;
  return {
    name: `${model.name}.v${versionOf(version)}`,
    locate: (path, part) => (path[0] === 'name' ? version.locate(['v'], part) : model.locate(path, part)),
    entry: {
      ...entry,
      ...(description ? { description } : {}),
      deprecation_date,
      config: deepMerge(model.entry['config'], config),
    },
    columns: [...model.columns.filter(({ name }) => isTaken(name)), ...version.columns],
    tests: version.tests ?? model.tests,
  };
}

/**
 * A predicate: whether a version has a column of its model (`include: all | '*' | [names]`, `exclude: [names]`; without
 * these, all).
 */
function takenColumns({ columns }: ModelProperties, { taken }: VersionProperties): (name: string) => boolean {
  const [first, second] = taken;
  if (!first) return () => true;
  if (second) throw wrongInclude('there may be one include among the columns of a version', second.locate(['include']));
  const include = first.entry['include'];
  const isAll = include === 'all' || include === '*';
  if (!isAll && !Array.isArray(include)) {
    throw wrongInclude("include is neither 'all' nor a list of columns", first.locate(['include']));
  }
  const excluded = asList(first.entry['exclude']).map(String);
  if (!isAll && excluded.length > 0) {
    throw wrongInclude("exclude goes together with 'include: all' only", first.locate(['exclude'], 'key'));
  }
  const included = asList(include).map(String);
  const declared = columns.map(({ name }) => name);
  for (const [key, names] of [
    ['include', isAll ? [] : included],
    ['exclude', excluded],
  ] as const) {
    const index = names.findIndex((name) => !declared.includes(name));
    const wrong = names[index];
    if (wrong === undefined) continue;
    const isList = Array.isArray(first.entry[key]);
    throw wrongInclude(
      `${key}: the model declares no column '${wrong}'.${didYouMean(wrong, declared)}`,
      first.locate(isList ? [key, index] : [key]),
    );
  }
  return (name) => (isAll || included.includes(name)) && !excluded.includes(name);
}

function wrongInclude(message: string, location: Location): UserError {
  return new UserError({
    code: 'bad-include',
    message,
    location,
    fix: "write '- include: all' with 'exclude: [columns]', or '- include: [columns]'",
  });
}

function deepMerge(base: unknown, over: unknown): unknown {
  const [below, above] = [asMapping(base), asMapping(over)];
  if (!below || !above) return over ?? base;
  const merged = new Map(below);
  for (const [key, value] of above) merged.set(key, merged.has(key) ? deepMerge(merged.get(key), value) : value);
  return merged;
}
