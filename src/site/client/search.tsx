import type { TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageModel } from '../page-model.ts';
import { type SearchEntry, search, searchIndex } from '../search-index.ts';

const MOST_RESULTS = 12;

/** The search over everything: `/` and Ctrl-K lead to it, arrows choose, Enter opens, Esc leaves. */
export function Search({ page }: { readonly page: PageModel }) {
  const input = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const index = useMemo(() => searchIndex(page), [page]);
  const found = useMemo(() => search(index, query, MOST_RESULTS), [index, query]);
  useLayoutEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      const isShortcut = (event.key === '/' && !isTyping) || (event.key === 'k' && (event.ctrlKey || event.metaKey));
      if (!isShortcut) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  const open = (entry: SearchEntry | undefined) => {
    if (!entry) return;
    setQuery('');
    location.hash = entry.address;
    document.getElementById('main')?.focus();
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown') setChosen((at) => Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setChosen((at) => Math.max(at - 1, 0));
    else if (event.key === 'Enter') open(found[chosen]);
    else if (event.key === 'Escape') setQuery('');
    else return;
    event.preventDefault();
  };
  const isOpen = found.length > 0;
  return (
    <>
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Search models, columns, masks and tags"
        aria-expanded={isOpen}
        aria-controls="search-results"
        aria-activedescendant={isOpen ? `search-result-${chosen}` : undefined}
        aria-autocomplete="list"
        autocomplete="off"
        spellcheck={false}
        placeholder="Search models, columns, tags"
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setQuery('')}
      />
      <span class="key" aria-hidden="true">
        /
      </span>
      <div class="results" id="search-results" role="listbox" aria-label="Search results" hidden={!isOpen}>
        {found.map((entry, at) => (
          <div
            key={entry.address + entry.text}
            id={`search-result-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === chosen}
            // The result is opened before the field loses the focus and closes the list.
            onMouseDown={(event) => {
              event.preventDefault();
              open(entry);
            }}
          >
            {entry.text}
            <small>{entry.kind}</small>
          </div>
        ))}
      </div>
    </>
  );
}
