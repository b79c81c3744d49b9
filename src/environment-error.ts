/**
 * Thrown where the surroundings fail: a server, the engine, the disk, the network. Exit code 3.
 * The message says what was tried; what a driver or an engine said stays in `cause`, since it may quote a data value.
 */
export class EnvironmentError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EnvironmentError';
    this.fix = fix;
  }
}
