import type { Path, Paths } from '../lineage/formats/paths.ts';
import type { Location } from '../location.ts';
import { formatLocation } from '../location.ts';
import { terminalText } from './escape.ts';
import type { Colors } from './progress-line.ts';
import { stopsOf } from './words/finding-text.ts';

/** All paths into one column and into the rows of its model, as `--json` prints them. */
export type Explanation =
  | {
      readonly version: 1;
      readonly model: string;
      readonly column: string;
      readonly status: 'traced';
      /** Personal sources first, then values before influences, then by name. */
      readonly paths: readonly ExplainedPath[];
      readonly rows: readonly ExplainedPath[];
      /** Whether there are more paths than these, which are the shortest. */
      readonly truncated: boolean;
    }
  | {
      readonly version: 1;
      readonly model: string;
      readonly column: string;
      readonly status: 'unknown';
      readonly reason: string;
      readonly location: Location;
    };

export interface ExplainedPath extends Pick<Path, 'type' | 'subtype' | 'state' | 'masks'> {
  /** The column at which the path begins: `raw.raw_user.first_name`. */
  readonly source: string;
  /** `meta.pii_type` of a personal column. */
  readonly pii_type?: string;
  /** Present if parts of the value come together in the model, so that it holds the whole value. */
  readonly joined?: true;
  readonly steps: readonly ExplainedStep[];
}

export interface ExplainedStep extends Pick<Path, 'type' | 'subtype' | 'state' | 'masks'> {
  /** What the step leads to: `stg_users.first_name`, or `stg_users (rows)`. */
  readonly name: string;
  readonly unique_id: string;
  readonly expression: string;
  readonly location: Location;
  /** `meta.pii_type` of a column that is tagged itself. */
  readonly pii_type?: string;
}

/** Gives a column the name that people read, and its `meta.pii_type`. */
export type NameColumn = (column: { readonly uniqueId: string; readonly column: string }) => {
  readonly name: string;
  readonly piiType: string | undefined;
};

export function explainPaths(
  subject: { readonly model: string; readonly column: string },
  into: { readonly column: Paths; readonly rows: Paths },
  nameColumn: NameColumn,
): Explanation {
  const explain = ({ paths }: Paths) => paths.map((path) => explainPath(path, nameColumn)).sort(byInterest);
  return {
    version: 1,
    ...subject,
    status: 'traced',
    paths: explain(into.column),
    rows: explain(into.rows),
    truncated: into.column.isCut || into.rows.isCut,
  };
}

function explainPath(path: Path, nameColumn: NameColumn): ExplainedPath {
  const { source, type, subtype, state, masks, steps, isJoined } = path;
  const root = nameColumn(source);
  const names = stopsOf(root.name, steps).slice(1);
  return {
    source: root.name,
    ...tag(root.piiType),
    type,
    subtype,
    state,
    masks,
    ...(isJoined && { joined: true }),
    steps: steps.map((step, index) => ({
      name: names[index]?.name ?? '',
      unique_id: step.uniqueId,
      type: step.type,
      subtype: step.subtype,
      state: step.stateAfter,
      masks: step.masks,
      expression: step.expression,
      location: step.location,
      ...(step.column !== undefined && tag(nameColumn({ uniqueId: step.uniqueId, column: step.column }).piiType)),
    })),
  };
}

function tag(piiType: string | undefined): { readonly pii_type?: string } {
  return piiType === undefined ? {} : { pii_type: piiType };
}

function byInterest(a: ExplainedPath, b: ExplainedPath): number {
  return (
    Number(a.pii_type === undefined) - Number(b.pii_type === undefined) ||
    Number(a.type === 'INDIRECT') - Number(b.type === 'INDIRECT') ||
    (a.source === b.source ? a.steps.length - b.steps.length : a.source < b.source ? -1 : 1)
  );
}

/** The explanation for the terminal, without a line end. */
export function renderExplanation(explanation: Explanation, colors: Colors): string {
  const { model, column, status } = explanation;
  const subject = colors.bold(terminalText(`${model}.${column}`));
  if (status === 'unknown') {
    return `${subject} cannot be traced: ${terminalText(explanation.reason)}\n  ${terminalText(formatLocation(explanation.location))}`;
  }
  const { paths, rows, truncated } = explanation;
  return [
    paths.length === 0 ? `${subject} holds nothing of a source column.` : `${subject} comes from`,
    ...paths.flatMap((path) => pathLines(path, colors)),
    ...rowLines(model, rows, colors),
    ...(truncated ? ['', 'There are more paths; these are the shortest.'] : []),
  ].join('\n');
}

/** Lines about the personal columns that decide which rows the model has; `--json` has all other columns as well. */
function rowLines(model: string, rows: readonly ExplainedPath[], colors: Colors): readonly string[] {
  const personal = rows.filter(({ pii_type }) => pii_type !== undefined);
  if (personal.length === 0) return [];
  return [
    '',
    `Which rows ${colors.bold(terminalText(model))} has is decided by`,
    ...personal.flatMap((path) => pathLines(path, colors)),
  ];
}

function pathLines(path: ExplainedPath, colors: Colors): readonly string[] {
  const { source, pii_type, steps, joined } = path;
  const whole = joined ? ', since its parts come together' : '';
  return [
    '',
    `${colors.bold(terminalText(source))}${personal(pii_type, colors)} ${kindAndState(path)}${whole}`,
    ...steps.map((step, index) => stepLine(step, index, colors)),
  ];
}

function stepLine(step: ExplainedStep, index: number, colors: Colors): string {
  const { name, pii_type, expression, location } = step;
  const parts = [
    `  ${'  '.repeat(index)}→ ${terminalText(name)}${personal(pii_type, colors)}`,
    kindAndState(step),
    ...(expression === '' ? [] : [colors.dim(terminalText(expression))]),
    colors.dim(terminalText(formatLocation(location))),
  ];
  return parts.join('  ');
}

function personal(piiType: string | undefined, colors: Colors): string {
  return piiType === undefined ? '' : ` ${colors.red(`(${terminalText(piiType)})`)}`;
}

/** The kind of a flow, and its state; an influence leaves no value, and so has no state. */
function kindAndState({ type, subtype, state, masks }: Pick<Path, 'type' | 'subtype' | 'state' | 'masks'>): string {
  return type === 'DIRECT' ? `${subtype}, ${state}${through(masks)}` : subtype;
}

function through(masks: readonly string[]): string {
  return masks.length === 0 ? '' : ` through ${masks.map(terminalText).join(', ')}`;
}
