import type { ProjectFiles } from '../../config/project-files.ts';
import { readYaml } from '../../config/read-yaml.ts';
import type { Mistake } from '../../user-error.ts';
import { asList, asMapping } from '../mapping.ts';
import type { Package } from './packages.ts';

/**
 * The mistake of a project that names more packages than are installed (dbt stops there); `undefined` if none is missing.
 * Without it, each macro of a missing package would be a mistake of its own, and none would name the cause.
 */
export function missingPackages(
  files: ProjectFiles,
  [root, ...installed]: readonly [Package, ...Package[]],
): Mistake | undefined {
  for (const file of ['packages.yml', 'dependencies.yml']) {
    if (!files.exists(file)) continue;
    const { value, locate } = readYaml(file, files.read(file));
    const named = asList(asMapping(value)?.get('packages'));
    if (named.length <= installed.length) continue;
    const folder = root.config.paths.packages;
    return {
      code: 'packages-missing',
      message: `${file} names ${named.length === 1 ? '1 package' : `${named.length} packages`}, and ${installed.length} of them ${installed.length === 1 ? 'is' : 'are'} installed in ${folder}/.`,
      location: locate(['packages'], 'key'),
      fix: 'install them: fenceline deps',
    };
  }
  return undefined;
}
