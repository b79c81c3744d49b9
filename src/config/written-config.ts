import { validate } from '../../schema/fenceline.schema.json?validator';
import { type Mistake, UserError } from '../user-error.ts';
import type { AllowedState, ColumnMask, DriftPolicies, MaskConfig, Policy, ValueRules } from './fenceline-config.ts';
import { readYaml, type YamlDocument } from './read-yaml.ts';
import { createValidator, requireValid } from './validate.ts';

/** The value of `fenceline.yml`, which the schema has checked. */
export interface WrittenConfig {
  /** Settings of the database without a name. Further databases stand beside them: {@link namedDatabases}. */
  readonly postgres?: WrittenDatabase;
  readonly sync?: {
    readonly schema?: string;
    readonly prefix?: string;
    readonly from_sources?: boolean;
    readonly except?: readonly string[];
    readonly drift?: Partial<DriftPolicies>;
    readonly mask_secret?: string;
    readonly tables?: { readonly [name: string]: WrittenTable };
  };
  readonly contract: {
    readonly tiers: { readonly [name: string]: { readonly path: string; readonly allow: AllowedState } };
    readonly masks?: { readonly [macro: string]: { readonly yields: MaskConfig['yields']; readonly secret?: string } };
    readonly personal?: {
      readonly tags?: readonly string[];
      readonly meta?: { readonly [key: string]: unknown };
      readonly columns?: string;
      readonly none?: Policy;
    };
    readonly indirect?: { readonly [subtype in IndirectKey]?: Policy };
    readonly undeclared_columns?: Policy;
    readonly verify?: {
      readonly values?: boolean;
      readonly min_group_size?: number;
      readonly small_groups?: Exclude<Policy, 'allow'>;
      readonly rows?: number;
      readonly cells?: number;
    };
    readonly waivers?: readonly WrittenWaiver[];
    readonly approvers?: readonly string[];
  };
  readonly env?: readonly string[];
  readonly limits?: { readonly statement_seconds?: number; readonly sync_seconds?: number };
}

export interface WrittenDatabase {
  readonly version?: number;
  readonly url?: string;
  readonly setup?: readonly string[];
}

export interface WrittenTable {
  readonly from: string;
  readonly database?: string;
  readonly to?: string;
  readonly except?: readonly string[];
  readonly exclude?: readonly string[];
  readonly columns?: readonly string[] | string;
  readonly mode?: 'full' | 'incremental';
  readonly cursor?: string;
  readonly key?: string | readonly string[];
  readonly overlap?: string | number;
  readonly deletes?: boolean;
  readonly where?: string;
  readonly sample?: { readonly rows?: number; readonly percent?: number; readonly seed?: number };
  readonly mask?: { readonly [column: string]: ColumnMask };
  readonly type?: ValueRules['type'];
  readonly nan?: ValueRules['nan'];
  readonly on_bad?: ValueRules['onBad'];
}

/** The databases of `postgres` that have a name. */
export function namedDatabases({ postgres }: WrittenConfig): readonly (readonly [string, WrittenDatabase])[] {
  return Object.entries<unknown>({ ...postgres }).flatMap(([name, value]) =>
    isDatabase(value) ? [[name, value] as const] : [],
  );
}

/** The schema allows no other mapping below `postgres`. */
function isDatabase(value: unknown): value is WrittenDatabase {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type IndirectKey = 'filter' | 'join' | 'group_by' | 'sort' | 'window' | 'conditional' | 'equality';

interface WrittenWaiver {
  readonly model: string;
  readonly column: string;
  readonly source: string;
  readonly reason: string;
  readonly until: string;
}

/** A `fenceline.yml` as it is written, without defaults, and the places in it. */
export interface ParsedConfig {
  /** Path of the file below the project folder, for messages. */
  readonly displayPath: string;
  readonly document: YamlDocument;
  readonly written: WrittenConfig;
}

const validator = createValidator(validate);

/**
 * Parses a `fenceline.yml`, and checks it against the schema.
 * @throws {UserError} with every mistake
 */
export function parseConfig(displayPath: string, text: string): ParsedConfig {
  const read = readYaml(displayPath, text);
  const document = { ...read, value: withTextDates(read.value) };
  requireValid(validator, document);
  const written = document.value as WrittenConfig;
  const mistakes = (written.contract.waivers ?? []).flatMap((waiver, index) => dayMistakes(waiver, index, document));
  if (mistakes.length > 0) throw new UserError(mistakes);
  return { displayPath, document, written };
}

function dayMistakes({ until }: WrittenWaiver, index: number, document: YamlDocument): readonly Mistake[] {
  const time = Date.parse(`${until}T00:00:00Z`);
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(until)) return [];
  return [
    {
      code: 'no-day',
      message: `the waiver ends on '${until}', which is no day of the calendar`,
      location: document.locate(['contract', 'waivers', index]),
      fix: 'write the last day it counts, as in 2027-03-31',
    },
  ];
}

/** Turns dates back into texts: YAML 1.1 reads `2027-03-31` as a date, and the end of a waiver is a text. */
function withTextDates(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '');
  if (Array.isArray(value)) return value.map(withTextDates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTextDates(item)]));
}
