import type { Location } from '../../location.ts';
import type { SqlNode } from '../../project/node.ts';
import type { CompiledNode, MacroCaller, StandIns } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';
import { UnknownFlow } from '../plan/unknown-flow.ts';
import type { Mask, MaskMarker } from './mask-marker.ts';

/** A text of a node that depends on the secret of a mask, beside what the mask itself prints. */
export interface ExposedSecret {
  readonly uniqueId: string;
  /** Name of the dbt var of the secret. */
  readonly secret: string;
  readonly location: Location;
}

/** The secrets of the masks, and what they are replaced by to see which texts depend on them. */
export interface MaskSecrets {
  /** Names of dbt vars by what reads them: `var pii_salt`, `env_var DBT_PII_SALT`. */
  readonly readBy: ReadonlyMap<string, string>;
  readonly standIns: readonly StandIns[];
}

/** Reads the secrets of masks. One that cannot be read has no value that could be exposed. */
export async function readMaskSecrets(
  masks: readonly Mask[],
  packageName: string,
  macroCaller: MacroCaller,
): Promise<MaskSecrets> {
  const readBy = new Map<string, string>();
  const values = new Map<string, string>();
  const environment = new Map<string, string>();
  for (const name of new Set(masks.flatMap(({ secret }) => secret ?? []))) {
    const value = await unlessMistaken(async () => (await macroCaller.variable(name, packageName))?.value, undefined);
    values.set(name, value ?? '');
    readBy.set(`var ${name}`, name);
    for (const read of await unlessMistaken(() => macroCaller.environmentOf(name, packageName), [])) {
      environment.set(read, value ?? '');
      readBy.set(`env_var ${read}`, name);
    }
  }
  const standIns = STEPS.map((step) => ({ vars: others(values, step), environment: others(environment, step) }));
  return { readBy, standIns };
}

async function unlessMistaken<Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return otherwise;
    throw error;
  }
}

/** Numbers of places in the alphabet by which each character of a stand-in differs from the secret. */
const STEPS = [1, 17];
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Differs in every character and in length, so that a text which holds one of them differs, too. */
function others(values: ReadonlyMap<string, string>, step: number): ReadonlyMap<string, string> {
  const other = (character: string) => {
    const place = ALPHABET.indexOf(character.toLowerCase());
    return ALPHABET.charAt((place + step + ALPHABET.length) % ALPHABET.length);
  };
  return new Map(
    [...values].map(([name, value]) => [name, [...value].map(other).join('') + ALPHABET.slice(0, step + 15)]),
  );
}

/** Text of a node that was rendered with one set of values, and the marks in it. */
export interface MarkedText {
  readonly sql: CompiledNode['sql'];
  readonly marker: MaskMarker;
}

/**
 * Compares a text with those that other secrets give: but for what masks print, they must be the same. So it does not
 * matter in which form a template prints a secret, or a part of what a mask printed.
 * @param render renders the node with stand-ins; a mistake that only they bring counts as a difference
 */
export async function findExposedSecret(
  { uniqueId, location }: Pick<SqlNode, 'uniqueId' | 'location'>,
  own: MarkedText & { readonly variables: ReadonlySet<string> },
  { readBy, standIns }: MaskSecrets,
  render: (standIns: StandIns) => Promise<MarkedText>,
): Promise<ExposedSecret | undefined> {
  const [secret] = [...own.variables].flatMap((read) => readBy.get(read) ?? []);
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
