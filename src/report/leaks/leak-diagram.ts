import type { Step } from '../../lineage/flow.ts';
import { visible } from '../../visible.ts';
import { counted } from '../counts.ts';
import { cutName, mermaidLabel } from '../escape.ts';
import { type DrawnEdge, type DrawnNode, drawFlowchart } from '../formats/mermaid.ts';
import { nodeName } from '../words/finding-text.ts';
import type { LeakRow } from './leak-row.ts';

/** Characters of a name: a wider node makes GitHub shrink the whole diagram. */
const LONGEST_NAME = 22;
/** Characters of a column behind `LEAK: `: a longer line is broken. */
const LONGEST_LEAK = 18;
const LONGEST_OPERATION = 20;
const MOST_COLUMNS = 4;
/** Models that are drawn: more would be higher than a screen. */
const MOST_MODELS = 6;

/** The paths of leaks as Mermaid, which ends in a line end. */
export interface LeakDiagram {
  readonly text: string;
  /** Number of models that leak and are not in the diagram. */
  readonly hiddenModels: number;
}

/**
 * Draws the paths of leaks, and nothing else: the columns that leak, and on each arrow the operation. The models between the
 * source and the one that leaks are one node, so that the diagram is read without zooming. `undefined` where no leak has a
 * path.
 */
export function drawLeaks(rows: readonly LeakRow[]): LeakDiagram | undefined {
  const models = [...new Set(rows.filter((row) => row.leaks.some(hasPath)).map(({ model }) => model))];
  if (models.length === 0) return undefined;
  const shown = new Set(models.slice(0, MOST_MODELS));
  const drawing = new Drawing();
  for (const leak of rows.filter(({ model }) => shown.has(model)).flatMap(({ leaks }) => leaks)) {
    if (!hasPath(leak)) continue;
    const { source, steps, model } = leak;
    const last = steps.at(-1);
    if (!last) continue;
    const from = drawing.node(source.uniqueId, source.relation, 'pii');
    from.columns.add(source.column);
    const to = drawing.node(last.uniqueId, model, 'leak');
    to.columns.add(last.column === '*' || last.column === undefined ? 'column names' : last.column);
    const between = steps.slice(0, -1).filter(({ uniqueId }) => uniqueId !== source.uniqueId);
    const middle = drawing.middle(between);
    if (middle) {
      drawing.edge(from, middle, between[0]);
      drawing.edge(middle, to, last);
    } else {
      drawing.edge(from, to, last);
    }
  }
  return { text: drawing.render(), hiddenModels: models.length - shown.size };
}

type Leak = LeakRow['leaks'][number];

function hasPath(leak: Leak): leak is Extract<Leak, { readonly steps: readonly Step[] }> {
  return 'steps' in leak && leak.steps.length > 0;
}

interface Place {
  readonly id: string;
  readonly name: string;
  readonly look: 'pii' | 'leak';
  /** Names of the columns, in the order in which they were found. */
  readonly columns: Set<string>;
}

class Drawing {
  readonly #places = new Map<string, Place>();
  readonly #edges = new Map<string, { readonly from: Place; readonly to: Place; readonly operations: Set<string> }>();

  node(uniqueId: string, name: string, look: Place['look']): Place {
    const key = `${look} ${uniqueId}`;
    const present = this.#places.get(key);
    if (present) return present;
    const place = { id: `n${this.#places.size}`, name, look, columns: new Set<string>() };
    this.#places.set(key, place);
    return place;
  }

  /** The models between source and leak as one node; `undefined` where there are none. */
  middle(steps: readonly Step[]): Place | undefined {
    const ids = [...new Set(steps.map(({ uniqueId }) => uniqueId))];
    const [first] = ids;
    if (first === undefined) return undefined;
    const place = this.node(
      ids.join('\n'),
      ids.length === 1 ? nodeName(first) : `… ${counted(ids.length, 'model')} …`,
      'pii',
    );
    if (ids.length === 1) for (const { column } of steps) place.columns.add(column ?? 'rows');
    return place;
  }

  edge(from: Place, to: Place, step: Step | undefined): void {
    const key = `${from.id} ${to.id}`;
    const present = this.#edges.get(key) ?? { from, to, operations: new Set<string>() };
    this.#edges.set(key, present);
    if (step) present.operations.add(operationOf(step));
  }

  render(): string {
    const nodes = [...this.#places.values()].map(
      ({ id, name, look, columns }): DrawnNode => ({ id, look, label: labelOf(name, look, [...columns]) }),
    );
    const edges = [...this.#edges.values()].map(({ from, to, operations }): DrawnEdge => {
      const [first = '', ...others] = operations;
      const more = others.length === 0 ? '' : ` and ${others.length} more`;
      return { from: from.id, to: to.id, label: mermaidLabel(first, LONGEST_OPERATION) + more };
    });
    return drawFlowchart(nodes, edges);
  }
}

function labelOf(name: string, look: Place['look'], columns: readonly string[]): string {
  const shown = columns
    .slice(0, MOST_COLUMNS)
    .map((column) => mermaidLabel(shortName(column, look === 'leak' ? LONGEST_LEAK : LONGEST_NAME)));
  const more = columns.length > MOST_COLUMNS ? [`and ${columns.length - MOST_COLUMNS} more`] : [];
  const [first, ...others] = [...shown, ...more];
  const lines = first === undefined ? [] : [`${look === 'leak' ? 'LEAK: ' : ''}${first}`, ...others];
  return [mermaidLabel(shortName(name, LONGEST_NAME)), ...lines].join('<br/>');
}

/** A name that fits into a node: many begin in the same way, so its end is shown as well. */
function shortName(name: string, longest: number): string {
  return cutName(visible(name), longest);
}

/** Effect of a step on the value, in a word or two. */
function operationOf({ subtype, expression }: Step): string {
  if (subtype === 'IDENTITY' && !/\s/.test(expression)) return 'unchanged';
  return /^([A-Za-z_]\w*)\s*\(/.exec(expression)?.[1] ?? expression;
}
