/** Variables of the process, by name; given to whoever may read them, so that nothing reads `process.env` on its own. */
export interface Environment {
  readonly [name: string]: string | undefined;
}
