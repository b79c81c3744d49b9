import { exposureAddress, maskAddress } from '../address.ts';
import { contractWords, type InventoryRow, inventoryOf, staysInSource } from '../inventory.ts';
import type { Judgement, PageModel } from '../page-model.ts';
import type { SiteColumnRef } from '../site.ts';
import { counted, STATE_WORDS, STATES } from '../words.ts';
import { JudgementMark, StateMark } from './marks.tsx';
import { ColumnLink, ColumnName } from './names.tsx';

interface InventoryProps {
  readonly page: PageModel;
}

/** Columns that a cell names; the CSV has all. */
const MOST_IN_CELL = 12;

export function Inventory({ page }: InventoryProps) {
  const rows = inventoryOf(page);
  const tables = new Set(rows.map(({ column }) => column[0])).size;
  return (
    <>
      <div class="inventory-head">
        <h1>Inventory of personal data</h1>
        {/* The script adds the buttons, since they do nothing without it. */}
        <div class="actions" id="inventory-actions" />
        <p>
          {counted(rows.length, 'marked column')} in {counted(tables, 'table')}: where each is kept, in which form, and
          who sees it. For the record of processing activities.
        </p>
      </div>
      {rows.length > 0 && (
        // A region that scrolls must be reachable by the keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1
        <section class="scroll" aria-label="Table of personal data" tabIndex={0}>
          <table class="inventory">
            <thead>
              <tr>
                <th scope="col">Marked column</th>
                <th scope="col">Contract</th>
                {STATES.map((state) => (
                  <th scope="col">
                    <StateMark state={state} />
                  </th>
                ))}
                <th scope="col">Shown in</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row page={page} row={row} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

function Row({ page, row }: InventoryProps & { readonly row: InventoryRow }) {
  const { column, piiType, sensitivity, contract, kept, masks, shownIn } = row;
  return (
    <tr>
      <th scope="row">
        <ColumnLink page={page} at={column} />
        <small>{sensitivity === undefined ? piiType : `${piiType} · ${sensitivity} sensitivity`}</small>
      </th>
      <td data-label="Contract">
        <JudgementMark judgement={CONTRACT_JUDGEMENTS[contract.kind]} word={contractWords(contract)} />
      </td>
      {staysInSource(row) ? (
        <td colSpan={4} class="stays">
          No model reads its value: it stays in the source.
        </td>
      ) : (
        STATES.map((state) => (
          <td data-label={STATE_WORDS[state]} class={kept[state].length === 0 ? 'zero' : ''}>
            <Kept page={page} columns={kept[state]} />
            {state === 'pseudonymous' && masks.length > 0 && kept[state].length > 0 && <Masks names={masks} />}
          </td>
        ))
      )}
      <td data-label="Shown in" class={shownIn.length === 0 ? 'zero' : ''}>
        {shownIn.length === 0
          ? '–'
          : shownIn.map(({ exposure, states }) => (
              <div>
                <a href={exposureAddress(exposure.name)}>{exposure.label ?? exposure.name}</a>{' '}
                {states.map((state) => (
                  <StateMark state={state} />
                ))}
              </div>
            ))}
      </td>
    </tr>
  );
}

const CONTRACT_JUDGEMENTS: { readonly [kind in InventoryRow['contract']['kind']]: Judgement } = {
  leak: 'leak',
  unknown: 'unknown',
  waived: 'waived',
  holds: 'allowed',
};

function Kept({ page, columns }: InventoryProps & { readonly columns: readonly SiteColumnRef[] }) {
  if (columns.length === 0) return <>–</>;
  // The columns that leak first: they must not hide behind the number of the others.
  const sorted = [...columns].sort((a, b) => Number(isLeak(page, b)) - Number(isLeak(page, a)));
  return (
    <ul>
      {sorted.slice(0, MOST_IN_CELL).map((at) => (
        <li class={isLeak(page, at) ? 'leak' : ''}>
          {isLeak(page, at) && '✕ leak: '}
          <ColumnName page={page} at={at} />
        </li>
      ))}
      {columns.length > MOST_IN_CELL && <li>and {counted(columns.length - MOST_IN_CELL, 'other')}</li>}
    </ul>
  );
}

/** Whether a finding calls the column of a model a leak. */
function isLeak(page: PageModel, at: SiteColumnRef): boolean {
  return page.judgementOf(at[0]) === 'leak' && page.pathOf(at) === 'leak';
}

function Masks({ names }: { readonly names: readonly string[] }) {
  return (
    <small>
      by{' '}
      {names.map((name, index) => (
        <>
          {index > 0 && ', '}
          <a href={maskAddress(name)}>{name}</a>
        </>
      ))}
    </small>
  );
}
