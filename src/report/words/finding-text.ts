import type { Finding, PiiColumn, PiiInSchema, PiiInTier, SmallGroup } from '../../contract/finding.ts';
import type { RowCount } from '../../contract/rows/row-count.ts';
import type { Step } from '../../lineage/flow.ts';
import { formatLocation } from '../../location.ts';
import { unreachable } from '../../unreachable.ts';
import type { Cause } from '../causes.ts';
import { counted } from '../counts.ts';
import type { FindingWords } from './finding-words.ts';
import { unverifiedMaskText, weakSecretText } from './mask-text.ts';
import { weakenedText } from './weakened-text.ts';

/** The words of a finding: what is wrong, and what to type to mend it. They hold names, never a data value. */
export function findingText(finding: Finding): FindingWords {
  switch (finding.rule) {
    case 'pii-in-tier': {
      const { model, column, source, state, tier, masks } = finding;
      const through = masks.length > 0 ? ` through ${masks.join(', ')}` : '';
      return {
        problem: `${model}.${column} carries ${columnName(source)} (${source.piiType}) in ${state} form${through}; tier ${tier.name} allows ${tier.allow}`,
        fix: leakFix(finding),
      };
    }
    case 'pii-column-name': {
      const { model, source, state, tier, steps, masks } = finding;
      const through = masks.length > 0 ? ` through ${masks.join(', ')}` : '';
      const naming = steps.find(({ column }) => column === '*');
      const place = naming ? ` at ${formatLocation(naming.location)}` : '';
      return {
        problem: `values of ${columnName(source)} (${source.piiType}) become names of columns or literals in ${model}, in ${state} form${through}; tier ${tier.name} allows ${tier.allow}`,
        fix: `use a column that is not personal${place}, or mask ${columnName(source)} before, or move ${model} to a tier that allows ${state}`,
      };
    }
    case 'indirect-flow': {
      const { model, column, source, subtype, tier } = finding;
      const subject = column === undefined ? `which rows ${model} has` : `${model}.${column}`;
      if (subtype === 'EQUALITY') {
        return {
          problem: `${subject} shows what ${columnName(source)} (${source.piiType}) was compared with, and so its values, in tier ${tier.name}`,
          fix: `leave ${subject} out, compare with a column that is personal, too, or set contract.indirect.equality to what you accept`,
        };
      }
      return {
        problem: `${columnName(source)} (${source.piiType}) ${DECIDES[subtype]} ${subject}, in tier ${tier.name}`,
        fix: `decide by a column that is not personal, or set contract.indirect.${subtype.toLowerCase()} to what you accept`,
      };
    }
    case 'unknown-flow':
      return {
        problem: `${finding.model} cannot be traced: ${finding.reason}; tier ${finding.tier.name} needs a proof`,
        fix: finding.advice ?? `rewrite that part, or take ${finding.model} out of the tier`,
      };
    case 'undeclared-column':
      return {
        problem: `${finding.relation}.${finding.column} is copied, but the sources YAML does not declare it: is it personal?`,
        fix: `declare it there (fenceline check --write-sources writes the YAML), with tags: [pii] if it is, or exclude it in sync.tables of fenceline.yml`,
      };
    case 'waiver-expired':
      return {
        problem: `the waiver for ${finding.model}.${finding.column} and ${finding.source} (${finding.reason}) ended on ${finding.until}`,
        fix: 'mend the flow, or have it accepted again and change the date',
      };
    case 'waiver-unused': {
      const { model, column, source, nearest } = finding;
      return {
        problem: `the waiver for ${model}.${column} and ${source} covers no finding`,
        fix: nearest
          ? `remove it; or is it meant for ${nearest.column} and ${nearest.source}?`
          : 'remove it, or correct its model, column and source',
      };
    }
    case 'unverified-mask':
      return unverifiedMaskText(finding);
    case 'weak-mask-secret':
      return weakSecretText(finding);
    case 'value-leak': {
      const { model, column, source, rows, tier, severity } = finding;
      const some = severity === 'error' ? `values of ${columnName(source)}` : `a few values of ${columnName(source)}`;
      const doubt = severity === 'error' ? '' : ', perhaps by coincidence';
      return {
        problem: `${model}.${column} holds ${some} (${source.piiType}) in ${countText(rows, 'row')}${doubt}; tier ${tier.name} allows ${tier.allow}`,
        fix: `find where they come from (fenceline explain ${model}.${column}) and mask or tag that column, or waive ${model}.${column} for ${columnName(source)} if it is coincidence`,
      };
    }
    case 'small-group':
      return smallGroupText(finding);
    case 'untagged-pii': {
      const { relation, column, piiType, byName } = finding;
      const what = PII_NAMES.get(piiType) ?? piiType;
      const reason = byName === 'certain' ? 'is called like' : 'is called like, in a table about people,';
      return {
        problem: `${relation}.${column} ${byName ? reason : 'looks like'} ${what}, but is not tagged as personal`,
        fix: `write below its columns: - { name: ${yamlName(column)}, meta: { pii: true, pii_type: ${piiType} }, tags: [pii] }; with meta: { pii: false } if it is not personal`,
      };
    }
    case 'secret-exposed':
      return {
        problem: `the text of ${finding.node} depends on the secret ${finding.secret}, beside what its mask prints`,
        fix: `let only the mask read ${finding.secret}, use what the mask prints as it is, and give ${finding.secret} a new value`,
      };
    case 'pii-in-schema':
      return schemaText(finding);
    case 'contract-weakened':
      return weakenedText(finding);
    default:
      return unreachable(finding);
  }
}

