import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import type { Model, Placement } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import type { Flow, NodeLineage } from './flow.ts';
import { ROWS } from './flow-set.ts';
import type { QueryTrace } from './trace-model.ts';
import type { TracedProject } from './trace-project.ts';

export interface LineageEvents {
  readonly project: Project;
  readonly lineage: TracedProject;
  /** Version of Fenceline. */
  readonly version: string;
  /** When the project was traced. */
  readonly time: Date;
}

const SPEC = 'https://openlineage.io/spec';

/**
 * One COMPLETE event for each model that has a table or view, in the order of the graph, as JSON lines (OpenLineage 2-0-2;
 * columnLineage 1-2-0). Inputs are those a model reads itself: readers of OpenLineage put the graph together. An event has
 * the same run id wherever and whenever the same lineage is found.
 */
export function openLineageEvents({ project, lineage, version, time }: LineageEvents): string {
  const producer = `https://github.com/fenceline/fenceline/tree/v${version}`;
  const events = [...lineage.nodes].flatMap(([uniqueId, node]): object[] => {
    const model = project.nodes.get(uniqueId);
    if (model?.resourceType !== 'model' || model.config.materialized === 'ephemeral') return [];
    const content = new ModelEvent(project, model, producer).content(node, lineage.queries.get(uniqueId));
    const { run, ...others } = content;
    return [
      {
        eventType: 'COMPLETE',
        eventTime: time.toISOString(),
        run: { runId: nameBasedUuid(JSON.stringify(content)), ...run },
        ...others,
        producer,
        schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`,
      },
    ];
  });
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

interface Dataset {
  readonly namespace: string;
  readonly name: string;
}

type InputField = Dataset & { readonly field: string; readonly transformations: readonly object[] };

interface EventContent {
  readonly run: object;
  readonly job: object;
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly (Dataset & { readonly facets?: object })[];
}

class ModelEvent {
  readonly #project: Project;
  readonly #model: Model;
  readonly #producer: string;

  constructor(project: Project, model: Model, producer: string) {
    this.#project = project;
    this.#model = model;
    this.#producer = producer;
  }

  content(node: NodeLineage, query: QueryTrace | undefined): EventContent {
    const job = {
      namespace: this.#project.name,
      name: this.#model.uniqueId,
      facets: {
        jobType: this.#facet('2-0-4', 'JobTypeJobFacet', {
          processingType: 'BATCH',
          integration: 'FENCELINE',
          jobType: 'MODEL',
        }),
      },
    };
    const output = this.#dataset(this.#model);
    if (node.status === 'unknown' || !query) {
      const message = `column lineage is unknown${node.status === 'unknown' ? `: ${node.reason}` : ''}`;
      const errorMessage = this.#facet('1-0-1', 'ErrorMessageRunFacet', { message, programmingLanguage: 'SQL' });
      const inputs = this.#inputs(this.#refs(this.#model));
      return { run: { facets: { errorMessage } }, job, inputs, outputs: [output] };
    }
    const flows = [...query.columns.flatMap((column) => column.flows), ...query.dataset];
    return {
      run: {},
      job,
      inputs: this.#inputs(flows.map(({ source }) => source.uniqueId)),
      outputs: [{ ...output, facets: this.#outputFacets(query) }],
    };
  }

  #outputFacets({ columns, dataset }: QueryTrace): object {
    return {
      schema: this.#facet('1-2-0', 'SchemaDatasetFacet', {
        fields: columns.map(({ name, type }, index) => ({ name, type, ordinal_position: index + 1 })),
      }),
      columnLineage: this.#facet('1-2-0', 'ColumnLineageDatasetFacet', {
        fields: Object.fromEntries(columns.map(({ name, flows }) => [name, { inputFields: this.#inputFields(flows) }])),
        dataset: this.#inputFields(dataset),
      }),
    };
  }

  /** Each column once, with every way it is used. What a table's rows say of themselves is its own dataset's matter. */
  #inputFields(flows: readonly Flow[]): readonly InputField[] {
    const fields = new Map<
      string,
      Dataset & { readonly field: string; readonly transformations: Map<string, object> }
    >();
    for (const { source, type, subtype, expression, masking } of flows) {
      if (source.column === ROWS) continue;
      const dataset = this.#datasetOf(source.uniqueId);
      const key = JSON.stringify([dataset.name, source.column]);
      const field = fields.get(key) ?? { ...dataset, field: source.column, transformations: new Map() };
      const transformation = { type, subtype, description: expression, masking };
      field.transformations.set(JSON.stringify(transformation), transformation);
      fields.set(key, field);
    }
    return [...fields]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, field]) => ({ ...field, transformations: [...field.transformations.values()] }));
  }

  #inputs(uniqueIds: readonly string[]): readonly Dataset[] {
    return [...new Set(uniqueIds)].sort().map((uniqueId) => this.#datasetOf(uniqueId));
  }

  /** An ephemeral model is no dataset: what it reads is read. */
  #refs({ dependsOn }: Model): readonly string[] {
    return dependsOn.nodes.flatMap((uniqueId) => {
      const node = this.#project.nodes.get(uniqueId);
      const isInlined = node?.resourceType === 'model' && node.config.materialized === 'ephemeral';
      return isInlined ? this.#refs(node) : [uniqueId];
    });
  }

  #datasetOf(uniqueId: string): Dataset {
    const placed = this.#project.nodes.get(uniqueId) ?? this.#project.sources.get(uniqueId);
    if (!placed) throw new Error(`internal: ${uniqueId} is read but not in the project`);
    return this.#dataset(placed);
  }

  /** As OpenLineage's own integration for dbt names a table in DuckDB. */
  #dataset({ database, schema, alias }: Placement): Dataset {
    const { directory, target } = this.#project;
    const path = target.path === ':memory:' ? target.path : relative(directory, target.path).split(sep).join('/');
    return { namespace: `duckdb://${path}`, name: `${database}.${schema}.${alias}` };
  }

  #facet(version: string, name: string, content: object): object {
    return {
      _producer: this.#producer,
      _schemaURL: `${SPEC}/facets/${version}/${name}.json#/$defs/${name}`,
      ...content,
    };
  }
}

/** RFC 9562: the namespace of names that are URLs. */
const URL_NAMESPACE = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** RFC 9562, version 5: the same name gives the same id. */
function nameBasedUuid(name: string): string {
  const bytes = createHash('sha1').update(URL_NAMESPACE).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
