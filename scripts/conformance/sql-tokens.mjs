/**
 * The words, numbers, names, texts and signs of a SQL text, without white space and comments. Two texts with equal tokens
 * are the same statement: dbt's built-in macros and ours lay out their lines differently.
 * @param {string} text
 * @returns {readonly string[]}
 */
export function sqlTokens(text) {
  return [...text.matchAll(TOKEN)].flatMap(([token, blank]) => (blank === undefined ? [token] : []));
}

const TOKEN = /(\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\2\$|[\w.]+|[^\s\w]/gu;
