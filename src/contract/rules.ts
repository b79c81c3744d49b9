import type { Finding, Rule, Severity } from './finding.ts';

/**
 * The properties of a rule, and the texts that hold for all its findings. The text of one finding is made in `report/`.
 */
export interface RuleEntry {
  /** A few words: the heading of the rule. */
  readonly title: string;
  /** A few sentences in Markdown: what the rule finds, and why that matters. */
  readonly why: string;
  /** The severity that most of its findings have. */
  readonly severity: Severity;
  /** The reason for the severity. Markdown, the end of a sentence that begins with `severity`. */
  readonly severityReason: string;
  /**
   * Only a run finds it, in what was copied or built. A base is checked without a run, so nobody can say whether such a
   * finding is new.
   */
  readonly needsRun: boolean;
  /** Adverbial of what `check` finds of it nevertheless: `by …`. Absent for nothing. */
  readonly inCheck?: string;
  /** A waiver may accept its findings; each of them has a model, a column and a source. */
  readonly isWaivable: boolean;
  /** A piece of a project in which the rule finds something. */
  readonly example: { readonly language: 'sql' | 'yaml' | 'diff'; readonly text: string };
  /** Ways to mend a finding, best first. Markdown. */
  readonly fixes: readonly string[];
}

/** Every rule there is. Their order is that of a report among findings of one severity: what weighs most comes first. */
export const RULES = {
  'contract-weakened': {
    title: 'The contract is weaker than on the base',
    why: 'A tag, tier, mask, setting, waiver or the place of the contract was changed so that less is checked, or more is allowed, than where the work branched off. The contract is part of the change that it judges, so somebody has to agree to that. `env` and `postgres` hold only as the base has them. Nothing is compared without a base: `--base REF`, or the base of a pull request.',
    severity: 'error',
    severityReason:
      'until the base has the same contract; `warning` where a person whom `contract.approvers` of the base names approves the newest commit of the pull request, and for a waiver of at most 13 months that waives what the base has, too, a table that is copied and was not, set-up files that hold once they are merged, and a column without a tag that is no longer declared',
    needsRun: false,
    isWaivable: false,
    example: {
      language: 'diff',
      text: `# models/staging/_sources.yml
       - name: phone
-        tags: [pii]
`,
    },
    fixes: [
      'undo the change',
      'have it approved in a review, by somebody whom `contract.approvers` names on the base',
      'have it merged by somebody who answers for personal data and may merge in spite of a failed check',
    ],
  },
  'pii-in-tier': {
    title: 'Personal data in a tier that does not allow it',
    why: "A value of a column tagged as personal reaches a model of a tier in a stronger form than the tier allows. The path is read from DuckDB's query plan, so renamed columns, stars, joins and functions do not hide it.",
    severity: 'error',
    severityReason: 'always',
    needsRun: false,
    isWaivable: true,
    example: {
      language: 'sql',
      text: `-- models/staging/stg_users.sql
select id as user_id, lower(email) as contact from {{ source('raw', 'raw_user') }}

-- models/marts/safe/mart_activity.sql, in a tier with allow: pseudonymous
select u.user_id, u.contact from {{ ref('stg_users') }} as u
`,
    },
    fixes: [
      'mask the column where a model first reads it, with a macro that is listed under `contract.masks`',
      'leave the column out',
      'move the model to a tier that allows the value in this form',
    ],
  },
  'pii-in-schema': {
    title: "Personal data in a tier's schema",
    why: "Rights to read are given by schema. A table that holds more personal data than a tier allows stands in the schema of that tier's models: whoever may read these may read it, too. It counts whichever folder the model is in, and for seeds, snapshots and copied tables as well. The schema of a tier is the one where its models are, now or on the base.",
    severity: 'error',
    severityReason:
      'or one `warning` for a schema, where schemas do not separate the tiers: no model with personal data has another schema',
    needsRun: false,
    isWaivable: false,
    example: {
      language: 'sql',
      text: `-- models/reports/contacts.sql, in no tier; the models of the tier safe are in the schema marts
{{ config(schema='marts') }}
select id, email from {{ source('raw', 'raw_user') }}
`,
    },
    fixes: [
      'give the table another schema: `+schema` in `dbt_project.yml`, or `sync.schema` of a copied table',
      'leave the personal columns out, or mask them',
    ],
  },
  'secret-exposed': {
    title: 'The secret of a mask outside of the mask',
    why: 'The text of a model, snapshot or test depends on the secret of a mask, beside what the mask itself prints. The node was rendered again with other secrets, and its text became another one: the secret, or something made of it, is in the query, and so in the warehouse and in what the query gives. Whoever has the secret can try out likely values against all masked ones.',
    severity: 'error',
    severityReason: 'always',
    needsRun: false,
    isWaivable: false,
    example: {
      language: 'sql',
      text: `-- models/marts/safe/mart_activity.sql
select id, '{{ var("pii_salt") }}' as salt from {{ ref('stg_events') }}
`,
    },
    fixes: [
      'let only the mask read its secret, and use what the mask prints as it is',
      'give the secret a new value: this one was in a build',
    ],
  },
  'pii-column-name': {
    title: 'Columns named by personal data',
    why: 'A `PIVOT` turns on a column tagged as personal, or a template asks for its values: they become names of columns, or literals. They are in every schema, catalog, log and dashboard that shows the table, and in the text of the query. Models that select such columns have the names, too. No report shows them.',
    severity: 'error',
    severityReason: 'always',
    needsRun: false,
    isWaivable: true,
    example: {
      language: 'sql',
      text: `-- models/marts/safe/mart_contacts.sql
pivot {{ ref('stg_users') }} on contact using count(*)
`,
    },
    fixes: [
      'pivot on a column that is not personal',
      'mask the column before the `PIVOT`',
      'move the model to a tier that allows the value in this form',
    ],
  },
  'value-leak': {
    title: 'Values of a personal column in a model',
    why: 'Values of a column tagged as personal were found in the built table of a model whose tier does not allow them. Rows are searched whatever the SQL says: a mask that masks nothing, a copy that nobody tagged and rows of an older build have no path to be found by.',
    severity: 'error',
    severityReason: 'unless the values are few and may be there by coincidence, which is a `warning`',
    needsRun: true,
    isWaivable: true,
    example: {
      language: 'sql',
      text: `-- models/marts/safe/mart_activity.sql: raw_event.body is not tagged, and people write addresses into it
select event_id, body as note from {{ source('raw', 'raw_event') }}
`,
    },
    fixes: [
      'find where the values come from with `fenceline explain model.column`, and mask or tag that column',
      'waive the column and source where it is coincidence',
    ],
  },
  'unverified-mask': {
    title: 'A mask that leaves more than it declares',
    why: 'The mask was attacked with synthetic values. It leaves more of them than `fenceline.yml` declares, or it could not be tried: then nothing that goes through it is proven.',
    severity: 'error',
    severityReason: 'unless the mask only gives too many people the same result, which is a `warning`',
    needsRun: false,
    isWaivable: false,
    example: {
      language: 'sql',
      text: `-- macros/hash_pii.sql: anybody can hash a list of telephone numbers
{% macro hash_pii(column) %}sha256(cast({{ column }} as varchar)){% endmacro %}
`,
    },
    fixes: [
      'hash the whole value together with a secret: `sha256(cast({{ column }} as varchar) || \'{{ var("pii_salt") }}\')`, and declare the secret under `contract.masks`',
      'declare in `yields` what the mask really leaves',
    ],
  },
  'weak-mask-secret': {
    title: 'A mask with a weak secret',
    why: 'Whoever knows or guesses the secret of a mask finds the masked values by trying out likely ones.',
    severity: 'error',
    severityReason:
      'where the secret is not declared, has no value, is not used or is a common one; `warning` where it is short or committed',
    needsRun: false,
    isWaivable: false,
    example: {
      language: 'yaml',
      text: `# dbt_project.yml
vars: { pii_salt: summer24 }
`,
    },
    fixes: [
      'give the secret by the environment: `pii_salt: "{{ env_var(\'DBT_PII_SALT\') }}"` under `vars:`, with 32 random letters where production is built',
      'let the mask use the secret in every branch of the macro',
    ],
  },
  'unknown-flow': {
    title: 'A model that cannot be traced',
    why: 'DuckDB cannot plan the model, or Fenceline cannot follow its plan. Nothing is proven about it, and what is not proven fails.',
    severity: 'error',
    severityReason: 'always',
    needsRun: false,
    isWaivable: false,
    example: {
      language: 'sql',
      text: `-- models/marts/safe/mart_pivot.sql: without data, nobody knows the columns
pivot {{ ref('stg_events') }} on event_type using count(*)
`,
    },
    fixes: [
      'rewrite the part that the finding names',
      'declare the values of a `PIVOT` with an `accepted_values` test on its column',
      'take the model out of the tier',
    ],
  },
  'indirect-flow': {
    title: 'Personal data decides what a model holds',
    why: 'A personal column filters, joins, groups, sorts or tests a condition in a model, in a way that the contract does not allow. The value itself is not in the model, but other values in the model tell something about it. A column that shows what the value was compared with tells all of it (`equality`): `select r from range(100) t(r) join users on r = age` gives every age away.',
    severity: 'warning',
    severityReason:
      'or `error`, or not found at all: `contract.indirect` says `error`, `warn` or `allow` for each of `filter`, `join`, `group_by`, `sort`, `window`, `conditional` and `equality`',
    needsRun: false,
    isWaivable: true,
    example: {
      language: 'sql',
      text: `-- models/marts/safe/mart_activity.sql
select u.user_id from {{ ref('stg_users') }} as u where u.contact like '%@clinic.test'
`,
    },
    fixes: ['decide by a column that is not personal', 'set the policy under `contract.indirect` to what you accept'],
  },
  'small-group': {
    title: 'A group of too few persons',
    why: 'Rows of a model summarise fewer persons than `contract.verify.min_group_size` allows, so that a summary says something about one of them. A person is a row of the source table or seed with the tagged column, however many rows a join makes of it. In a summary of a tagged column those count whose value enters: not NULL, not left out by FILTER or CASE, not zero in a sum. A sum or average of which one person makes up more than 85 % is one of too few.',
    severity: 'error',
    severityReason:
      'unless `contract.verify.small_groups` says `warn`; `warning` where a model that only counts groups rows in a way in which nobody can count the persons',
    needsRun: true,
    isWaivable: false,
    example: {
      language: 'sql',
      text: `-- models/marts/safe/mart_volume.sql
select organization_id, count(*) as users from {{ ref('stg_users') }} group by organization_id
`,
    },
    fixes: ['leave small groups out: `having count(distinct email_hash) >= 5`', 'group by fewer columns'],
  },
  'undeclared-column': {
    title: 'A copied column that is not declared',
    why: 'A column is copied into the warehouse, but the sources YAML does not declare it: nobody has said whether it is personal.',
    severity: 'error',
    severityReason: 'unless `contract.undeclared_columns` says `warn` or `allow`',
    needsRun: true,
    isWaivable: false,
    example: {
      language: 'yaml',
      text: `# models/staging/_sources.yml: the table in Postgres also has the column nickname
tables:
  - name: raw_user
    columns:
      - { name: id }
      - { name: email, tags: [pii] }
`,
    },
    fixes: [
      'declare the column in the sources YAML, with `tags: [pii]` if it is personal',
      'leave it out of the copy: `exclude` in `sync.tables` of `fenceline.yml`',
    ],
  },
  'untagged-pii': {
    title: 'A column that looks personal and is not tagged',
    why: 'The values of a column of a source or seed have the form of personal data (e-mail addresses, telephone numbers, IP addresses, bank accounts, payment cards, national numbers), or it has the name of such a column, but no YAML calls it personal: the contract does not protect it.',
    severity: 'warning',
    severityReason: 'always',
    needsRun: true,
    inCheck: 'by the names of columns',
    isWaivable: false,
    example: {
      language: 'yaml',
      text: `# models/staging/_sources.yml: contact_line holds telephone numbers
columns:
  - { name: contact_line }
`,
    },
    fixes: [
      'tag the column: `meta: { pii: true, pii_type: phone }` or `tags: [pii]`',
      'write `meta: { pii: false }` if it is not personal',
      'or let `fenceline check --write-tags` write the marks, and `--not-personal raw.users.nickname` the exceptions',
    ],
  },
  'waiver-expired': {
    title: 'A waiver whose last day has passed',
    why: 'A finding was accepted until a date that is over. The waiver covers nothing any more.',
    severity: 'warning',
    severityReason: 'always',
    needsRun: false,
    isWaivable: false,
    example: {
      language: 'yaml',
      text: `# fenceline.yml
waivers:
  - { model: mart_support_queue, column: requester, source: raw.raw_user.email, reason: DPO-112, until: 2026-03-31 }
`,
    },
    fixes: ['mend the finding that it covered, and remove the waiver', 'have it accepted again, and change the date'],
  },
  'waiver-unused': {
    title: 'A waiver that covers nothing',
    why: 'No finding fits the waiver: it is mistyped and its finding still stands, or it is not needed any more and would hide the next one.',
    severity: 'warning',
    severityReason: 'always',
    needsRun: true,
    isWaivable: false,
    example: {
      language: 'yaml',
      text: `# fenceline.yml: the column is called contact
waivers:
  - { model: mart_activity, column: contract, source: raw.raw_user.email, reason: DPO-113, until: 2027-03-31 }
`,
    },
    fixes: ['correct model, column and source of the waiver', 'remove the waiver'],
  },
} as const satisfies { readonly [rule in Rule]: RuleEntry };

type WaivableRule = { [rule in Rule]: (typeof RULES)[rule]['isWaivable'] extends true ? rule : never }[Rule];

export type WaivableFinding = Extract<Finding, { readonly rule: WaivableRule }>;

export function isWaivable(finding: Finding): finding is WaivableFinding {
  return RULES[finding.rule].isWaivable;
}

const WEIGHTS: ReadonlyMap<string, number> = new Map(Object.keys(RULES).map((rule, index) => [rule, index]));

/** Below zero when findings of rule `a` weigh more than those of `b`. */
export function compareRules(a: Rule, b: Rule): number {
  return (WEIGHTS.get(a) ?? 0) - (WEIGHTS.get(b) ?? 0);
}
