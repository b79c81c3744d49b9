import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import { isQueryNode, type Placement, type QueryNode } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import type { NodeLineage, RootFlow, Step } from '../flow.ts';
import type { CarriedLineage } from '../propagate/carried-flow.ts';
import { lineageOf } from '../propagate/node-lineage.ts';
import { propagate } from '../propagate/propagate.ts';
import type { QueryTrace } from '../query-trace.ts';
import type { TracedProject } from '../traced-project.ts';

export interface LineageEvents {
  readonly project: Project;
  readonly lineage: TracedProject;
  /** Version of Fenceline. */
  readonly version: string;
  /** Time of the trace. */
  readonly time: Date;
}

const SPEC = 'https://openlineage.io/spec';

/**
 * One COMPLETE event for each model that has a table or view, in DAG order, as JSON lines (OpenLineage 2-0-2;
 * columnLineage 1-2-0). Inputs are the tables that a model reads itself: readers of OpenLineage put the graph together.
 * The run id is a hash of the content, so the same lineage has the same id everywhere.
 */
export function openLineageEvents({ project, lineage, version, time }: LineageEvents): string {
  const producer = `https://github.com/fenceline/fenceline/tree/v${version}`;
  const { queries } = lineage;
  const context = { project, queries, inlined: traceInlined(project, lineage), producer };
  const events = [...lineage.nodes].flatMap(([uniqueId, node]): object[] => {
    const model = project.nodes.get(uniqueId);
    if (!isQueryNode(model) || isInlined(model)) return [];
    const content = new ModelEvent(context, model).content(node);
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

/** An ephemeral model has no table: a model that reads it reads the tables below it. */
function isInlined(model: QueryNode): boolean {
  return model.config.materialized === 'ephemeral';
}

/** The flows of each ephemeral model from the tables below it. */
function traceInlined(project: Project, { queries }: TracedProject): ReadonlyMap<string, CarriedLineage> {
  const inlined = new Map<string, CarriedLineage>();
  for (const [uniqueId, query] of queries) {
    const model = project.nodes.get(uniqueId);
    if (isQueryNode(model) && isInlined(model)) inlined.set(uniqueId, throughInlined(query, inlined));
  }
  return inlined;
}

function throughInlined(query: QueryTrace, inlined: ReadonlyMap<string, CarriedLineage>): CarriedLineage {
  // The empty unique id keeps a model that reads its own table among its own inputs.
  return propagate('', query, { models: inlined, isOrigin: () => false, isKey: () => false });
}

type Traced = Extract<NodeLineage, { status: 'traced' }>;

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

interface EventContext {
  readonly project: Project;
  readonly queries: TracedProject['queries'];
  readonly inlined: ReadonlyMap<string, CarriedLineage>;
  readonly producer: string;
}

class ModelEvent {
  readonly #context: EventContext;
  readonly #model: QueryNode;

  constructor(context: EventContext, model: QueryNode) {
    this.#context = context;
    this.#model = model;
  }

  content(node: NodeLineage): EventContent {
    const query = this.#context.queries.get(this.#model.uniqueId);
    const job = {
      namespace: this.#context.project.name,
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
    const inputs = this.#inputs(this.#model);
    if (node.status === 'unknown' || !query) {
      const message = `column lineage is unknown${node.status === 'unknown' ? `: ${node.reason}` : ''}`;
      const errorMessage = this.#facet('1-0-1', 'ErrorMessageRunFacet', { message, programmingLanguage: 'SQL' });
      return { run: { facets: { errorMessage } }, job, inputs, outputs: [output] };
    }
    const facets = this.#outputFacets(lineageOf(throughInlined(query, this.#context.inlined)));
    return { run: {}, job, inputs, outputs: [{ ...output, facets }] };
  }

  #outputFacets({ columns, dataset }: Traced): object {
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

  /** Input fields: each source column once, with one transformation for each way in which it is used. */
  #inputFields(flows: readonly RootFlow[]): readonly InputField[] {
    const fields = new Map<string, InputField & { readonly transformations: object[] }>();
    for (const { source, type, subtype, steps, masking } of flows) {
      const dataset = this.#datasetOf(source.uniqueId);
      const key = JSON.stringify([dataset.name, source.column]);
      const field = fields.get(key) ?? { ...dataset, field: source.column, transformations: [] };
      field.transformations.push({ type, subtype, description: describe(steps), masking });
      fields.set(key, field);
    }
    return [...fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, field]) => field);
  }

  #inputs(model: QueryNode): readonly Dataset[] {
    return [...this.#tablesRead(model)].sort().map((uniqueId) => this.#datasetOf(uniqueId));
  }

  /** Unique ids of the tables that the model's plan reads; without a plan, those of its ref() and source() calls. */
  #tablesRead({ uniqueId, dependsOn }: QueryNode): ReadonlySet<string> {
    const query = this.#context.queries.get(uniqueId);
    const flows = query && [...query.dataset, ...query.columns.flatMap((column) => column.flows)];
    const inputs = new Set(flows?.map(({ source }) => source.uniqueId) ?? dependsOn.nodes);
    const tables = [...inputs].flatMap((input) => {
      const node = this.#context.project.nodes.get(input);
      return isQueryNode(node) && isInlined(node) ? [...this.#tablesRead(node)] : [input];
    });
    return new Set(tables);
  }

  #datasetOf(uniqueId: string): Dataset {
    const table = this.#context.project.nodes.get(uniqueId) ?? this.#context.project.sources.get(uniqueId);
    if (!table) throw new Error(`internal: ${uniqueId} is read but not in the project`);
    return this.#dataset(table);
  }

  /** The name that OpenLineage's own integration for dbt gives a table in DuckDB. */
  #dataset({ database, schema, alias }: Placement): Dataset {
    const { directory, target } = this.#context.project;
    const path = target.path === ':memory:' ? target.path : relative(directory, target.path).split(sep).join('/');
    return { namespace: `duckdb://${path}`, name: `${database}.${schema}.${alias}` };
  }

  #facet(version: string, name: string, content: object): object {
    return {
      _producer: this.#context.producer,
      _schemaURL: `${SPEC}/facets/${version}/${name}.json#/$defs/${name}`,
      ...content,
    };
  }
}

/** The expression of a flow, or the expressions on its way through ephemeral models. */
function describe(steps: readonly Step[]): string {
  return steps.map(({ expression }) => expression).join(' → ');
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
