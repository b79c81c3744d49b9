import type { Finding, PiiColumn, PiiInSchema, PiiInTier, SmallGroup } from '../../contract/finding.ts';
import type { RowCount } from '../../contract/rows/row-count.ts';
import type { Tier } from '../../contract/tier.ts';
import type { State, Step } from '../../lineage/flow.ts';
import { formatLocation } from '../../location.ts';
import { unreachable } from '../../unreachable.ts';
import { yamlName } from '../../yaml-name.ts';
import type { Cause } from '../causes.ts';
import { counted } from '../counts.ts';
import type { FindingWords } from './finding-words.ts';
import { unverifiedMaskWords, weakSecretWords } from './mask-text.ts';
import { joinSentences, plainText, type Sentence, sentence, words } from './sentence.ts';
import { weakenedWords } from './weakened-text.ts';

/** {@link findingWords} as text. */
export function findingText(finding: Finding): { readonly problem: string; readonly fix: string } {
  const { problem, fix } = findingWords(finding);
  return { problem: plainText(problem), fix: plainText(fix) };
}

/** The words of a finding: what is wrong, and what to type to mend it. They hold names, never a data value. */
export function findingWords(finding: Finding): FindingWords {
  switch (finding.rule) {
    case 'pii-in-tier': {
      const { model, column, source, state, tier, masks } = finding;
      return {
        problem: sentence`${`${model}.${column}`} carries ${columnName(source)} (${source.piiType}) in ${words(state)} form${throughMasks(masks)}; ${tierLimit(tier)}`,
        fix: leakFix(finding),
      };
    }
    case 'pii-column-name': {
      const { model, source, state, tier, steps, masks } = finding;
      const naming = steps.find(({ column }) => column === '*');
      const place = naming ? sentence` at ${formatLocation(naming.location)}` : [];
      return {
        problem: sentence`values of ${columnName(source)} (${source.piiType}) become names of columns or literals in ${model}, in ${words(state)} form${throughMasks(masks)}; ${tierLimit(tier)}`,
        fix: sentence`use a column that is not personal${place}, or mask ${columnName(source)} before, or ${moveTo(model, state)}`,
      };
    }
    case 'indirect-flow': {
      const { model, column, source, subtype, tier } = finding;
      const subject = column === undefined ? sentence`which rows ${model} has` : sentence`${`${model}.${column}`}`;
      if (subtype === 'EQUALITY') {
        return {
          problem: sentence`${subject} shows what ${columnName(source)} (${source.piiType}) was compared with, and so its values, in tier ${tier.name}`,
          fix: sentence`leave ${subject} out, compare with a column that is personal, too, or set ${'contract.indirect.equality'} to what you accept`,
        };
      }
      return {
        problem: sentence`${columnName(source)} (${source.piiType}) ${words(DECIDES[subtype])} ${subject}, in tier ${tier.name}`,
        fix: sentence`decide by a column that is not personal, or set ${`contract.indirect.${subtype.toLowerCase()}`} to what you accept`,
      };
    }
    case 'unknown-flow': {
      const { model, reason, advice, tier } = finding;
      return {
        problem: sentence`${model} cannot be traced: ${reason}; tier ${tier.name} needs a proof`,
        fix: advice === undefined ? sentence`rewrite that part, or take ${model} out of the tier` : sentence`${advice}`,
      };
    }
    case 'undeclared-column':
      return {
        problem: sentence`${`${finding.relation}.${finding.column}`} is copied, but the sources YAML does not declare it: is it personal?`,
        fix: sentence`declare it there (${'fenceline check --write-sources'} writes the YAML), with ${'tags: [pii]'} if it is, or exclude it in ${'sync.tables'} of ${'fenceline.yml'}`,
      };
    case 'waiver-expired': {
      const { model, column, source, reason, until } = finding;
      return {
        problem: sentence`the waiver for ${`${model}.${column}`} and ${source} (${reason}) ended on ${until}`,
        fix: sentence`mend the flow, or have it accepted again and change the date`,
      };
    }
    case 'waiver-unused': {
      const { model, column, source, nearest } = finding;
      return {
        problem: sentence`the waiver for ${`${model}.${column}`} and ${source} covers no finding`,
        fix: nearest
          ? sentence`remove it; or is it meant for ${nearest.column} and ${nearest.source}?`
          : sentence`remove it, or correct its model, column and source`,
      };
    }
    case 'unverified-mask':
      return unverifiedMaskWords(finding);
    case 'weak-mask-secret':
      return weakSecretWords(finding);
    case 'value-leak': {
      const { model, column, source, rows, tier, severity } = finding;
      const some = severity === 'error' ? 'values of' : 'a few values of';
      const doubt = severity === 'error' ? '' : ', perhaps by coincidence';
      const reached = `${model}.${column}`;
      return {
        problem: sentence`${reached} holds ${words(some)} ${columnName(source)} (${source.piiType}) in ${words(countText(rows, 'row') + doubt)}; ${tierLimit(tier)}`,
        fix: sentence`find where they come from (${`fenceline explain ${reached}`}) and mask or tag that column, or waive ${reached} for ${columnName(source)} if it is coincidence`,
      };
    }
    case 'small-group':
      return smallGroupWords(finding);
    case 'untagged-pii': {
      const { relation, column, piiType, byName } = finding;
      const what = PII_NAMES.get(piiType);
      const reason = byName === 'certain' ? 'is called like' : 'is called like, in a table about people,';
      const line = `- { name: ${yamlName(column)}, meta: { pii: true, pii_type: ${piiType} }, tags: [pii] }`;
      // Only names are judged without rows, and only such hints can be written by `check`.
      const way = byName
        ? sentence`let ${'fenceline check --write-tags'} mark it:`
        : sentence`write below its columns:`;
      return {
        problem: sentence`${`${relation}.${column}`} ${words(byName ? reason : 'looks like')} ${what === undefined ? piiType : words(what)}, but is not tagged as personal`,
        fix: sentence`${way} ${line}; with ${'meta: { pii: false }'} if it is not personal`,
      };
    }
    case 'secret-exposed': {
      const { node, secret } = finding;
      return {
        problem: sentence`the text of ${node} depends on the secret ${secret}, beside what its mask prints`,
        fix: sentence`let only the mask read ${secret}, use what the mask prints as it is, and give ${secret} a new value`,
      };
    }
    case 'pii-in-schema':
      return schemaWords(finding);
    case 'contract-weakened':
      return weakenedWords(finding);
    default:
      return unreachable(finding);
  }
}

