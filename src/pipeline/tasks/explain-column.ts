import { classify } from '../../contract/classify.ts';
import { readableTrace } from '../../contract/hidden-names.ts';
import { pathsInto, withJoined } from '../../lineage/formats/paths.ts';
import { rootName } from '../../lineage/formats/root-name.ts';
import type { TracedProject } from '../../lineage/traced-project.ts';
import { sameName } from '../../name.ts';
import { didYouMean } from '../../nearest-name.ts';
import { isQueryNode, type QueryNode } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { type Explanation, explainPaths } from '../../report/explain.ts';
import { UserError } from '../../user-error.ts';

/**
 * Every path into a column of a model, and into its rows.
 * @param subject `model.column`
 * @throws {UserError} for a model or column that is not there
 */
export function explainColumn(subject: string, project: Project, traced: TracedProject): Explanation {
  const lineage = readableTrace(traced, project);
  const { model, column } = findModel(subject, project);
  const node = lineage.nodes.get(model.uniqueId);
  if (!node) throw new Error(`internal: ${model.uniqueId} was not traced`);
  if (node.status === 'unknown') {
    const { reason, location } = node;
    return { version: 1, model: model.name, column, status: 'unknown', reason, location };
  }
  const found = node.columns.find(({ name }) => sameName(name, column));
  if (!found) {
    const names = node.columns.map(({ name }) => name);
    throw unknownColumn(model, column, names);
  }
  const { name, flows } = found;
  const { uniqueId } = model;
  const { queries } = lineage;
  const classification = classify(project);
  return explainPaths(
    { model: model.name, column: name },
    {
      column: withJoined(pathsInto({ uniqueId, column: name }, queries), flows, queries),
      rows: withJoined(pathsInto({ uniqueId, column: undefined }, queries), node.dataset, queries),
    },
    (ref) => ({ name: rootName(project, ref), piiType: classification.find(ref)?.piiType }),
  );
}

/** Finds the model with the longest name that fits, since names may hold dots. */
function findModel(subject: string, project: Project): { readonly model: QueryNode; readonly column: string } {
  const models = [...project.nodes.values()].filter(isQueryNode);
  const [model] = models
    .filter(({ name }) => subject === name || subject.startsWith(`${name}.`))
    .sort((a, b) => b.name.length - a.name.length);
  if (model) return { model, column: subject.slice(model.name.length + 1) };
  const name = subject.includes('.') ? subject.slice(0, subject.lastIndexOf('.')) : subject;
  throw new UserError({
    code: 'unknown-model',
    message: `'${name}' is no model.${didYouMean(
      name,
      models.map((candidate) => candidate.name),
    )}`,
    fix: 'write it as fenceline explain model.column; fenceline ls shows the models',
  });
}

function unknownColumn({ name, location }: QueryNode, column: string, columns: readonly string[]): UserError {
  return new UserError({
    code: 'unknown-column',
    message:
      column === '' ? `which column of ${name}?` : `${name} has no column '${column}'.${didYouMean(column, columns)}`,
    location,
    fix: `write it as ${name}.column with one of: ${columns.join(', ')}`,
  });
}
