import type { Lineage } from '../lineage/flow.ts';
import { flowsOf } from '../lineage/plan/flows/value.ts';
import { readPlan } from '../lineage/plan/read/read-plan.ts';
import { tracePlan } from '../lineage/plan/trace-operator.ts';
import { UnknownFlow } from '../lineage/unknown-flow.ts';
import { nameKey } from '../name.ts';
import { isQueryNode, type Node } from '../project/node.ts';
import { pathsIn } from '../project/paths-in.ts';
import type { Project } from '../project/project.ts';
import type { Sql } from '../sql.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { classify } from './classify.ts';
import { modelPiiFlows, piiFlows } from './pii-flow.ts';

/** Whether a count may be shown, since no personal data has a part in it. */
interface CountsWithoutPersons {
  /** The number of rows of a node. */
  ofRows(node: Pick<Node, 'uniqueId'>): boolean;
  /** The number that the query of a data test gives. */
  ofTest(statement: Sql, session: Warehouse): Promise<boolean>;
  /** The rows of a query, with all of its columns. */
  ofQuery(query: Sql, session: Warehouse): Promise<boolean>;
}

/**
 * Finds the counts that no personal data has a part in. The others are hidden: `select * from range((select age from
 * users where id = 5))` has as many rows as the age. A count that cannot be traced is hidden, too.
 * @param lineage of the models before they are built
 */
export function countsWithoutPersons(project: Project, lineage: Lineage): CountsWithoutPersons {
  const classification = classify(project);
  const owners = new Map(
    [...project.sources.values(), ...project.nodes.values()].map((node) => [
      nameKey(node.database, node.schema, node.alias),
      node.uniqueId,
    ]),
  );
  const haveRows = (uniqueId: string): boolean => {
    const traced = lineage.nodes.get(uniqueId);
    if (!isQueryNode(project.nodes.get(uniqueId))) return true;
    return traced?.status === 'traced' && piiFlows(traced.dataset, classification).length === 0;
  };
  const isPersonal = ({ uniqueId, column }: { readonly uniqueId: string; readonly column: string }): boolean => {
    if (classification.find({ uniqueId, column })) return true;
    const traced = lineage.nodes.get(uniqueId);
    if (traced?.status !== 'traced') return isQueryNode(project.nodes.get(uniqueId));
    const { columns } = modelPiiFlows(traced, classification);
    return columns.some(({ name, flows }) => nameKey(name) === nameKey(column) && flows.length > 0);
  };
  /** The flows of a query, and the resources that it reads: `undefined` for a table of none. */
  const trace = async (query: Sql, session: Warehouse) => {
    const answer = await session.plan(query);
    if (!answer.ok || answer.plans.length !== 1) return undefined;
    const inputs = new Set<string | undefined>();
    try {
      const { columns, rows } = tracePlan(readPlan(answer.plans[0]), {
        marks: new Map(),
        pathsOf: pathsIn(project),
        ownerOf: ({ catalog, schema, name }) => {
          const owner = owners.get(nameKey(catalog, schema, name));
          inputs.add(owner);
          return owner;
        },
      });
      return { columns: columns.map(({ value }) => [...flowsOf(value).values()]), rows: [...rows.values()], inputs };
    } catch (error) {
      if (error instanceof UnknownFlow) return undefined;
      throw error;
    }
  };
  return {
    ofRows: ({ uniqueId }) => haveRows(uniqueId),
    async ofTest(statement, session) {
      const traced = await trace(statement, session);
      if (!traced) return false;
      const { columns, rows, inputs } = traced;
      const flows = [...(columns[0] ?? rows), ...rows];
      return (
        [...inputs].every((input) => input === undefined || haveRows(input)) &&
        !flows.some(({ source }) => isPersonal(source))
      );
    },
    async ofQuery(query, session) {
      const traced = await trace(query, session);
      if (!traced) return false;
      const { columns, rows, inputs } = traced;
      return (
        [...inputs].every((input) => input !== undefined && haveRows(input)) &&
        ![...columns.flat(), ...rows].some(({ source }) => isPersonal(source))
      );
    },
  };
}
