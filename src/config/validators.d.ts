/** The validator of a schema, which `scripts/validators.mjs` compiles when the program is built. */
declare module '*.schema.json?validator' {
  import type { ValidateFunction } from 'ajv/dist/2020.js';

  export const validate: ValidateFunction;
}
