import type { StandIns } from '../project.ts';
import type { Surroundings } from './base-context.ts';

/** A variable that a template reads: `var pii_salt`, `env_var DBT_PII_SALT`. */
export type ReadVariable = string;

/** Wraps the vars and the environment of templates, to find out which variables a template reads. */
export function watchVariables(
  surroundings: Surroundings,
  onRead: (variable: ReadVariable) => void,
  standIns?: StandIns,
): Surroundings {
  const { variables, isVisibleVariable } = surroundings;
  return {
    ...surroundings,
    standIns: standIns?.environment ?? surroundings.standIns,
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
