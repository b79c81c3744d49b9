/**
 * Thrown where the surroundings fail: a server, the engine, the disk, the network. Exit code 3.
 * The message names the action that failed. The text of a driver or engine stays in `cause`: it may quote a data value.
 */
export class EnvironmentError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EnvironmentError';
    this.fix = fix;
  }
}
