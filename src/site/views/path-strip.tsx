import { columnAt, type PageModel, stopsOf } from '../page-model.ts';
import type { SiteFinding } from '../site.ts';
import { KIND_WORDS } from '../words.ts';
import { StateMark } from './marks.tsx';
import { ColumnLink, Place } from './names.tsx';

interface PathStripProps {
  readonly page: PageModel;
  readonly finding: SiteFinding;
  readonly as: 'leak' | 'waived' | 'plain';
}

/** The path of a finding, from the marked column to where its value arrives: one step a box. */
export function PathStrip({ page, finding, as }: PathStripProps) {
  const { source, steps, piiType } = finding;
  const [start, ...others] = stopsOf(finding, page.site.nodes);
  if (!source || !start || steps.length === 0) return null;
  const marked = columnAt(page.site, source);
  return (
    <ol class={`strip ${as}`}>
      <li>
        <div class="step">
          <span>marked {piiType}</span>
          <StateMark state="clear" />
        </div>
        <ColumnLink page={page} at={start} />
        {marked?.declared !== undefined && <Place place={marked.declared} />}
      </li>
      {steps.map(({ kind, state, expression, place, column }, index) => (
        <li>
          <div class="step">
            <span>{KIND_WORDS[kind]}</span>
            <StateMark state={state} />
          </div>
          <ColumnLink page={page} at={others[index] ?? start} />
          {column === '*' && <small>names of its columns</small>}
          {expression !== '' && <code>{expression}</code>}
          <Place place={place} />
        </li>
      ))}
    </ol>
  );
}
