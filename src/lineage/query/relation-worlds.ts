import { nameKey } from '../../name.ts';
import { isEphemeral } from '../../project/ephemeral.ts';
import type { QueryNode } from '../../project/node.ts';
import type { Adapter } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';
import type { QueryTrace } from '../query-trace.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { mergeQueries } from './merge-queries.ts';
import type { QueryContext, RelationWorld } from './query-context.ts';
import { type RunKind, renderQuery } from './render-query.ts';
import { traceQuery } from './trace-query.ts';

/** Kind of a relation in a warehouse; `undefined` where it is not there. */
type RelationKind = Awaited<ReturnType<Adapter['relationType']>>;

/** Largest number of worlds that are traced for one template; four relations make up to 81. */
const MOST_WORLDS = 81;

/**
 * Traces a query of a node in every state of the warehouse (world) in which its template may print another text:
 * `load_relation(this)` finds nothing in the first run and a table in the next, which may run without a new check. A
 * world in which the template fails does not count, since it builds nothing.
 *
 * @throws {UserError} for a mistake in the template or its SQL, at its place
 * @throws {UnknownFlow} also if the columns differ between worlds, or if the template asks about too many relations
 */
export async function traceInWorlds(node: QueryNode, run: RunKind, context: QueryContext): Promise<QueryTrace> {
  const first = openWorld(node, run, context, []);
  let traced = await traceQuery(node, run, { ...context, world: first.world });
  const open = [...first.others()];
  if (open.length === 0) return traced;
  const texts = new Set([await textIn(first, node, run, context)]);
  for (let count = 1, choices = open.pop(); choices; count += 1, choices = open.pop()) {
    if (count >= MOST_WORLDS) throw new UnknownFlow('a template that asks about too many relations');
    const other = openWorld(node, run, context, choices);
    const text = await textIn(other, node, run, context);
    open.push(...other.others());
    if (text === undefined || texts.has(text)) continue;
    texts.add(text);
    const kind = run === 'first' ? 'first-elsewhere' : run;
    const query = await traceQuery(node, kind, { ...context, world: other.world }).catch(unknownWhereUserError);
    if (!haveSameColumns(traced, query)) {
      throw new UnknownFlow('a template whose columns depend on which relations are there');
    }
    traced = mergeQueries(traced, query);
  }
  return traced;
}

/** The text of a node in a world; `undefined` where its template fails. */
async function textIn(
  { world }: OpenWorld,
  node: QueryNode,
  run: RunKind,
  context: QueryContext,
): Promise<string | undefined> {
  try {
    return (await renderQuery(node, run, undefined, { ...context, world })).sql.text;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function unknownWhereUserError(error: unknown): never {
  if (error instanceof UserError) {
    throw new UnknownFlow('a template that asks which relations exist, and has an error if other relations exist');
  }
  throw error;
}

function haveSameColumns(a: QueryTrace, b: QueryTrace): boolean {
  return (
    a.columns.length === b.columns.length &&
    a.columns.every(({ name, type }, index) => {
      const other = b.columns[index];
      return other !== undefined && nameKey(name) === nameKey(other.name) && type === other.type;
    })
  );
}

/** A relation that a template asks about, and its kind in one world. */
interface Choice {
  readonly key: string;
  readonly kind: RelationKind;
  readonly options: readonly RelationKind[];
}

interface OpenWorld {
  readonly world: RelationWorld;
  /**
   * Choices of the worlds that differ from this one in a single relation, of those that the template asked about after
   * the given choices.
   */
  others(): readonly (readonly Choice[])[];
}

function openWorld(node: QueryNode, run: RunKind, context: QueryContext, given: readonly Choice[]): OpenWorld {
  const choices = [...given];
  const inputs = inputKeys(node, run, context);
  const kindOf = async (adapter: Adapter, schema: string, name: string): Promise<RelationKind> => {
    const key = nameKey(schema, name);
    const earlier = choices.find((choice) => choice.key === key);
    if (earlier) return earlier.kind;
    const kind = await adapter.relationType(schema, name);
    // An input always exists, as a table or a view. Any other relation may also be missing.
    const options: readonly RelationKind[] = inputs.has(key) ? ['table', 'view'] : [undefined, 'table', 'view'];
    choices.push({ key, kind, options });
    return kind;
  };
  const over = (adapter: Adapter): Adapter => ({
    ...adapter,
    relationType: (schema, name) => kindOf(adapter, schema, name),
    async columns(schema, name) {
      if (inputs.has(nameKey(schema, name))) return adapter.columns(schema, name);
      if ((await kindOf(adapter, schema, name)) === undefined) return [];
      // A table of that name in the warehouse may have any columns.
      throw new UnknownFlow('a template that asks for the columns of a relation that is none of its inputs');
    },
  });
  return {
    world: { over },
    others: () =>
      choices.slice(given.length).flatMap(({ key, kind, options }, index) => {
        const before = choices.slice(0, given.length + index);
        return options.filter((other) => other !== kind).map((other) => [...before, { key, kind: other, options }]);
      }),
  };
}

/** Name keys of the relations that a template of the node finds in any case: its inputs and, in a later run, its own table. */
function inputKeys(node: QueryNode, run: RunKind, { project }: QueryContext): ReadonlySet<string> {
  const inputs = node.dependsOn.nodes.flatMap((id) => project.nodes.get(id) ?? project.sources.get(id) ?? []);
  const there = [...inputs.filter((input) => !isEphemeral(input)), ...(run === 'later' ? [node] : [])];
  return new Set(there.map(({ schema, alias }) => nameKey(schema, alias)));
}
