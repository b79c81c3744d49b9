import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../schema', import.meta.url));

test.each(readdirSync(FOLDER))('%s is a JSON Schema of 2020-12 that says what each key means', (file) => {
  const schema = JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8'));

  expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  new Ajv2020({ allowUnionTypes: true }).compile(schema);
  expect(undescribed(schema, schema, '')).toEqual([]);
});

/** Paths of properties without a description, neither of their own nor of what they refer to. */
function undescribed(node: unknown, root: Schema, path: string): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const here = `${path}/${key}`;
    if (key === 'if') return [];
    const missing =
      key === 'properties'
        ? Object.entries<Schema>(value)
            .filter(([, property]) => !describes(property, root))
            .map(([name]) => `${here}/${name}`)
        : [];
    return [...missing, ...undescribed(value, root, here)];
  });
}

interface Schema {
  readonly description?: string;
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: Schema };
}

function describes({ description, $ref }: Schema, root: Schema): boolean {
  const target = $ref === undefined ? undefined : root.$defs?.[$ref.replace('#/$defs/', '')];
  return description !== undefined || (target !== undefined && describes(target, root));
}
