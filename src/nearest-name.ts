import { distance } from 'fastest-levenshtein';

/** The one of the names that is most like the given one, if it is near enough to be what the user meant. */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const candidate of names) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (!best || edits < best.edits) best = { name: candidate, edits };
  }
  return best && best.edits <= Math.max(2, Math.floor(name.length / 3)) ? best.name : undefined;
}

/** ` Did you mean 'x'?`, or nothing: to be put behind a message about a wrong name. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
}
