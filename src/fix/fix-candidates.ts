import type { ContractConfig } from '../config/fenceline-config.ts';
import type { ProjectFiles } from '../config/project-files.ts';
import type { PiiInTier, ProvenFix } from '../contract/finding.ts';
import { admits, tierOf } from '../contract/tier.ts';
import type { Model } from '../project/node.ts';
import type { CompiledNode, Project } from '../project/project.ts';
import { UserError } from '../user-error.ts';
import type { LineagePlace } from './lineage-difference.ts';
import { editsOf, type ItemEdits, type TextEdit } from './select-item-edit.ts';

/** A change of templates that may mend a finding. */
export interface FixCandidate {
  readonly fix: ProvenFix;
  /** Texts of files by path; `undefined` for one that is gone. */
  readonly changes: ReadonlyMap<string, string | undefined>;
  /** Where it begins to count: a column of a model. */
  readonly place: LineagePlace;
}

export interface FixContext {
  readonly project: Project;
  readonly contract: ContractConfig;
  readonly files: ProjectFiles;
  /** Masks that hold what they promise. */
  readonly masks: ContractConfig['masks'];
}

/** Best first: a mask as early as it can stand, then the column left out, then the model in another tier. */
export async function fixCandidates(finding: PiiInTier, context: FixContext): Promise<readonly FixCandidate[]> {
  return [
    ...(await maskCandidates(finding, context)),
    ...(await dropCandidates(finding, context)),
    ...moveCandidates(finding, context),
  ];
}

async function maskCandidates(finding: PiiInTier, context: FixContext): Promise<readonly FixCandidate[]> {
  const { steps, tier, source } = finding;
  const mask = context.masks.find(({ yields }) => admits(tier, yields));
  if (!mask) return [];
  const found: FixCandidate[] = [];
  // Behind a mask nothing may be done to the value any more: a part of a hash is a part of nothing.
  const lastChange = steps.findLastIndex(({ subtype }) => subtype !== 'IDENTITY');
  for (const step of steps.slice(Math.max(0, lastChange))) {
    const edited = await openItem(step, context);
    const edit = edited?.edits.mask(mask.macro);
    if (!edited || !edit) continue;
    const description = `mask ${source.relation}.${source.column} with ${mask.macro} in ${edited.model.name}`;
    found.push(candidate('mask', edited, { edit, shown: edit }, description));
  }
  return found;
}

async function dropCandidates(finding: PiiInTier, context: FixContext): Promise<readonly FixCandidate[]> {
  const { model, column } = finding;
  const edited = await openItem(endOf(finding), context);
  const drop = edited?.edits.drop();
  if (!edited || !drop) return [];
  return [candidate('drop', edited, drop, `leave ${model}.${column} out`)];
}

/** The model's column; a column that is tagged there itself has no steps. */
function endOf({ steps, source, column }: PiiInTier): LineagePlace {
  return { uniqueId: (steps.at(-1) ?? source).uniqueId, column };
}

interface EditedItem {
  readonly model: Model;
  readonly column: string;
  readonly text: string;
  readonly edits: ItemEdits;
}

/** The item of the select list a step lands in; only in the project's own files, which are the user's to change. */
async function openItem(step: LineagePlace, { project, files }: FixContext): Promise<EditedItem | undefined> {
  const model = project.nodes.get(step.uniqueId);
  const { column } = step;
  if (model?.resourceType !== 'model' || column === undefined || model.packageName !== project.name) return undefined;
  const sql = await compiled(model, project);
  if (!sql) return undefined;
  const text = files.read(model.originalFilePath);
  const edits = editsOf(column, sql, { file: model.originalFilePath, text });
  return edits && { model, column, text, edits };
}

/** Without the data: a template that asks it gives other SQL or none. */
async function compiled(model: Model, project: Project): Promise<CompiledNode['sql'] | undefined> {
  try {
    return (await project.compile(model, { adapter: undefined, incremental: false, ephemeral: 'named' })).sql;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function candidate(
  kind: 'mask' | 'drop',
  { model, column, text }: EditedItem,
  { edit, shown }: { readonly edit: TextEdit; readonly shown: TextEdit },
  description: string,
): FixCandidate {
  const file = model.originalFilePath;
  return {
    fix: {
      kind,
      description,
      file,
      line: text.slice(0, shown.start).split('\n').length,
      before: text.slice(shown.start, shown.end),
      after: shown.text,
    },
    changes: new Map([[file, text.slice(0, edit.start) + edit.text + text.slice(edit.end)]]),
    place: { uniqueId: model.uniqueId, column },
  };
}

/** To the first tier that admits the value, beside what is there. */
function moveCandidates(finding: PiiInTier, { project, contract, files }: FixContext): readonly FixCandidate[] {
  const { column, state, model: name } = finding;
  const model = project.nodes.get(endOf(finding).uniqueId);
  if (model?.resourceType !== 'model' || model.packageName !== project.name) return [];
  const root = model.originalFilePath.slice(0, -model.path.length);
  const fileName = model.path.slice(model.path.lastIndexOf('/') + 1);
  return contract.tiers.flatMap((tier): FixCandidate[] => {
    const path = `${tier.path}/${fileName}`;
    const to = root + path;
    if (!admits(tier, state) || tierOf({ path }, contract.tiers)?.name !== tier.name || files.exists(to)) return [];
    const before = model.originalFilePath;
    return [
      {
        fix: {
          kind: 'move',
          description: `move ${name} to tier ${tier.name}`,
          file: before,
          line: 1,
          before,
          after: to,
        },
        changes: new Map([
          [before, undefined],
          [to, files.read(before)],
        ]),
        place: { uniqueId: model.uniqueId, column },
      },
    ];
  });
}
