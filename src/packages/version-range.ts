/** A version of a package with an optional comparison: `1.2.3`, `1.2.3-rc1`, `>=1.2.0`. */
const VERSION = /^\s*(>=|<=|>|<|=|==)?\s*v?(\d+)\.(\d+)\.(\d+)(?:-?([.\w]+))?(?:\+[.\w]+)?\s*$/;

interface Version {
  readonly operator: string;
  readonly numbers: readonly number[];
  readonly prerelease: string | undefined;
}

/**
 * Versions that meet all conditions, the newest first. A prerelease counts if prereleases are allowed, or if a
 * condition names it.
 */
export function matchingVersions(
  versions: readonly string[],
  conditions: readonly string[],
  allowsPrerelease: boolean,
): readonly string[] {
  const wanted = conditions.flatMap((condition) => condition.split(',')).map(readVersion);
  const named = new Set(wanted.flatMap((one) => (one?.operator === '=' ? [spell(one)] : [])));
  return versions
    .flatMap((text) => {
      const version = readVersion(text);
      return version ? [{ text, version }] : [];
    })
    .filter(({ version }) => allowsPrerelease || version.prerelease === undefined || named.has(spell(version)))
    .filter(({ version }) => wanted.every((condition) => condition !== undefined && meets(version, condition)))
    .sort((left, right) => compare(right.version, left.version))
    .map(({ text }) => text);
}

/** Whether a text is a list of conditions, with commas between them, that `matchingVersions` can read. */
export function isVersion(text: string): boolean {
  return text.split(',').every((part) => readVersion(part) !== undefined);
}

function readVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (!match) return undefined;
  const [, operator = '=', major, minor, patch, prerelease] = match;
  return { operator: operator === '==' ? '=' : operator, numbers: [major, minor, patch].map(Number), prerelease };
}

function spell({ numbers, prerelease }: Version): string {
  return [...numbers, prerelease ?? ''].join('.');
}

function meets(version: Version, condition: Version): boolean {
  const order = compare(version, condition);
  switch (condition.operator) {
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    default:
      return order === 0;
  }
}

/** Orders two versions; a prerelease comes before its release. */
function compare(left: Version, right: Version): number {
  const difference = left.numbers.map((part, index) => part - (right.numbers[index] ?? 0)).find((part) => part !== 0);
  if (difference !== undefined) return difference;
  if (left.prerelease === right.prerelease) return 0;
  if (left.prerelease === undefined) return 1;
  if (right.prerelease === undefined) return -1;
  return left.prerelease.localeCompare(right.prerelease, 'en', { numeric: true });
}
