import { columnAt, columnName, keyOf, type PageModel } from './page-model.ts';
import type { SiteColumnRef, SiteExposure, SiteState } from './site.ts';
import { STATE_WORDS, STATES } from './words.ts';

/** A marked column: where its value is kept, in which form, and who sees it. */
export interface InventoryRow {
  readonly column: SiteColumnRef;
  readonly piiType: string;
  readonly sensitivity: string | undefined;
  readonly contract: InventoryContract;
  /** The columns that hold its value, by what is left of it. */
  readonly kept: { readonly [state in SiteState]: readonly SiteColumnRef[] };
  /** Names of the masks on the way to them. */
  readonly masks: readonly string[];
  readonly shownIn: readonly { readonly exposure: SiteExposure; readonly states: readonly SiteState[] }[];
}

export type InventoryContract =
  | { readonly kind: 'leak'; readonly tiers: readonly string[] }
  /** Its value may be in nodes of which nothing is proven. */
  | { readonly kind: 'unknown'; readonly nodes: readonly number[] }
  | { readonly kind: 'waived'; readonly until: string }
  | { readonly kind: 'holds' };

/** Every marked column, leaks first, then in the order of the graph; also the columns that no model reads. */
export function inventoryOf(page: PageModel): readonly InventoryRow[] {
  const { site } = page;
  const kept = new Map<
    string,
    { readonly at: SiteColumnRef; readonly state: SiteState; readonly masks: readonly string[] }[]
  >();
  for (const [node, { columns }] of site.nodes.entries()) {
    for (const [column, { holds = [] }] of columns.entries()) {
      for (const { source, state, masks = [] } of holds) {
        const key = keyOf(source);
        kept.set(key, [...(kept.get(key) ?? []), { at: [node, column], state, masks }]);
      }
    }
  }
  const rows = site.nodes.flatMap(({ columns }, node) =>
    columns.flatMap(({ piiType, sensitivity }, index): InventoryRow[] => {
      if (piiType === undefined) return [];
      const column: SiteColumnRef = [node, index];
      const all = kept.get(keyOf(column)) ?? [];
      const inState = (state: SiteState) => all.filter((one) => one.state === state).map(({ at }) => at);
      return [
        {
          column,
          piiType,
          sensitivity,
          contract: contractOf(column, page),
          kept: {
            clear: inState('clear'),
            partial: inState('partial'),
            pseudonymous: inState('pseudonymous'),
            aggregate: inState('aggregate'),
          },
          masks: [...new Set(all.flatMap(({ masks }) => masks))],
          shownIn: shownIn(column, site.exposures),
        },
      ];
    }),
  );
  return rows.sort((a, b) => RANKS.indexOf(a.contract.kind) - RANKS.indexOf(b.contract.kind));
}

const RANKS: readonly InventoryContract['kind'][] = ['leak', 'unknown', 'waived', 'holds'];

function contractOf(column: SiteColumnRef, { site, readers }: PageModel): InventoryContract {
  const isAbout = ({ source }: { readonly source?: SiteColumnRef }) =>
    source !== undefined && keyOf(source) === keyOf(column);
  const leaks = site.findings.filter((finding) => finding.judgement === 'leak' && isAbout(finding));
  if (leaks.length > 0) return { kind: 'leak', tiers: [...new Set(leaks.flatMap(({ tier }) => tier ?? []))] };
  const unproven = unprovenReaders(column[0], { site, readers });
  if (unproven.length > 0) return { kind: 'unknown', nodes: unproven };
  const [waived] = site.waived.filter(({ finding }) => isAbout(finding)).sort((a, b) => (a.until < b.until ? -1 : 1));
  return waived ? { kind: 'waived', until: waived.until } : { kind: 'holds' };
}

/** Unknown nodes that read a node, or read one that does. */
function unprovenReaders(node: number, { site, readers }: Pick<PageModel, 'site' | 'readers'>): readonly number[] {
  const seen = new Set([node]);
  for (const next of seen) for (const reader of readers(next)) seen.add(reader);
  return [...seen].filter((one) => one !== node && site.nodes[one]?.status === 'unknown');
}

function shownIn(column: SiteColumnRef, exposures: readonly SiteExposure[]): InventoryRow['shownIn'] {
  return exposures.flatMap((exposure) => {
    const found = exposure.shows.filter(({ source }) => keyOf(source) === keyOf(column)).map(({ state }) => state);
    return found.length > 0 ? [{ exposure, states: STATES.filter((state) => found.includes(state)) }] : [];
  });
}

/** Whether no column holds anything of its value, which is proven where its readers are traced. */
export function staysInSource({ kept, contract }: InventoryRow): boolean {
  return contract.kind !== 'unknown' && STATES.every((state) => kept[state].length === 0);
}

export function contractWords(contract: InventoryContract): string {
  switch (contract.kind) {
    case 'leak':
      return `leaks into ${contract.tiers.join(', ') || 'a tier'}`;
    case 'unknown':
      return 'not proven';
    case 'waived':
      return `waived to ${contract.until}`;
    case 'holds':
      return 'holds';
  }
}

/** The inventory as CSV (RFC 4180, with a byte order mark, which Excel needs for UTF-8). */
export function inventoryCsv(page: PageModel): string {
  const { site } = page;
  const head = [
    'Marked column',
    'Kind',
    'Sensitivity',
    'Contract',
    ...STATES.map((state) => `Kept ${STATE_WORDS[state]}`),
    'Masks',
    'Shown in',
    'Place',
  ];
  const rows = inventoryOf(page).map((row) => [
    columnName(site, row.column),
    row.piiType,
    row.sensitivity ?? '',
    contractWords(row.contract),
    ...STATES.map((state) => row.kept[state].map((at) => columnName(site, at)).join('; ')),
    row.masks.join('; '),
    row.shownIn.map(({ exposure }) => exposure.name).join('; '),
    columnAt(site, row.column)?.declared ?? '',
  ]);
  return `\ufeff${[head, ...rows].map((cells) => cells.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/** A cell in quotes. A spreadsheet takes no cell for a formula: an apostrophe stands before the signs that begin one. */
export function csvCell(text: string): string {
  const plain = /^[=+\-@\t\r\n|%]/.test(text.trimStart()) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${plain.replaceAll('"', '""')}"`;
}
