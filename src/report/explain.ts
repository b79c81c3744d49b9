import type { NodeLineage, RootFlow } from '../lineage/flow.ts';
import { formatLocation } from '../location.ts';
import { visible } from './escape.ts';
import { stopsOf } from './finding-text.ts';
import type { Colors } from './progress-line.ts';

export interface Explanation {
  /** `mart_user_engagement.first_name` */
  readonly column: string;
  readonly paths: readonly ExplainedPath[];
}

export interface ExplainedPath {
  /** `raw.raw_user.first_name` */
  readonly source: string;
  /** `meta.pii_type` of a personal column. */
  readonly piiType: string | undefined;
  readonly type: RootFlow['type'];
  readonly subtype: RootFlow['subtype'];
  readonly state: RootFlow['state'];
  readonly masks: readonly string[];
  readonly steps: readonly {
    readonly name: string;
    readonly kind: string;
    readonly expression: string;
    readonly place: string;
  }[];
}

/** Every path into one column; `nameSource` says what a root column is called, and whether it is personal. */
export function explainColumn(
  column: string,
  flows: readonly RootFlow[],
  nameSource: (flow: RootFlow) => { readonly name: string; readonly piiType: string | undefined },
): Explanation {
  const paths = flows.map((flow): ExplainedPath => {
    const { name, piiType } = nameSource(flow);
    const { type, subtype, state, masks } = flow;
    const steps = stopsOf(name, flow.steps).flatMap((stop) => (stop.how ? [{ name: stop.name, ...stop.how }] : []));
    return { source: name, piiType, type, subtype, state, masks, steps };
  });
  const isLess = (a: ExplainedPath, b: ExplainedPath) =>
    Number(a.piiType === undefined) - Number(b.piiType === undefined) ||
    Number(a.type === 'INDIRECT') - Number(b.type === 'INDIRECT') ||
    (a.source < b.source ? -1 : 1);
  return { column, paths: [...paths].sort(isLess) };
}

/** For the terminal, without a line end. */
export function renderExplanation({ column, paths }: Explanation, colors: Colors): string {
  if (paths.length === 0) return `${visible(column)} comes from no column of a source.`;
  return paths
    .map(({ source, piiType, subtype, state, masks, steps }) => {
      const tag = piiType === undefined ? '' : ` ${colors.red(piiType)}`;
      const through = masks.length > 0 ? ` through ${masks.join(', ')}` : '';
      return [
        `${colors.bold(visible(source))}${tag} ${subtype}, ${state}${through}`,
        ...steps.map(
          ({ name, expression, place }, index) =>
            `  ${'  '.repeat(index)}→ ${visible(name)}  ${colors.dim(`${visible(expression)}  ${place}`)}`,
        ),
      ].join('\n');
    })
    .join('\n');
}

/** Why nothing can be said of a model's columns. */
export function renderUnknown(
  model: string,
  { reason, location }: Extract<NodeLineage, { status: 'unknown' }>,
): string {
  return `${visible(model)} cannot be traced: ${visible(reason)}\n  ${formatLocation(location)}`;
}
