import type { ProjectFiles } from '../../config/project-files.ts';
import { readYaml } from '../../config/read-yaml.ts';
import { asList, asMapping } from '../mapping.ts';
import type { Named } from './find-unsupported.ts';

const FILE = 'selectors.yml';

/**
 * Selectors that dbt takes where a command selects nothing. A `default` with a template in it counts as true.
 * @throws {UserError} for a file that is no YAML
 */
export function readDefaultSelectors(files: ProjectFiles): readonly Named[] {
  if (!files.exists(FILE)) return [];
  const { value, locate } = readYaml(FILE, files.read(FILE));
  return asList(asMapping(value)?.get('selectors')).flatMap((entry, index) => {
    const selector = asMapping(entry);
    const isDefault = (selector?.get('default') ?? false) !== false;
    return isDefault
      ? [{ name: String(selector?.get('name')), location: locate(['selectors', index, 'default']) }]
      : [];
  });
}
