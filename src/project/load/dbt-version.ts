import type { Mistakes } from './mistakes.ts';
import type { Package } from './packages.ts';

/** The version of dbt that Fenceline follows; templates read it as `dbt_version`. */
export const DBT_VERSION = '1.11.0';

const SPECIFIER = /^\s*(>=|<=|>|<|=)?\s*(\d+)\.(\d+)\.(\d+)([-+.a-z\d]*)\s*$/;
const HERE = DBT_VERSION.split('.').map(Number);

/** Notes a mistake for each package whose `require-dbt-version` excludes this version; dbt refuses it, too. */
export function noteWrongVersions(packages: readonly Package[], mistakes: Mistakes): void {
  for (const { name, config } of packages) {
    for (const specifier of config.requiredVersions) {
      const isMet = meets(specifier);
      if (isMet === true) continue;
      mistakes.push({
        code: 'wrong-dbt-version',
        message:
          isMet === undefined
            ? `require-dbt-version of ${name} has '${specifier}', which is no version.`
            : `${name} requires dbt ${specifier}; Fenceline does what dbt ${DBT_VERSION} does.`,
        location: config.locate(['require-dbt-version']),
        fix: 'write a range with this version in it, such as ">=1.8.0"',
      });
    }
  }
}

/** Whether the supported version of dbt meets a specifier; `undefined` for a text that is no version. */
function meets(specifier: string): boolean | undefined {
  const match = SPECIFIER.exec(specifier);
  if (!match) return undefined;
  const [, operator = '=', ...parts] = match;
  const difference = HERE.map((part, index) => part - Number(parts[index])).find((part) => part !== 0) ?? 0;
  switch (operator) {
    case '>=':
      return difference >= 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '<':
      return difference < 0;
    default:
      return difference === 0;
  }
}