/** Findings of one cause that are named; the others are counted. */
const MOST_EXAMPLES = 3;

/** The other findings of a cause: `and 19 more of the same cause: dim.hash of raw.people.email, …`; undefined for none. */
export function othersText({ others }: Cause): string | undefined {
  if (others.length === 0) return undefined;
  const examples = others.slice(0, MOST_EXAMPLES).map(subjectOf);
  return `and ${others.length} more of the same cause: ${examples.join(', ')}${others.length > MOST_EXAMPLES ? ', …' : ''}`;
}

/** The columns or rows that a finding is about, in few words. */
function subjectOf(finding: Finding): string {
  switch (finding.rule) {
    case 'pii-in-tier':
    case 'pii-column-name':
    case 'indirect-flow': {
      const { model, column, source } = finding;
      return `${column === undefined ? `rows of ${model}` : `${model}.${column}`} from ${columnName(source)}`;
    }
    case 'unknown-flow':
      return finding.model;
    case 'undeclared-column':
      return `${finding.relation}.${finding.column}`;
    case 'pii-in-schema':
      return finding.holder.kind === 'schema' ? finding.schema : finding.holder.name;
    default:
      return findingText(finding).problem;
  }
}

/** The words of how to mend `pii-in-tier`: the proven change first, then the other ways. */
function leakFix({ model, source, state, steps, provenFix }: PiiInTier): string {
  const move = `move ${model} to a tier that allows ${state}`;
  if (provenFix) {
    const others = [
      ...(provenFix.kind === 'drop' ? [] : ['leave the column out']),
      ...(provenFix.kind === 'move' ? [] : [move]),
    ];
    return `${provenFix.description} (tried: it mends this and changes nothing else), or ${others.join(', or ')}`;
  }
  const [first] = steps;
  const place = first ? ` (${formatLocation(first.location)})` : '';
  return `mask ${columnName(source)} where it is first read${place}, leave the column out, or ${move}`;
}

/** The proven change of a finding as a diff of a few lines; `undefined` where there is none. */
export function fixDiff(finding: Finding): FixDiff | undefined {
  if (finding.rule !== 'pii-in-tier' || !finding.provenFix) return undefined;
  const { kind, file, line, before, after } = finding.provenFix;
  const lines = (text: string) => (text === '' ? [] : text.split('\n').map((written) => written.trimEnd()));
  return { isMove: kind === 'move', file, line, place: `${file}:${line}`, removed: lines(before), added: lines(after) };
}