/** ` through hash_pii`; empty without masks. */
function throughMasks(masks: readonly string[]): Sentence {
  return masks.length > 0 ? sentence` through ${masks.join(', ')}` : [];
}

function tierLimit({ name, allow }: Tier): Sentence {
  return sentence`tier ${name} allows ${words(allow)}`;
}

function moveTo(model: string, state: State): Sentence {
  return sentence`move ${model} to a tier that allows ${words(state)}`;
}

/** Findings of one cause that are named; the others are counted. */
const MOST_EXAMPLES = 3;

/** The other findings of a cause: `and 19 more of the same cause: dim.hash of raw.people.email, …`; undefined for none. */
export function othersText(cause: Cause): string | undefined {
  const others = othersWords(cause);
  return others && plainText(others);
}

/** {@link othersText} in parts. */
export function othersWords({ others }: Cause): Sentence | undefined {
  if (others.length === 0) return undefined;
  const examples = joinSentences(others.slice(0, MOST_EXAMPLES).map(subjectOf), ', ');
  const more = others.length > MOST_EXAMPLES ? ', …' : '';
  return sentence`and ${others.length} more of the same cause: ${examples}${words(more)}`;
}

/** The columns or rows that a finding is about, in few words. */
function subjectOf(finding: Finding): Sentence {
  switch (finding.rule) {
    case 'pii-in-tier':
    case 'pii-column-name':
    case 'indirect-flow': {
      const { model, column, source } = finding;
      const reached = column === undefined ? sentence`rows of ${model}` : sentence`${`${model}.${column}`}`;
      return sentence`${reached} from ${columnName(source)}`;
    }
    case 'unknown-flow':
      return sentence`${finding.model}`;
    case 'undeclared-column':
      return sentence`${`${finding.relation}.${finding.column}`}`;
    case 'pii-in-schema':
      return sentence`${finding.holder.kind === 'schema' ? finding.schema : finding.holder.name}`;
    default:
      return findingWords(finding).problem;
  }
}

/** The words of how to mend `pii-in-tier`: the proven change first, then the other ways. */
function leakFix({ model, source, state, steps, provenFix }: PiiInTier): Sentence {
  if (provenFix) {
    const others = [
      ...(provenFix.kind === 'drop' ? [] : [words('leave the column out')]),
      ...(provenFix.kind === 'move' ? [] : [moveTo(model, state)]),
    ];
    return sentence`${provenFix.description} (tried: it mends this and changes nothing else), or ${joinSentences(others, ', or ')}`;
  }
  const [first] = steps;
  const place = first ? sentence` (${formatLocation(first.location)})` : [];
  return sentence`mask ${columnName(source)} where it is first read${place}, leave the column out, or ${moveTo(model, state)}`;
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

function smallGroupWords({ model, column, minimum, groups, tier }: SmallGroup): FindingWords {
  if (groups === 'unknown') {
    return {
      problem: sentence`${model} groups rows of personal data, but the persons in a group cannot be counted; tier ${tier.name} needs ${minimum} or more`,
      fix: sentence`group tables and CTEs that keep one row for each row they read: not PIVOT, EXCEPT or INTERSECT`,
    };
  }
  const rows = words(countText(groups, 'row'));
  return {
    problem:
      column === undefined
        ? sentence`${rows} of ${model} summarise fewer than ${minimum} persons each, or mostly a single person, in tier ${tier.name}`
        : sentence`${`${model}.${column}`} is below ${minimum} in ${rows}, in tier ${tier.name}`,
    fix: sentence`leave small groups out with ${`HAVING count(distinct …) >= ${minimum}`}, or group by less`,
  };
}

function schemaWords({ schema, tier, holder }: PiiInSchema): FindingWords {
  switch (holder.kind) {
    case 'table': {
      const { name, source } = holder;
      return {
        problem: sentence`${name} ${contentWords(source)} and is in the schema ${schema} of tier ${tier.name}; ${tierLimit(tier)}`,
        fix: sentence`give ${name} another schema, or leave out or mask what tier ${tier.name} does not allow`,
      };
    }
    case 'file': {
      const { name, source } = holder;
      return {
        problem: sentence`the file of ${name} ${contentWords(source)} and is in the folder ${schema} of tier ${tier.name}; ${tierLimit(tier)}`,
        fix: sentence`give ${name} a location in another folder, or leave out or mask what tier ${tier.name} does not allow`,
      };
    }
    case 'schema':
      return {
        problem: sentence`schema ${schema} is that of tier ${tier.name}, and holds ${words(counted(holder.tables, 'table'))} with personal data that the tier does not allow; schemas do not separate the tiers`,
        fix: sentence`give the models of tier ${tier.name} a schema of their own: ${'+schema'} in ${'dbt_project.yml'}`,
      };
    default:
      return unreachable(holder);
  }
}

function contentWords(source: PiiColumn | undefined): Sentence {
  return source ? sentence`holds ${columnName(source)} (${source.piiType})` : words('cannot be traced');
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
