import type { TargetedKeyboardEvent } from 'preact';
import type { Edge } from '../graph/draw.ts';
import { keyOf } from '../page-model.ts';

export type Walk = (event: TargetedKeyboardEvent<SVGElement | HTMLElement>) => void;

/**
 * Arrows walk through the graph: up and down between the rows of a card, left to a source, right to a reader. Escape leads
 * back to the card.
 */
export function walkOver(edges: readonly Edge[]): Walk {
  return (event) => {
    const from = event.currentTarget;
    const { card = '', column } = from.dataset;
    const inCard = [...document.querySelectorAll<HTMLElement | SVGElement>(selectorOf(card))];
    const at = inCard.indexOf(from);
    if (/^Arrow/.test(event.key)) event.preventDefault();
    switch (event.key) {
      case 'ArrowDown':
        return inCard[at + 1]?.focus();
      case 'ArrowUp':
        return inCard[at - 1]?.focus();
      case 'ArrowLeft':
        return neighbour(edges, card, column, 'from')?.focus();
      case 'ArrowRight':
        return neighbour(edges, card, column, 'to')?.focus();
      case 'Escape':
        return inCard[0]?.focus();
    }
  };
}

function neighbour(
  edges: readonly Edge[],
  card: string,
  column: string | undefined,
  end: 'from' | 'to',
): SVGElement | undefined {
  const own = end === 'from' ? 'to' : 'from';
  const columnAt = ({ columns }: Edge, side: 'from' | 'to') => columns && keyOf(columns[side === 'from' ? 0 : 1]);
  const edge = edges.find((one) => one[own] === card && (column === undefined || columnAt(one, own) === column));
  if (!edge) return undefined;
  const next = column === undefined ? undefined : columnAt(edge, end);
  const row = next === undefined ? '' : `[data-column="${next}"]`;
  return document.querySelector<SVGElement>(`${selectorOf(edge[end])}${row}`) ?? undefined;
}

function selectorOf(card: string): string {
  return `.graph [data-card="${CSS.escape(card)}"]`;
}
