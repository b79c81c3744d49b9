import type { NodeResult } from '../../build/node-result.ts';
import type { Project } from '../../project/project.ts';

/**
 * The SQL of models as it ran in a build, by unique id. Left out are models whose SQL is not one query over their inputs, or
 * may not be shown: later runs of incremental models, models that inline ephemeral ones, and models whose SQL holds rows.
 */
export function builtTexts({ nodes }: Project, results: readonly NodeResult[]): ReadonlyMap<string, string> {
  return new Map(
    results.flatMap(({ uniqueId, compiledCode, builtText }) => {
      const node = nodes.get(uniqueId);
      const text = builtText?.parts.get(uniqueId);
      const isWhole =
        node?.resourceType === 'model' &&
        node.config.materialized !== 'incremental' &&
        builtText?.parts.size === 1 &&
        compiledCode !== undefined;
      return isWhole && text !== undefined ? [[uniqueId, text] as const] : [];
    }),
  );
}
