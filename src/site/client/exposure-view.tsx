import type { PageModel } from '../page-model.ts';
import type { SiteExposure } from '../site.ts';
import { JudgementMark, StateMark } from '../views/marks.tsx';
import { ColumnLink, NodeLink } from '../views/names.tsx';

/** An exposure: whose it is, what it reads, and the personal columns that it can show. */
export function ExposureView({ page, exposure }: { readonly page: PageModel; readonly exposure: SiteExposure }) {
  const { name, label, type, owner, description, parents, shows, unknown } = exposure;
  return (
    <div class="view">
      <h1>{label ?? name}</h1>
      <p class="about">
        {type} <span class="place">{name}</span> {owner !== undefined && `owned by ${owner}`}
      </p>
      {description !== undefined && <p class="description">{description}</p>}
      <h2>Personal data that it can show</h2>
      {unknown.map((node) => (
        <p>
          <JudgementMark judgement="unknown" /> <NodeLink page={page} node={node} />: anything may be in it.
        </p>
      ))}
      {shows.length === 0 && unknown.length === 0 && <p>None.</p>}
      <ul class="more">
        {shows.map(({ column, source, state }) => (
          <li>
            <ColumnLink page={page} at={column} /> <StateMark state={state} /> of <ColumnLink page={page} at={source} />
          </li>
        ))}
      </ul>
      <h2>Reads</h2>
      <ul class="more">
        {parents.map((node) => (
          <li>
            <NodeLink page={page} node={node} />
          </li>
        ))}
      </ul>
    </div>
  );
}
