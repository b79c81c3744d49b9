import type { MaskConfig } from '../../config/fenceline-config.ts';
import type { Project } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';

/** Length of the shortest secret that is hidden: a shorter one is in other texts by chance, and is a finding anyway. */
const SHORTEST = 8;

/** The values of the masks' secrets that do not stand in the project itself. */
export async function maskSecrets(
  project: Project,
  masks: readonly Pick<MaskConfig, 'secret'>[],
): Promise<readonly string[]> {
  const values = await Promise.all(
    masks.map(({ secret }) => (secret === undefined ? '' : secretValue(secret, project))),
  );
  return values.filter((value) => value.length >= SHORTEST);
}

async function secretValue(name: string, { name: packageName, macroCaller }: Project): Promise<string> {
  try {
    const variable = await macroCaller.variable(name, packageName);
    return variable?.origin === 'outside' ? variable.value : '';
  } catch (error) {
    // Rendering the mask reports the mistake at its place.
    if (error instanceof UserError) return '';
    throw error;
  }
}
