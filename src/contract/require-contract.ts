import type { ContractConfig } from '../config/fenceline-config.ts';
import { didYouMean } from '../nearest-name.ts';
import { isQueryNode, type QueryNode } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { tierOf } from './tier.ts';

/**
 * Checks that the project has all that the contract names: a tier with a mistyped folder would protect nothing.
 * @throws {UserError} for a tier without models, a mask without macro, a waiver for a model or source that is not there
 */
export function requireContract(contract: ContractConfig, project: Project): void {
  const mistakes = [
    ...emptyTiers(contract, project),
    ...unknownMasks(contract, project),
    ...unknownWaivers(contract, project),
  ];
  if (mistakes.length > 0) throw new UserError(mistakes);
}

function emptyTiers({ tiers }: ContractConfig, project: Project): readonly Mistake[] {
  const models = modelsOf(project);
  const folders = new Set(models.flatMap(({ path }) => parents(path)));
  return tiers
    .filter((tier) => !models.some((model) => tierOf(model, tiers)?.name === tier.name))
    .map(({ name, path, location }) => ({
      code: 'empty-tier',
      message: `tier '${name}' holds no model: none is below ${path}.${didYouMean(path, folders)}`,
      location,
      fix: `correct its path, or remove the tier; models are in: ${[...folders].sort().join(', ')}`,
    }));
}

/** The folders above a path: `marts/safe/funnel.sql` → `marts`, `marts/safe`. */
function parents(path: string): readonly string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}

function unknownMasks({ masks }: ContractConfig, project: Project): readonly Mistake[] {
  const macros = new Set([...project.macros.values()].map(({ name }) => name));
  return masks
    .filter(({ macro }) => !macros.has(macro))
    .map(({ macro, location }) => ({
      code: 'unknown-mask',
      message: `mask '${macro}' is no macro of the project.${didYouMean(macro, macros)}`,
      location,
      fix: 'name a macro that the project or one of its packages defines',
    }));
}

function unknownWaivers({ waivers }: ContractConfig, project: Project): readonly Mistake[] {
  const models = new Set(modelsOf(project).map(({ name }) => name));
  const relations = new Set([
    ...[...project.sources.values()].map(({ sourceName, name }) => `${sourceName}.${name}`),
    ...[...project.nodes.values()].map(({ name }) => name),
  ]);
  return waivers.flatMap(({ model, source, location }) => {
    const relation = source.slice(0, source.lastIndexOf('.'));
    return [
      ...(models.has(model)
        ? []
        : [
            {
              code: 'unknown-waiver',
              message: `the waiver is for '${model}', which is no model.${didYouMean(model, models)}`,
              location,
              fix: 'correct its model, or remove it',
            },
          ]),
      ...(relations.has(relation)
        ? []
        : [
            {
              code: 'unknown-waiver',
              message: `the waiver is about ${source}, but there is no '${relation}'.${didYouMean(relation, relations)}`,
              location,
              fix: 'write its source as source.table.column',
            },
          ]),
    ];
  });
}

function modelsOf(project: Project): readonly QueryNode[] {
  return [...project.nodes.values()].filter(isQueryNode);
}
