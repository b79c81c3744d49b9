import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { didYouMean, nearestName } from '../nearest-name.ts';
import { type Mistake, UserError } from '../user-error.ts';
import type { YamlDocument, YamlPath } from './read-yaml.ts';

/** The part of a YAML document that a validator reads. */
type Checked = Pick<YamlDocument, 'value' | 'locate'>;

/** Something in a document that its schema does not allow. */
export interface Invalid extends Mistake {
  /** For an unknown key: its name, and the valid key that was probably meant. */
  readonly unknownKey?: { readonly name: string; readonly meant: string | undefined };
}

/** Checks documents against one JSON schema. */
export interface Validator {
  /** One mistake for everything that is wrong with the document, each at its place. */
  mistakes(document: Checked): readonly Invalid[];
}

export function createValidator(validate: ValidateFunction): Validator {
  return {
    mistakes(document) {
      if (validate(document.value)) return [];
      return (validate.errors ?? []).map((error) => mistakeOf(error, document));
    },
  };
}

/** @throws {UserError} with every mistake of the document */
export function requireValid(validator: Validator, document: Checked): void {
  const mistakes = validator.mistakes(document);
  if (mistakes.length > 0) throw new UserError(mistakes);
}

function mistakeOf(error: ErrorObject, document: Checked): Invalid {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const name = spellPath(path);
  const { keyword, params, parentSchema } = error;
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const keys = Object.keys(parentSchema?.['properties'] ?? {});
      return {
        code: 'unknown-key',
        unknownKey: { name: key, meant: nearestName(key, keys) },
        message: `unknown key '${key}'${name && ` in ${name}`}.${didYouMean(key, keys)}`,
        location: document.locate([...path, key], 'key'),
        fix: keys.length > 0 ? `remove it, or use one of: ${keys.join(', ')}` : 'remove it',
      };
    }
    case 'required': {
      const key = String(params['missingProperty']);
      return {
        code: 'missing-key',
        message: `${name || 'the file'} has no '${key}'`,
        location: document.locate(path),
        fix: `add '${key}:'${describe(parentSchema?.['properties']?.[key])}`,
      };
    }
    case 'type': {
      const expected = [params['type']].flat().filter((type) => type !== 'null');
      const wanted = expected.map((type) => TYPE_NAMES[type as keyof typeof TYPE_NAMES] ?? String(type)).join(' or ');
      return {
        code: 'wrong-type',
        message: `${name || 'the file'} must be ${wanted}, and is ${typeName(error.data)}`,
        location: document.locate(path),
        fix: `write ${wanted}${describe(parentSchema)}`,
      };
    }
    case 'enum':
    case 'const': {
      const allowed = (keyword === 'enum' ? (params['allowedValues'] as unknown[]) : [params['allowedValue']]).filter(
        (value) => value !== null,
      );
      return {
        code: 'wrong-value',
        message: `${name} must be ${allowed.join(', ')}.${didYouMean(String(error.data), allowed.map(String))}`,
        location: document.locate(path),
        fix: `write ${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}`,
      };
    }
    default:
      return {
        code: 'wrong-value',
        message: `${name || 'the file'} ${error.message ?? 'is not valid'}`,
        location: document.locate(path),
        fix: `correct it${describe(parentSchema)}`,
      };
  }
}

const TYPE_NAMES = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
} as const;

function typeName(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return TYPE_NAMES.array;
  return TYPE_NAMES[typeof value as keyof typeof TYPE_NAMES] ?? typeof value;
}

/** The schema's description of a key, in brackets and with a space in front; empty where it has none. */
function describe(schema: unknown): string {
  const description =
    typeof schema === 'object' && schema !== null && 'description' in schema ? schema.description : undefined;
  return description === undefined ? '' : ` (${String(description).replace(/\.$/, '')})`;
}

/** A path as messages spell it: `sync.tables.user.exclude[0]`. */
function spellPath(path: YamlPath): string {
  return path
    .map((step) => (/^\d+$/.test(String(step)) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}
