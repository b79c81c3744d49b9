import type { SyncConfig } from '../../config/fenceline-config.ts';
import type { Project } from '../../project/project.ts';
import { type Mistake, UserError } from '../../user-error.ts';

/** Fewest characters of a key: fewer can be found by trying. */
const SHORTEST = 16;

/**
 * Reads the key of the `hash` masks of `sync`; `undefined` where there is no such mask.
 * @throws {UserError} for a key that is missing, short, or in the repository
 */
export async function readMaskKey({ maskSecret, tables }: SyncConfig, project: Project): Promise<string | undefined> {
  const hashed = tables.find(({ mask = {} }) => Object.values(mask).includes('hash'));
  if (!hashed) return undefined;
  const refuse = (message: string, fix: string): UserError => {
    const mistake: Mistake = { code: 'mask-secret', message, location: hashed.location, fix };
    return new UserError(mistake);
  };
  if (maskSecret === undefined) {
    throw refuse('a mask `hash` needs a key', 'name the dbt var that holds it: sync: {mask_secret: pii_salt}');
  }
  const variable = await project.macroCaller.variable(maskSecret, project.name);
  if (!variable || variable.value === '') {
    throw refuse(`the dbt var ${maskSecret}, which holds the key of masks, is not set`, EXAMPLE);
  }
  if (variable.origin !== 'outside') {
    throw refuse(`the key of masks in the dbt var ${maskSecret} is in the repository`, EXAMPLE);
  }
  if (variable.value.length < SHORTEST) {
    throw refuse(`the key of masks in the dbt var ${maskSecret} has fewer than ${SHORTEST} characters`, EXAMPLE);
  }
  return variable.value;
}

const EXAMPLE =
  'give it by the environment: pii_salt: "{{ env_var(\'DBT_ENV_SECRET_SALT\') }}" under vars in dbt_project.yml';
