import type { SiteNode } from '../site.ts';

/** The settings of the graph, as its address has them: back, forward and a copied link give the same picture. */
export interface GraphSettings {
  readonly show: 'personal' | 'all' | 'leaks';
  readonly tier: string;
  readonly kind: SiteNode['kind'] | '';
  /** A value of `pii_type`. */
  readonly type: string;
  readonly select: string;
  /** Keys of the folded cards that are unfolded. */
  readonly open: readonly string[];
  /** `node.column` of the chosen column. */
  readonly column: string;
}

export function readSettings(query: URLSearchParams): GraphSettings {
  const show = query.get('show');
  const kind = query.get('kind');
  return {
    show: show === 'all' || show === 'leaks' ? show : 'personal',
    kind: kind === 'source' || kind === 'seed' || kind === 'model' || kind === 'snapshot' ? kind : '',
    tier: query.get('tier') ?? '',
    type: query.get('type') ?? '',
    select: query.get('select') ?? '',
    open: query.getAll('open'),
    column: query.get('column') ?? '',
  };
}

export function graphAddress({ open, ...others }: GraphSettings): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(others)) if (value !== '' && value !== 'personal') query.set(name, value);
  for (const key of open) query.append('open', key);
  const text = query.toString();
  return `#/graph${text === '' ? '' : `?${text}`}`;
}
