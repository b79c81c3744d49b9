import type { Location } from '../../location.ts';
import type { SqlNode } from '../../project/node.ts';
import type { CompiledNode, MacroCaller, StandIns } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import type { Mask, MaskMarker } from './mask-marker.ts';

/** A node whose text depends on the secret of a mask, apart from the output of the mask itself. */
export interface ExposedSecret {
  readonly uniqueId: string;
  /** Name of the dbt var of the secret. */
  readonly secret: string;
  readonly location: Location;
}

/** The secrets of the masks, and stand-ins for them: a text that changes with a stand-in depends on the secret. */
export interface MaskSecrets {
  /**
   * Names of the dbt vars of secrets, by the variables that give their values: `var pii_salt`, `env_var DBT_PII_SALT`.
   */
  readonly readBy: ReadonlyMap<string, string>;
  readonly standIns: readonly StandIns[];
}

/** Reads the secrets of masks. A secret that cannot be read has no value to expose. */
export async function readMaskSecrets(
  masks: readonly Mask[],
  packageName: string,
  macroCaller: MacroCaller,
): Promise<MaskSecrets> {
  const readBy = new Map<string, string>();
  const values = new Map<string, string>();
  const environment = new Map<string, string>();
  for (const name of new Set(masks.flatMap(({ secret }) => secret ?? []))) {
    const value = await orOnUserError(async () => (await macroCaller.variable(name, packageName))?.value, undefined);
    values.set(name, value ?? '');
    readBy.set(`var ${name}`, name);
    for (const read of await orOnUserError(() => macroCaller.environmentOf(name, packageName), [])) {
      environment.set(read, value ?? '');
      readBy.set(`env_var ${read}`, name);
    }
  }
  const standIns = STEPS.map((step) => ({
    vars: standInsFor(values, step),
    environment: standInsFor(environment, step),
  }));
  return { readBy, standIns };
}

async function orOnUserError<Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return otherwise;
    throw error;
  }
}

/** For each stand-in, the number of places in the alphabet by which each of its characters differs from the secret. */
const STEPS = [1, 17];
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Stand-ins for the values. A stand-in differs in every character and in length, so that a text with any part of the
 * value changes.
 */
function standInsFor(values: ReadonlyMap<string, string>, step: number): ReadonlyMap<string, string> {
  const other = (character: string) => {
    const place = ALPHABET.indexOf(character.toLowerCase());
    return ALPHABET.charAt((place + step + ALPHABET.length) % ALPHABET.length);
  };
  return new Map(
    [...values].map(([name, value]) => [name, [...value].map(other).join('') + ALPHABET.slice(0, step + 15)]),
  );
}

/** Text of a node, rendered with one set of variables, and the marks around the output of masks in it. */
export interface MarkedText {
  readonly sql: Pick<CompiledNode['sql'], 'text'>;
  readonly marker: MaskMarker;
}

/**
 * Compares a text with the texts that stand-ins for the secrets give: apart from the output of masks they must be
 * equal. So it finds a secret in any form, and also a part of the output of a mask.
 * @param render renders the node with stand-ins; an error that only occurs with them counts as a difference
 */
export async function findExposedSecret(
  { uniqueId, location }: Pick<SqlNode, 'uniqueId' | 'location'>,
  own: MarkedText & { readonly variablesRead: ReadonlySet<string> },
  { readBy, standIns }: MaskSecrets,
  render: (standIns: StandIns) => Promise<MarkedText>,
): Promise<ExposedSecret | undefined> {
  const [secret] = [...own.variablesRead].flatMap((read) => readBy.get(read) ?? []);
  if (secret === undefined) return undefined;
  const text = skeleton(own);
  for (const values of standIns) {
    const other = await render(values).then(skeleton, (error) => {
      if (error instanceof UserError || error instanceof UnknownFlow) return undefined;
      throw error;
    });
    if (text === undefined || text !== other) return { uniqueId, secret, location };
  }
  return undefined;
}

function skeleton({ sql, marker }: MarkedText): string | undefined {
  try {
    return marker.skeleton(sql.text);
  } catch (error) {
    if (error instanceof UnknownFlow) return undefined;
    throw error;
  }
}
