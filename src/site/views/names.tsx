import { columnAddress, nodeAddress } from '../address.ts';
import { columnAt, type PageModel } from '../page-model.ts';
import type { SiteColumnRef } from '../site.ts';

interface At {
  readonly page: PageModel;
  readonly at: SiteColumnRef;
}

/** The name of a column with its node. A long name may break behind `_` and before the dot. */
export function ColumnName({ page, at }: At) {
  const column = columnAt(page.site, at);
  return (
    <span class="name">
      <Breakable text={page.site.nodes[at[0]]?.name ?? ''} />
      {column ? (
        <>
          <wbr />.
          <b>
            <Breakable text={column.name} />
          </b>
        </>
      ) : (
        <small> rows</small>
      )}
    </span>
  );
}

export function ColumnLink({ page, at }: At) {
  return (
    <a href={columnAddress(page, at)}>
      <ColumnName page={page} at={at} />
    </a>
  );
}

export function NodeLink({ page, node }: { readonly page: PageModel; readonly node: number }) {
  return (
    <a class="name" href={nodeAddress(page, node)}>
      <Breakable text={page.site.nodes[node]?.name ?? ''} />
    </a>
  );
}

function Breakable({ text }: { readonly text: string }) {
  const parts = text.split(/(?<=[_.])/);
  return (
    <>
      {parts.map((part, index) => (
        <>
          {index > 0 && <wbr />}
          {part}
        </>
      ))}
    </>
  );
}

/** A place in a file: the file's name and line, with the whole place in the title. */
export function Place({ place }: { readonly place: string }) {
  const [, file = place, line] = /^(.*?):(\d+)(?::\d+)?$/.exec(place) ?? [];
  return (
    <span class="place" title={place}>
      {file.slice(file.lastIndexOf('/') + 1)}
      {line !== undefined && <b>:{line}</b>}
    </span>
  );
}
