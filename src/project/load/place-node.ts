import { toValue } from '../../jinja/values/plain-value.ts';
import { printValue } from '../../jinja/values/print-value.ts';
import type { Location } from '../../location.ts';
import { quoteName } from '../../quote.ts';
import type { Workspace } from '../context/node-context.ts';
import type { TemplateContext } from '../context/template-context.ts';
import type { NodeConfig, Placement } from '../node.ts';
import { mergeQuoting } from './quoting.ts';

/**
 * The database, schema and alias of a node, from the macros generate_database_name, generate_schema_name and
 * generate_alias_name, which a project or package may override.
 * @param node the value of `node` in these macros
 */
export async function placeNode(
  config: NodeConfig,
  node: { readonly [key: string]: unknown },
  { context, workspace }: { readonly context: TemplateContext; readonly workspace: Workspace },
  at: Location,
): Promise<Placement> {
  const { quoting } = workspace.surroundings;
  const generate = async (part: 'schema' | 'alias' | 'database') => {
    const macro = context.macro(`generate_${part}_name`);
    if (!macro) throw new Error(`internal: no macro generate_${part}_name`);
    const custom = part === 'schema' ? config.schema : part === 'alias' ? config.alias : config.database;
    const printed = await macro.call({ positional: [custom ?? null, toValue(node)], named: new Map() }, at);
    return printValue(printed).trim();
  };
  const [database, schema, alias] = [await generate('database'), await generate('schema'), await generate('alias')];
  return withRelationName({ database, schema, alias, quoting: mergeQuoting(quoting, config.other['quoting']) });
}

/** The place with its `relationName`. */
export function withRelationName(place: Omit<Required<Placement>, 'relationName'>): Placement {
  const { database, schema, alias, quoting } = place;
  const print = (name: string, isQuoted: boolean) => (isQuoted ? quoteName(name) : name);
  const names = [print(database, quoting.database), print(schema, quoting.schema), print(alias, quoting.identifier)];
  return { ...place, relationName: names.join('.') };
}
