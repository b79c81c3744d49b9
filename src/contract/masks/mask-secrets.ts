import type { MaskConfig } from '../../config/fenceline-config.ts';
import type { Project } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';

/** Shorter ones are found by chance in other texts, and are no secrets: trying the masks says so. */
const SHORTEST = 8;

/** The secrets of the masks, as far as they do not stand in the project itself. */
export async function maskSecrets(project: Project, masks: readonly MaskConfig[]): Promise<readonly string[]> {
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
    // What cannot be read is told, at its place, by whatever needs it.
    if (error instanceof UserError) return '';
    throw error;
  }
}
