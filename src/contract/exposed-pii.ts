import type { ColumnRef, Lineage, State, Step } from '../lineage/flow.ts';
import type { Exposure } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { type Classification, classify } from './classify.ts';
import type { PiiColumn } from './finding.ts';
import { modelPiiFlows } from './pii-flow.ts';

/** What an exposure can show of personal data. It has no tier: what may be in a model is judged there. */
export interface Exposed {
  readonly exposure: Exposure;
  /** Unique ids of its models that could not be followed: anything may be in them. */
  readonly unknown: readonly string[];
  readonly columns: readonly ExposedColumn[];
}

export interface ExposedColumn {
  /** The column that it reads, of a model, seed or source. */
  readonly of: ColumnRef;
  /** The tagged column whose value is in it. */
  readonly source: PiiColumn;
  readonly state: State;
  /** From the tagged column on; none where that is the column itself. */
  readonly steps: readonly Step[];
}

/** For every exposure the personal columns whose values reach it, in order of what it depends on. */
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
  return sources.has(uniqueId) || nodes.get(uniqueId)?.resourceType === 'seed';
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

/** A source that is personal as a whole and declares no columns counts as one column, `*`. */
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
