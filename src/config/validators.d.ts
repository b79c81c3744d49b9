/** Types of the validator of a JSON schema, which `scripts/validators.mjs` compiles when Fenceline is built. */
declare module '*.schema.json?validator' {
  import type { ValidateFunction } from 'ajv/dist/2020.js';

  export const validate: ValidateFunction;
}
