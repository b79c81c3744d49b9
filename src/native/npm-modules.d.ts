// Types for the parts we use of two npm packages that have none.
declare module '@npmcli/config' {
  import type { FetchOptions } from 'npm-registry-fetch';

  class Config {
    constructor(options: {
      readonly definitions: object;
      readonly flatten: object;
      readonly shorthands: object;
      readonly npmPath: string;
      readonly argv: readonly string[];
      readonly cwd: string;
      readonly env: { readonly [name: string]: string | undefined };
      readonly warn: boolean;
    });
    load(): Promise<void>;
    readonly flat: FetchOptions;
  }

  // biome-ignore lint/style/noDefaultExport: the package has a default export
  export { Config as default };
}

declare module '@npmcli/config/lib/definitions/index.js' {
  export const definitions: object;
  export const flatten: object;
  export const shorthands: object;
}

declare module 'npm-registry-fetch' {
  export interface FetchOptions {
    readonly cache?: string | null;
    readonly retry?: { readonly retries?: number; readonly minTimeout?: number; readonly maxTimeout?: number };
    readonly timeout?: number;
    readonly spec?: string;
  }

  /** Rejects with an error whose `code` is `E404`, `ENOTFOUND` or the like, unless the answer is a success. */
  function fetch(path: string, options: FetchOptions): Promise<{ buffer(): Promise<Buffer> }>;

  // biome-ignore lint/style/noDefaultExport: the package has a default export
  export { fetch as default };
}
