import { inventoryCsv } from '../inventory.ts';
import type { PageModel } from '../page-model.ts';

export function InventoryActions({ page }: { readonly page: PageModel }) {
  return (
    <>
      <button type="button" onClick={() => saveCsv(page)}>
        Export CSV
      </button>
      <button type="button" onClick={() => print()}>
        Print
      </button>
    </>
  );
}

function saveCsv(page: PageModel): void {
  const address = URL.createObjectURL(new Blob([inventoryCsv(page)], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${page.site.project}-personal-data.csv`;
  link.click();
  URL.revokeObjectURL(address);
}
