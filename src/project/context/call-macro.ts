import { printValue } from '../../jinja/values/print-value.ts';
import { Callable } from '../../jinja/values/value.ts';
import type { Location } from '../../location.ts';
import { UserError } from '../../user-error.ts';
import type { Adapter, MacroCaller, SetVariable } from '../project.ts';
import type { Variables } from '../variables.ts';
import { openBareContext } from './bare-context.ts';
import type { Workspace } from './node-context.ts';

/** Makes the caller of macros outside of any node; they see the same values as while a node is compiled. */
export function openMacroCaller(workspace: Workspace): MacroCaller {
  const { surroundings } = workspace;
  return {
    async call({ name, packageName, location }, args, vars) {
      const variables = withVariables(surroundings.variables, vars);
      const context = openBareContext(
        { ...workspace, surroundings: { ...surroundings, variables } },
        packageName,
        NO_WAREHOUSE,
      );
      const macro = context.macro(name);
      if (!macro) throw new Error(`internal: ${packageName} has no macro ${name}`);
      return printValue(await macro.call({ positional: [...args], named: new Map() }, location));
    },

    async variable(name, packageName) {
      const found = surroundings.variables.find(name, packageName);
      if (!found) return undefined;
      const { value, environment } = await readVariable(name, packageName, workspace);
      const isSet = environment.some((variable) => surroundings.environment[variable] !== undefined);
      return { value, origin: originOf(found.location !== undefined, environment.length > 0, isSet) };
    },

    async environmentOf(name, packageName) {
      if (!surroundings.variables.find(name, packageName)) return [];
      return (await readVariable(name, packageName, workspace)).environment;
    },
  };
}

/** A var as templates read it, and the environment variables that they read with it. */
async function readVariable(name: string, packageName: string, workspace: Workspace) {
  const { surroundings } = workspace;
  const environment = new Set<string>();
  const isVisibleVariable = (variable: string) => {
    environment.add(variable);
    return surroundings.isVisibleVariable(variable);
  };
  const context = openBareContext(
    { ...workspace, surroundings: { ...surroundings, isVisibleVariable } },
    packageName,
    NO_WAREHOUSE,
  );
  const read = context.get('var');
  if (!(read instanceof Callable)) throw new Error('internal: templates have no var()');
  const value = await read.call({ positional: [name], named: new Map() }, PROJECT_FILE);
  return { value: value === null ? '' : printValue(value), environment: [...environment] };
}

const PROJECT_FILE: Location = { file: 'dbt_project.yml', line: 1, column: 1 };

function originOf(isWritten: boolean, asksEnvironment: boolean, isSet: boolean): SetVariable['origin'] {
  if (asksEnvironment) return isSet ? 'outside' : 'fallback';
  return isWritten ? 'file' : 'outside';
}

function withVariables(variables: Variables, vars: ReadonlyMap<string, string>): Variables {
  return {
    names: variables.names,
    find(name, packageName) {
      const value = vars.get(name);
      return value === undefined ? variables.find(name, packageName) : { value, location: undefined };
    },
  };
}

/**
 * An adapter without a warehouse, which rejects all queries. With an adapter `execute` is true, as in a build; a macro may
 * print another text where it is false.
 */
const NO_WAREHOUSE: Adapter = { query: rejectAccess, relationType: rejectAccess, columns: rejectAccess };

function rejectAccess(): Promise<never> {
  const mistake = { code: 'no-warehouse', message: 'a macro outside of a node cannot query the warehouse' };
  return Promise.reject(new UserError(mistake));
}
