import { toValue } from '../../jinja/values/plain-value.ts';
import type { Adapter } from '../project.ts';
import { openNodeContext, type Workspace } from './node-context.ts';
import type { TemplateContext } from './template-context.ts';
import { parsedConfig } from './values/config-value.ts';
import { RelationValue } from './values/relation-value.ts';

/**
 * The context of YAML and of macros outside of any node: `ref` and `source` give a relation without a name. With an
 * adapter, `execute` is true.
 */
export function openBareContext(
  workspace: Workspace,
  packageName: string,
  adapter: Adapter | undefined,
): TemplateContext {
  const { database, schema } = workspace.surroundings.target;
  const nowhere = new RelationValue({ database, schema });
  return openNodeContext({
    workspace,
    packageName,
    ref: () => nowhere,
    source: () => nowhere,
    config: parsedConfig(() => undefined),
    this: nowhere,
    model: {},
    graph: () => toValue({}),
    selectedResources: () => toValue([]),
    execute: adapter !== undefined,
    adapter,
    isIncremental: () => false,
  });
}
