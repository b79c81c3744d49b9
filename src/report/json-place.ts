/** Keys and indexes from the top to a value. */
export type JsonPath = readonly string[];

interface Container {
  readonly isArray: boolean;
  /** Key of the next value, as JSON writes it; empty before a key. */
  key: string;
  index: number;
}

/** A token of JSON: a string, a number or word, or a sign. */
const TOKEN = /"(?:[^"\\]|\\[\s\S])*"|[^\s{}[\],:"]+|[{}[\],:]/g;

/**
 * Offset of the value at a path, in UTF-16 units; where there is none, of the nearest value around it.
 * @param text valid JSON
 */
export function placeInJson(text: string, path: JsonPath): number {
  const open: Container[] = [];
  let nearest = 0;
  let depth = 0;
  for (const { 0: token, index: offset } of text.matchAll(TOKEN)) {
    const container = open.at(-1);
    switch (token) {
      case '}':
      case ']':
        open.pop();
        continue;
      case ',':
        if (container?.isArray) container.index += 1;
        else if (container) container.key = '';
        continue;
      case ':':
        continue;
    }
    const isKey = container !== undefined && !container.isArray && container.key === '';
    if (isKey) {
      container.key = token;
      continue;
    }
    if (open.length === depth && isOnPath(open, path)) {
      nearest = offset;
      if (depth === path.length) return offset;
      depth += 1;
    }
    if (token === '{' || token === '[') open.push({ isArray: token === '[', key: '', index: 0 });
  }
  return nearest;
}

function isOnPath(open: readonly Container[], path: JsonPath): boolean {
  return open.every(({ isArray, key, index }, level) => {
    const step = path[level];
    return isArray ? step === String(index) : key === JSON.stringify(step) || (key !== '' && JSON.parse(key) === step);
  });
}
