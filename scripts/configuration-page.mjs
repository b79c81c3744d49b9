// docs/configuration.md from schema/fenceline.schema.json: each key with its type, default and description.

/**
 * @param schema the schema of fenceline.yml
 * @param example the fenceline.yml of the example project
 * @returns the page as Markdown
 */
export function configurationPage(schema, example) {
  const sections = Object.keys(schema.properties).map((name) => section(name, schema));
  const policies = `A policy is \`error\`, \`warn\` or \`allow\`: ${schema.$defs.policy.description}`;
  return `${INTRODUCTION}\n\`\`\`yaml\n${example.trimEnd()}\n\`\`\`\n\n${policies}\n${sections.join('')}`;
}

/** A key at the top of the file: its description, and a table of the keys below it. */
function section(name, schema) {
  const property = schema.properties[name];
  const [own, ...below] = rowsOf(property, name, isRequired(schema, name), schema);
  if (below.length === 0) return `\n## ${name}\n${table([own])}`;
  const required = isRequired(schema, name) ? ' It is required.' : '';
  return `\n## ${name}\n\n${property.description}${required}\n${table(below)}`;
}

const INTRODUCTION = `<!-- Written by scripts/docs.mjs from schema/fenceline.schema.json. Change it there. -->
# fenceline.yml

\`fenceline.yml\` stands beside \`dbt_project.yml\`. An unknown key is an error with its line and the nearest name. An editor
explains each key with this first line:

\`\`\`yaml
# yaml-language-server: $schema=https://raw.githubusercontent.com/fenceline/fenceline/main/schema/fenceline.schema.json
\`\`\`

In the tables below, \`<name>\` stands for a name that you choose, and \`[]\` for the items of a list. The example project has
this file:
`;

/** One row for a key and one for each key below it, in the order of the schema. */
function rowsOf(property, path, required, schema) {
  const { items, additionalProperties, properties = {} } = property;
  const nested = Object.entries(properties).flatMap(([key, below]) =>
    rowsOf(below, `${path}.${key}`, isRequired(property, key), schema),
  );
  const named =
    typeof additionalProperties === 'object' ? rowsOf(additionalProperties, `${path}.<name>`, false, schema) : [];
  // A list of plain values is explained by its own row.
  const listed = items?.type === 'object' ? rowsOf(items, `${path}[]`, false, schema) : [];
  const own = [`\`${path}\``, typeOf(property, schema), defaultOf(property, required), property.description];
  return [own, ...nested, ...named, ...listed];
}

function isRequired({ required = [] }, key) {
  return required.includes(key);
}

function typeOf(property, schema) {
  const { type, enum: choices, const: only, items, $ref, minimum, maximum } = property;
  if ($ref !== undefined) return typeOf(schema.$defs[$ref.replace('#/$defs/', '')], schema);
  if (only !== undefined) return `\`${only}\``;
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (type === 'array') return `list of ${items.type === 'object' ? 'mappings' : 'texts'}`;
  if (type === 'integer') return `whole number from ${minimum} to ${maximum}`;
  return { object: 'mapping', string: 'text', boolean: '`true` or `false`' }[type];
}

function defaultOf({ default: fallback }, required) {
  if (required) return 'required';
  if (fallback === undefined) return '';
  return Array.isArray(fallback) || typeof fallback === 'object' ? 'none' : `\`${fallback}\``;
}

function table(rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return `\n${line(['key', 'type', 'default', 'meaning'])}|---|---|---|---|\n${rows.map(line).join('')}`;
}
