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
  /** New texts of files by path; `undefined` for a file that is removed. */
  readonly changes: ReadonlyMap<string, string | undefined>;
  /** The first column of a model that the change alters. */
  readonly place: LineagePlace;
}

export interface FixContext {
  readonly project: Project;
  readonly contract: ContractConfig;
  readonly files: ProjectFiles;
  /** Masks without an error finding. */
  readonly masks: ContractConfig['masks'];
}

/** Changes that may mend a finding, best first: a mask as early as possible, the column left out, the model moved. */
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
  // The mask must come after the last function over the value: a part of a hash is a part of nothing.
  const lastChange = steps.findLastIndex(({ subtype }) => subtype !== 'IDENTITY');
  for (const step of steps.slice(Math.max(0, lastChange))) {
    const edited = await openItem(step, context);
    const edit = edited?.edits.mask(mask.macro);
    if (!edited || !edit) continue;
    const description = `mask ${source.relation}.${source.column} with ${mask.macro} in ${edited.model.name}`;
    found.push(candidate('mask', edited, { edit, excerpt: edit }, description));
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

/** The column of the model in the tier, at the end of the path. A column that is tagged there itself has no steps. */
function endOf({ steps, source, column }: PiiInTier): LineagePlace {
  return { uniqueId: (steps.at(-1) ?? source).uniqueId, column };
}

interface EditedItem {
  readonly model: Model;
  readonly column: string;
  readonly text: string;
  readonly edits: ItemEdits;
}

/** Opens the item of the select list that a step leads to, in a file of the project: files of packages are not changed. */
async function openItem(step: LineagePlace, { project, files }: FixContext): Promise<EditedItem | undefined> {
  const model = project.nodes.get(step.uniqueId);
  const { column } = step;
  if (model?.resourceType !== 'model' || column === undefined || model.packageName !== project.name) return undefined;
  const sql = await renderStatically(model, project);
  if (!sql) return undefined;
  const text = files.read(model.originalFilePath);
  const edits = editsOf(column, sql, { file: model.originalFilePath, text });
  return edits && { model, column, text, edits };
}

/** The SQL of a model without a warehouse: a template that queries it gives other SQL, or none. */
async function renderStatically(model: Model, project: Project): Promise<CompiledNode['sql'] | undefined> {
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
  { edit, excerpt }: { readonly edit: TextEdit; readonly excerpt: TextEdit },
  description: string,
): FixCandidate {
  const file = model.originalFilePath;
  return {
    fix: {
      kind,
      description,
      file,
      line: text.slice(0, excerpt.start).split('\n').length,
      before: text.slice(excerpt.start, excerpt.end),
      after: excerpt.text,
      edit: { ...positionOf(edit.start, text), end: positionOf(edit.end, text), text: edit.text },
    },
    changes: new Map([[file, text.slice(0, edit.start) + edit.text + text.slice(edit.end)]]),
    place: { uniqueId: model.uniqueId, column },
  };
}

/** Line and column, from 1, of an offset. */
function positionOf(offset: number, text: string) {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** Moves of the model to a tier that admits the value, in order of the tiers, where no file stands in the way. */
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
