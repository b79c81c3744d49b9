import type { ColumnRef, Lineage, State, Step } from '../lineage/flow.ts';
import { isRootNode } from '../lineage/root-node.ts';
import type { Exposure } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { type Classification, classify } from './classify.ts';
import type { PiiColumn } from './finding.ts';
import { modelPiiFlows } from './pii-flow.ts';

/** The personal data that an exposure can show. An exposure has no tier: its models are judged in theirs. */
export interface Exposed {
  readonly exposure: Exposure;
  /** Unique ids of its models that could not be traced: anything may be in them. */
  readonly unknown: readonly string[];
  readonly columns: readonly ExposedColumn[];
}

export interface ExposedColumn {
  /** The column of a model, seed or source that the exposure reads. */
  readonly of: ColumnRef;
  /** The tagged column whose value is in it. */
  readonly source: PiiColumn;
  readonly state: State;
  /** The path from the tagged column; empty where the exposure reads the tagged column itself. */
  readonly steps: readonly Step[];
}

/** Finds for every exposure the personal columns whose values reach it, in order of its dependencies. */
export function exposedPii(project: Project, lineage: Lineage): readonly Exposed[] {
  if (project.exposures.size === 0) return [];
  const classification = classify(project);
  return [...project.exposures.values()].map((exposure) => {
    const inputs = exposure.dependsOn.nodes;
    return {
      exposure,
      unknown: inputs.filter((input) => !isRoot(input, project) && lineage.nodes.get(input)?.status !== 'traced'),
      columns: inputs.flatMap((input) =>
        isRoot(input, project)
          ? taggedColumns(input, project, classification)
          : modelColumns(input, lineage, classification),
      ),
    };
  });
}

function isRoot(uniqueId: string, { sources, nodes }: Project): boolean {
  return sources.has(uniqueId) || isRootNode(nodes.get(uniqueId));
}

function modelColumns(uniqueId: string, { nodes }: Lineage, classification: Classification): readonly ExposedColumn[] {
  const node = nodes.get(uniqueId);
  if (node?.status !== 'traced') return [];
  return modelPiiFlows(node, classification).columns.flatMap(({ name, flows }) =>
    flows
      .filter(({ flow }) => flow.type === 'DIRECT')
      .map(({ source, state, steps }) => ({ of: { uniqueId, column: name }, source, state, steps })),
  );
}

/** The personal columns of a source or seed. One that is tagged as a whole and declares none counts as one column, `*`. */
function taggedColumns(
  uniqueId: string,
  { sources, nodes }: Project,
  classification: Classification,
): readonly ExposedColumn[] {
  const declared = [...((sources.get(uniqueId) ?? nodes.get(uniqueId))?.columns.keys() ?? [])];
  return (declared.length > 0 ? declared : ['*']).flatMap((column) => {
    const source = classification.find({ uniqueId, column });
    return source ? [{ of: { uniqueId, column }, source, state: 'clear' as const, steps: [] }] : [];
  });
}
