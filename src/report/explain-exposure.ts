import type { Exposed, ExposedColumn } from '../contract/exposed-pii.ts';
import type { Location } from '../location.ts';
import { formatLocation } from '../location.ts';
import { terminalText } from './escape.ts';
import type { Colors } from './progress-line.ts';
import { stopsOf } from './words/finding-text.ts';

/** The personal data that an exposure can show, as `--json` prints it. */
export interface ExposureExplanation {
  readonly version: 1;
  readonly exposure: string;
  /** `dashboard`, `notebook`, … */
  readonly type: string;
  readonly location: Location;
  /** Names of the models, seeds and sources that it depends on. */
  readonly models: readonly string[];
  /** Names of the models among these that could not be traced: they may hold any personal data. */
  readonly unknown: readonly string[];
  readonly columns: readonly ExplainedExposure[];
}

/** A personal column whose value is in a column that the exposure reads, with the path that leaves the strongest state. */
export interface ExplainedExposure {
  /** The column that the exposure reads: `mart.contact`. */
  readonly column: string;
  /** The personal column: `raw.raw_user.email`. */
  readonly source: string;
  readonly pii_type: string;
  readonly state: string;
  /** One step for each node on the path; empty where the exposure reads the personal column itself. */
  readonly steps: readonly {
    readonly name: string;
    readonly unique_id: string;
    readonly subtype: string;
    readonly expression: string;
    readonly location: Location;
  }[];
}

/** Gives nodes, sources and their columns the names that people read. */
export interface Namer {
  node(uniqueId: string): string;
  column(column: ExposedColumn['of']): string;
}

export function explainExposed({ exposure, unknown, columns }: Exposed, name: Namer): ExposureExplanation {
  return {
    version: 1,
    exposure: exposure.name,
    type: exposure.type,
    location: exposure.location,
    models: exposure.dependsOn.nodes.map(name.node),
    unknown: unknown.map(name.node),
    columns: columns.map(({ of, source, state, steps }) => {
      const root = name.column(source);
      const names = stopsOf(root, steps).slice(1);
      return {
        column: name.column(of),
        source: root,
        pii_type: source.piiType,
        state,
        steps: steps.map(({ uniqueId, subtype, expression, location }, index) => ({
          name: names[index]?.name ?? '',
          unique_id: uniqueId,
          subtype,
          expression,
          location,
        })),
      };
    }),
  };
}

/** The explanation for the terminal, without a line end. */
export function renderExposure(explanation: ExposureExplanation, colors: Colors): string {
  const { exposure, type, unknown, columns } = explanation;
  const subject = `${colors.bold(terminalText(exposure))} (${terminalText(type)})`;
  const isClear = columns.length === 0 && unknown.length === 0;
  return [
    isClear ? `${subject} shows nothing personal.` : `${subject} can show`,
    ...columns.flatMap((column) => columnLines(column, colors)),
    ...(unknown.length === 0
      ? []
      : ['', `anything in ${unknown.map(terminalText).join(', ')}, which cannot be traced`]),
    ...(columns.length === 0 ? [] : ['', 'fenceline explain model.column shows every path into one of these.']),
  ].join('\n');
}

function columnLines({ column, source, pii_type, state, steps }: ExplainedExposure, colors: Colors): readonly string[] {
  const holder = column === source ? '' : `${colors.bold(terminalText(column))} holds `;
  return [
    '',
    `${holder}${colors.bold(terminalText(source))} ${colors.red(`(${terminalText(pii_type)})`)} ${state}`,
    ...steps.map(({ name, subtype, expression, location }, index) =>
      [
        `  ${'  '.repeat(index)}→ ${terminalText(name)}`,
        subtype,
        ...(expression === '' ? [] : [colors.dim(terminalText(expression))]),
        colors.dim(terminalText(formatLocation(location))),
      ].join('  '),
    ),
  ];
}
