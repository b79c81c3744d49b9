import type { StandIns } from '../project.ts';
import type { Surroundings } from './base-context.ts';

/** A variable that a template read: `var pii_salt`, `env_var DBT_PII_SALT`. */
export type ReadVariable = string;

/** The same surroundings, which also know what variables a template has read. */
export function watchVariables(
  surroundings: Surroundings,
  onRead: (variable: ReadVariable) => void,
  standIns?: StandIns,
): Surroundings {
  const { variables, isVisibleVariable } = surroundings;
  return {
    ...surroundings,
    standIns: standIns?.environment,
    isVisibleVariable(name) {
      onRead(`env_var ${name}`);
      return isVisibleVariable(name);
    },
    variables: {
      names: variables.names,
      find(name, packageName) {
        onRead(`var ${name}`);
        const standIn = standIns?.vars.get(name);
        return standIn === undefined ? variables.find(name, packageName) : { value: standIn, location: undefined };
      },
    },
  };
}
