import { code, markdownTable } from './markdown-table.ts';

type PropertyType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';

/** The parts of JSON Schema that `schema/fenceline.schema.json` uses. */
interface Property {
  readonly type?: PropertyType | readonly PropertyType[];
  readonly description: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly items?: Property;
  readonly properties?: { readonly [key: string]: Property };
  readonly additionalProperties?: boolean | Property;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly $ref?: string;
}

export interface Schema {
  readonly properties: { readonly [key: string]: Property };
  readonly required?: readonly string[];
  readonly $defs: { readonly [name: string]: Property };
}

/**
 * docs/configuration.md: each key of fenceline.yml with its type, default and description.
 *
 * @param example the fenceline.yml of the example project
 */
export function configurationPage(schema: Schema, example: string): string {
  const sections = Object.entries(schema.properties).map(([name, property]) => section(name, property, schema));
  const policies = `A policy is \`error\`, \`warn\` or \`allow\`: ${schema.$defs['policy']?.description}`;
  return `${INTRODUCTION}\n\`\`\`yaml\n${example.trimEnd()}\n\`\`\`\n\n${policies}\n${sections.join('')}`;
}

/** A key at the top of the file: its description, and a table of the keys below it. */
function section(name: string, property: Property, schema: Schema): string {
  const [own, ...below] = rowsOf(property, name, isRequired(schema, name), schema);
  if (own && below.length === 0) return `\n## ${name}\n${keyTable([own])}`;
  const required = isRequired(schema, name) ? ' It is required.' : '';
  return `\n## ${name}\n\n${property.description}${required}\n${keyTable(below)}`;
}

const INTRODUCTION = `<!-- Written by scripts/docs.mjs from schema/fenceline.schema.json. Change it there. -->
# fenceline.yml

\`fenceline.yml\` stands beside \`dbt_project.yml\`. An unknown key is an error with its line and the nearest name. An editor
explains each key with this first line:

\`\`\`yaml
# yaml-language-server: $schema=https://raw.githubusercontent.com/fenceline/fenceline/main/schema/fenceline.schema.json
\`\`\`

In the tables below, \`<name>\` stands for a name that you choose, and \`[]\` for the items of a list. The example project has
this file:
`;

/** Key, type, default and meaning. */
type Row = readonly string[];

/** Rows of the table: one for a key and one for each key below it, in the order of the schema. */
function rowsOf(property: Property, path: string, required: boolean, schema: Schema): readonly Row[] {
  const { items, additionalProperties, properties = {} } = property;
  const nested = Object.entries(properties).flatMap(([key, below]) =>
    rowsOf(below, `${path}.${key}`, isRequired(property, key), schema),
  );
  const named =
    typeof additionalProperties === 'object' ? rowsOf(additionalProperties, `${path}.<name>`, false, schema) : [];
  // A list of plain values is explained by its own row.
  const listed = items?.type === 'object' ? rowsOf(items, `${path}[]`, false, schema) : [];
  const own: Row = [code(path), typeOf(property, schema), defaultOf(property, required), property.description];
  return [own, ...nested, ...named, ...listed];
}

function isRequired({ required = [] }: { readonly required?: readonly string[] }, key: string): boolean {
  return required.includes(key);
}

function typeOf(property: Property, schema: Schema): string {
  const { type, enum: choices, const: only, items, $ref, minimum, maximum } = property;
  const referred = schema.$defs[$ref?.replace('#/$defs/', '') ?? ''];
  if (referred) return typeOf(referred, schema);
  if (only !== undefined) return `\`${only}\``;
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (typeof type === 'object') return type.map((each) => typeOf({ ...property, type: each }, schema)).join(' or ');
  if (type === 'array') return `list of ${items?.type === 'object' ? 'mappings' : 'texts'}`;
  if (type === 'integer') return `whole number from ${minimum}${maximum === undefined ? '' : ` to ${maximum}`}`;
  return type === undefined ? '' : TYPES[type];
}

const TYPES = { object: 'mapping', string: 'text', number: 'number', boolean: '`true` or `false`' } as const;

function defaultOf({ default: fallback }: Property, required: boolean): string {
  if (required) return 'required';
  if (fallback === undefined) return '';
  return Array.isArray(fallback) || typeof fallback === 'object' ? 'none' : `\`${fallback}\``;
}

/** The last section ends the page, without an empty line behind it. */
function keyTable(rows: readonly Row[]): string {
  return markdownTable(['key', 'type', 'default', 'meaning'], rows).replace(/\n$/, '');
}
