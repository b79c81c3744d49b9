/** Whether a text matches a pattern with `*`, `?` and `[abc]`, as in a shell; all other characters are literal. */
export function matchesGlob(text: string, pattern: string): boolean {
  return text === pattern || new RegExp(`^${globSource(pattern)}$`, 's').test(text);
}

/** Whether a value matches a path or a folder above it. `**` stands for any folders; other signs do not match a slash. */
export function matchesPath(path: string, value: string): boolean {
  const pattern = value.replace(/^\.\//, '').replace(/\/$/, '');
  const steps = path.split('/');
  const folders = steps.map((_, index) => steps.slice(0, index + 1).join('/'));
  const expression = new RegExp(
    `^${pattern
      .split('/')
      .map((part) => (part === '**' ? '.*' : globSource(part).replaceAll('.*', '[^/]*')))
      .join('/')}$`,
    's',
  );
  return folders.some((folder) => expression.test(folder));
}

/** Whether a value matches the name of a file, with or without its ending. */
export function matchesFile(name: string, value: string): boolean {
  return matchesGlob(name, value) || matchesGlob(name.replace(/\.[^.]*$/, ''), value);
}

/** Whether a value is the name of a resource (the last part of its fqn) or the beginning of its fqn. */
export function matchesFqn(fqn: readonly string[], value: string): boolean {
  return fqn.at(-1) === value || matchesFolder(fqn, value);
}

/** Whether a value is the beginning of an fqn, with or without the package; `*` stands for all further parts. */
export function matchesFolder(fqn: readonly string[], value: string): boolean {
  return beginsWith(fqn, value) || beginsWith(fqn.slice(1), value);
}

/** Whether the parts of a name that dots separate are the first of the fqn. */
function beginsWith(fqn: readonly string[], value: string): boolean {
  const parts = fqn.flatMap((part) => part.split('.'));
  const wanted = value.split('.');
  const wildcard = wanted.findIndex((part) => /[*?[]/.test(part));
  const literal = wildcard === -1 ? wanted : wanted.slice(0, wildcard);
  if (parts.length < wanted.length || literal.some((part, index) => parts[index] !== part)) return false;
  return wildcard === -1 || matchesGlob(parts.slice(wildcard).join('.'), wanted.slice(wildcard).join('.'));
}

function globSource(pattern: string): string {
  return pattern.replace(/\[!?[^\]]+\]|[.*+?^${}()|[\]\\]/g, (token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    return token.length > 1 ? token.replace(/^\[!/, '[^').replaceAll('\\', '\\\\') : `\\${token}`;
  });
}
