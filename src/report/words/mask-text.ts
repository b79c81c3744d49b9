import type { MaskExposure, UnverifiedMask, WeakMaskSecret } from '../../contract/finding.ts';
import { unreachable } from '../../unreachable.ts';
import type { FindingWords } from './finding-words.ts';

/** The words about an attacked mask. They hold shares and kinds of synthetic values, never one of them. */
export function unverifiedMaskText({ macro, yields, exposure }: UnverifiedMask): FindingWords {
  const declared = `mask ${macro} is declared ${yields}`;
  switch (exposure.how) {
    case 'unknown':
      return {
        problem: `${declared}, but could not be tried: ${exposure.reason}`,
        fix: `let ${macro} print one SQL expression of its first argument alone, without asking the warehouse`,
      };
    case 'colliding':
      return {
        problem: `mask ${macro} would give ${percent(exposure.share)} of 100,000 people the result of somebody else`,
        fix: `use more of the hash in ${macro}: 16 digits or all of it`,
      };
    case 'kept':
      return {
        problem: `${declared}, but ${valuesOf(exposure)} can be read in its output`,
        fix: hashInstead(macro),
      };
    case 'decoded':
      return {
        problem: `${declared}, but ${valuesOf(exposure)} can be decoded from its output: no encoding or cipher is a mask`,
        fix: hashInstead(macro),
      };
    case 'guessed':
      return {
        problem: `${declared}, but ${valuesOf(exposure)} are found by hashing a list of likely values: the mask uses no secret`,
        fix: hashInstead(macro),
      };
    case 'piece':
      return {
        problem: `${declared}, but its output holds a piece of ${valuesOf(exposure)}`,
        fix: `declare masks.${macro}.yields: partial in fenceline.yml, or hash the whole value with a secret`,
      };
    case 'linked':
    case 'grouped':
    case 'nothing':
      return {
        problem: `${declared}, but is ${exposure.leaves}: the same value gives the same result`,
        fix: `declare masks.${macro}.yields: ${exposure.leaves} in fenceline.yml`,
      };
    default:
      return unreachable(exposure);
  }
}

/** The words about the secret of a mask. They hold its name, never its value. */
export function weakSecretText({ macro, secret, weakness, recovered }: WeakMaskSecret): FindingWords {
  const found = `${percent(recovered)} of likely values are found by trying them out`;
  const name = secret ?? 'pii_salt';
  const setOutside = `set ${name} to "{{ env_var('DBT_${name.toUpperCase()}') }}" under vars: in dbt_project.yml, and DBT_${name.toUpperCase()} to 32 random letters where production is built`;
  switch (weakness) {
    case 'undeclared':
      return {
        problem: `mask ${macro} declares no secret: whoever reads its macro can run it, and ${found}`,
        fix: `hash '{{ var("${name}") }}' with the value in ${macro}, and write secret: ${name} below masks.${macro} in fenceline.yml`,
      };
    case 'missing':
      return { problem: `the secret ${name} of mask ${macro} has no value: ${found}`, fix: setOutside };
    case 'unused':
      return {
        problem: `mask ${macro} gives the same output with another value of its secret ${name}: ${found}`,
        fix: `hash '{{ var("${name}") }}' with the value in ${macro}, on every way through it`,
      };
    case 'default':
      return {
        problem: `the secret ${name} of mask ${macro} is in the list of common secrets: ${found}`,
        fix: setOutside,
      };
    case 'short':
      return {
        problem: `the secret ${name} of mask ${macro} has fewer than 16 characters: it can be tried out`,
        fix: setOutside,
      };
    case 'committed':
      return {
        problem: `the secret ${name} of mask ${macro} stands in dbt_project.yml: whoever reads the repository can undo the mask`,
        fix: setOutside,
      };
    default:
      return unreachable(weakness);
  }
}

function hashInstead(macro: string): string {
  return `let ${macro} print sha256(cast({{ column }} as varchar) || '{{ var("pii_salt") }}'), and write secret: pii_salt below masks.${macro} in fenceline.yml`;
}

/** `100% of birth dates and e-mails` */
function valuesOf({ share, kinds }: Extract<MaskExposure, { kinds: unknown }>): string {
  const names = kinds.map((kind) => `${kind}s`);
  const last = names.at(-1) ?? 'values';
  const others = names.slice(0, -1);
  return `${percent(share)} of ${others.length > 0 ? `${others.join(', ')} and ${last}` : last}`;
}

/** A share in percent. A small one is not rounded to 0%, nor a large one to 100%. */
function percent(share: number): string {
  const whole = Math.round(share * 100);
  if (whole === 0) return 'less than 1%';
  return whole === 100 && share < 1 ? 'more than 99%' : `${whole}%`;
}
