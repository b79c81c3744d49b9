/** The regular expression of a whole text in which `*` stands for any characters. Each `*` is a group. */
export function starPattern(text: string, flags: 's' | 'is'): RegExp {
  const parts = text.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('(.*)')}$`, flags);
}

/** Whether a name fits a pattern, and none of its exceptions. */
export function fitsPattern(name: string, pattern: string, except: readonly string[]): boolean {
  return starPattern(pattern, 's').test(name) && !except.some((each) => starPattern(each, 's').test(name));
}