export interface FixDiff {
  /** The file goes to another folder: `removed` is its path, `added` the new one. */
  readonly isMove: boolean;
  /** Path below the project folder. */
  readonly file: string;
  readonly line: number;
  /** File and line: `models/staging/stg_users.sql:5`. */
  readonly place: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

const DECIDES = {
  FILTER: 'filters',
  JOIN: 'joins',
  GROUP_BY: 'groups',
  SORT: 'sorts',
  WINDOW: 'partitions or orders a window in',
  CONDITIONAL: 'decides a condition in',
} as const;

function smallGroupText({ model, column, minimum, groups, tier }: SmallGroup): FindingWords {
  if (groups === 'unknown') {
    return {
      problem: `${model} groups rows of personal data, but the persons in a group cannot be counted; tier ${tier.name} needs ${minimum} or more`,
      fix: 'group tables and CTEs that keep one row for each row they read: not PIVOT, EXCEPT or INTERSECT',
    };
  }
  const rows = countText(groups, 'row');
  return {
    problem:
      column === undefined
        ? `${rows} of ${model} summarise fewer than ${minimum} persons each, or mostly a single person, in tier ${tier.name}`
        : `${model}.${column} is below ${minimum} in ${rows}, in tier ${tier.name}`,
    fix: `leave small groups out with HAVING count(distinct …) >= ${minimum}, or group by less`,
  };
}

function schemaText({ schema, tier, holder }: PiiInSchema): FindingWords {
  const limit = `tier ${tier.name} allows ${tier.allow}`;
  switch (holder.kind) {
    case 'table': {
      const { name, source } = holder;
      return {
        problem: `${name} ${contentText(source)} and is in the schema ${schema} of tier ${tier.name}; ${limit}`,
        fix: `give ${name} another schema, or leave out or mask what tier ${tier.name} does not allow`,
      };
    }
    case 'file': {
      const { name, source } = holder;
      return {
        problem: `the file of ${name} ${contentText(source)} and is in the folder ${schema} of tier ${tier.name}; ${limit}`,
        fix: `give ${name} a location in another folder, or leave out or mask what tier ${tier.name} does not allow`,
      };
    }
    case 'schema':
      return {
        problem: `schema ${schema} is that of tier ${tier.name}, and holds ${counted(holder.tables, 'table')} with personal data that the tier does not allow; schemas do not separate the tiers`,
        fix: `give the models of tier ${tier.name} a schema of their own: +schema in dbt_project.yml`,
      };
    default:
      return unreachable(holder);
  }
}

function contentText(source: PiiColumn | undefined): string {
  return source ? `holds ${columnName(source)} (${source.piiType})` : 'cannot be traced';
}

/** A number of rows, which is not given exactly where it is small. */
function countText(count: RowCount, noun: string): string {
  return 'below' in count ? `fewer than ${count.below} ${noun}s` : counted(count.exactly, noun);
}

/** Plain words for types, to stand after 'looks like'. */
const PII_NAMES: ReadonlyMap<string, string> = new Map([
  ['email', 'e-mail addresses'],
  ['phone', 'telephone numbers'],
  ['ip_address', 'IP addresses'],
  ['iban', 'bank account numbers (IBAN)'],
  ['payment_card', 'payment card numbers'],
  ['national_id', 'national identity numbers'],
  ['name', 'names of people'],
  ['birth_date', 'birthdays'],
  ['address', 'addresses of people'],
  ['device_id', 'identifiers of devices'],
  ['health', 'data about health'],
  ['sensitive', 'data of a special category'],
  ['secret', 'passwords'],
  ['location', 'places of people'],
]);

/** A name for YAML, in quotes where it is not a plain word. */
function yamlName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}

/** The full name of a column: `raw.raw_user.email`. */
function columnName({ relation, column }: PiiColumn): string {
  return `${relation}.${column}`;
}

/** A column on a path, with the step that leads to it. */
export interface Stop {
  readonly name: string;
  /** The step, with its place; absent at the start of the path. */
  readonly how?: { readonly kind: string; readonly expression: string; readonly place: string };
}

/** The path of a finding from the personal column; empty for a finding that is not about a flow. */
export function pathOf(finding: Finding): readonly Stop[] {
  return 'steps' in finding ? stopsOf(columnName(finding.source), finding.steps) : [];
}

/** A path as stops: the column at its start, and the column or rows that each step leads to. */
export function stopsOf(start: string, steps: readonly Step[]): readonly Stop[] {
  return [
    { name: start },
    ...steps.map(({ uniqueId, column, subtype, expression, location }) => ({
      name: `${nodeName(uniqueId)}${column === undefined ? ' (rows)' : column === '*' ? ' (column names)' : `.${column}`}`,
      how: { kind: subtype, expression, place: formatLocation(location) },
    })),
  ];
}

/** The name in a unique id: `model.clinic.stg_users` → `stg_users`. */
export function nodeName(uniqueId: string): string {
  return uniqueId.split('.').slice(2).join('.');
}
