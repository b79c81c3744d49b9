/** Environment variables, by name. The entries pass them on as an argument, so that no function below reads `process.env`. */
export interface Environment {
  readonly [name: string]: string | undefined;
}
