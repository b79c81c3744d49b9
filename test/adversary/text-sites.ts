/** A place of a YAML file that takes a text. */
export interface TextSite {
  /** `models[].columns[].data_type`; `{}` stands for a key. */
  readonly path: string;
  /** The smallest document that has a text at this place. `name` stands wherever another text is required. */
  document(text: string, name: string): unknown;
}

interface Schema {
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: { readonly [key: string]: Schema };
  readonly patternProperties?: { readonly [key: string]: Schema };
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $defs?: { readonly [name: string]: Schema };
}

/** Builds the document around a value. */
type Around = (value: unknown, name: string) => unknown;

/**
 * Every place of a JSON schema that takes a text, a key, or any value. What the schema gets later is found by itself.
 * @param keys keys to try in an object whose keys the schema leaves open, by the object's own key
 */
export function textSites(root: Schema, keys: { readonly [key: string]: readonly string[] }): readonly TextSite[] {
  const sites: TextSite[] = [];
  const add = (path: string, around: Around, value: (text: string) => unknown = (text) => text) =>
    sites.push({ path, document: (text, name) => around(value(text), name) });
  const walk = (written: Schema, path: string, around: Around, within: readonly Schema[]): void => {
    const schema = resolved(written, root);
    // A schema that is within itself is followed once.
    if (within.filter((outer) => outer === schema).length > 1) return;
    const inner = [...within, schema];
    for (const option of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) {
      walk(option, path, around, inner);
    }
    const types = [schema.type ?? []].flat();
    const isOpen = types.length === 0 && !schema.anyOf && !schema.oneOf && !schema.allOf;
    if (isOpen || types.includes('string') || schema.enum) add(path, around);
    if (isOpen || types.includes('array')) {
      if (schema.items) walk(schema.items, `${path}[]`, (value, name) => around([value], name), inner);
      else add(`${path}[]`, around, (text) => [text, { [text]: text }]);
    }
    if (!isOpen && !types.includes('object') && !schema.properties) return;
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const beside = (name: string) => minimalObject(schema, root, name);
      walk(property, `${path}.${key}`, (value, name) => around({ ...beside(name), [key]: value }, name), inner);
    }
    const values = [schema.additionalProperties, ...Object.values(schema.patternProperties ?? {})].filter(
      (one): one is Schema => typeof one === 'object',
    );
    for (const value of values) {
      add(
        `${path}.{}`,
        (given, name) => around(given, name),
        (text) => ({ [text]: minimal(value, root, 'm0') }),
      );
      walk(value, `${path}.*`, (given, name) => around({ m0: given }, name), inner);
    }
    add(`${path}.{}`, around, (text) => ({ ...minimalObject(schema, root, 'm0'), [text]: text }));
    for (const key of schema.properties ? [] : (keys[path.split('.').at(-1) ?? ''] ?? [])) {
      add(`${path}.${key}`, around, (text) => ({ [key]: text }));
      add(`${path}.${key}[]`, around, (text) => ({ [key]: [text] }));
      add(`${path}.${key}.{}`, around, (text) => ({ [key]: { [text]: text } }));
    }
  };
  walk(root, '', (value) => value, []);
  return sites;
}

function resolved(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace('#/$defs/', '');
  if (name === undefined) return schema;
  const found = root.$defs?.[name];
  if (!found) throw new Error(`the schema has no ${schema.$ref}`);
  return resolved(found, root);
}

function minimal(written: Schema, root: Schema, name: string): unknown {
  const schema = resolved(written, root);
  const [first] = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (first) return minimal(first, root, name);
  switch ([schema.type ?? 'string'].flat()[0]) {
    case 'object':
      return minimalObject(schema, root, name);
    case 'array':
      return schema.items ? [minimal(schema.items, root, name)] : [];
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return name;
  }
}

function minimalObject({ required = [], properties = {} }: Schema, root: Schema, name: string): object {
  return Object.fromEntries(required.map((key) => [key, minimal(properties[key] ?? {}, root, name)]));
}
