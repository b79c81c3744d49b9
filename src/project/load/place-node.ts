import { printValue, toValue } from '../../jinja/values/value.ts';
import type { Location } from '../../location.ts';
import { quoteName } from '../../quote.ts';
import type { TemplateContext } from '../context/template-context.ts';
import type { NodeConfig, Placement } from '../node.ts';

/**
 * The place of a node: the results of the macros generate_schema_name, generate_alias_name and generate_database_name, which
 * a project or package may override.
 * @param node the value of `node` in these macros
 */
export async function placeNode(
  config: NodeConfig,
  node: { readonly [key: string]: unknown },
  context: TemplateContext,
  at: Location,
): Promise<Placement> {
  const generate = async (part: 'schema' | 'alias' | 'database') => {
    const macro = context.macro(`generate_${part}_name`);
    if (!macro) throw new Error(`internal: no macro generate_${part}_name`);
    const custom = part === 'schema' ? config.schema : part === 'alias' ? config.alias : config.database;
    const printed = await macro.call({ positional: [custom ?? null, toValue(node)], named: new Map() }, at);
    return printValue(printed).trim();
  };
  const [database, schema, alias] = [await generate('database'), await generate('schema'), await generate('alias')];
  return { database, schema, alias, relationName: relationName({ database, schema, alias }) };
}

export function relationName({ database, schema, alias }: Omit<Placement, 'relationName'>): string {
  return [database, schema, alias].map(quoteName).join('.');
}
