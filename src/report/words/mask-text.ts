import type { MaskExposure, UnverifiedMask, WeakMaskSecret } from '../../contract/finding.ts';
import { unreachable } from '../../unreachable.ts';
import type { FindingWords } from './finding-words.ts';
import { type Sentence, sentence, words } from './sentence.ts';

/** The words about an attacked mask. They hold shares and kinds of synthetic values, never one of them. */
export function unverifiedMaskWords({ macro, yields, exposure }: UnverifiedMask): FindingWords {
  const declared = sentence`mask ${macro} is declared ${words(yields)}`;
  switch (exposure.how) {
    case 'unknown':
      return {
        problem: sentence`${declared}, but could not be tried: ${exposure.reason}`,
        fix: sentence`let ${macro} print one SQL expression of its first argument alone, without asking the warehouse`,
      };
    case 'colliding':
      return {
        problem: sentence`mask ${macro} would give ${words(percent(exposure.share))} of 100,000 people the result of somebody else`,
        fix: sentence`use more of the hash in ${macro}: 16 digits or all of it`,
      };
    case 'kept':
      return {
        problem: sentence`${declared}, but ${words(valuesOf(exposure))} can be read in its output`,
        fix: hashInstead(macro),
      };
    case 'decoded':
      return {
        problem: sentence`${declared}, but ${words(valuesOf(exposure))} can be decoded from its output: no encoding or cipher is a mask`,
        fix: hashInstead(macro),
      };
    case 'guessed':
      return {
        problem: sentence`${declared}, but ${words(valuesOf(exposure))} are found by hashing a list of likely values: the mask uses no secret`,
        fix: hashInstead(macro),
      };
    case 'piece':
      return {
        problem: sentence`${declared}, but its output holds a piece of ${words(valuesOf(exposure))}`,
        fix: sentence`declare ${`masks.${macro}.yields: partial`} in ${'fenceline.yml'}, or hash the whole value with a secret`,
      };
    case 'linked':
    case 'grouped':
    case 'nothing':
      return {
        problem: sentence`${declared}, but is ${words(exposure.leaves)}: the same value gives the same result`,
        fix: sentence`declare ${`masks.${macro}.yields: ${exposure.leaves}`} in ${'fenceline.yml'}`,
      };
    default:
      return unreachable(exposure);
  }
}

/** The words about the secret of a mask. They hold its name, never its value. */
export function weakSecretWords({ macro, secret, weakness, recovered }: WeakMaskSecret): FindingWords {
  const found = words(`${percent(recovered)} of likely values are found by trying them out`);
  const name = secret ?? 'pii_salt';
  const variable = `DBT_${name.toUpperCase()}`;
  const setOutside = sentence`set ${name} to ${`"{{ env_var('${variable}') }}"`} under ${'vars:'} in ${'dbt_project.yml'}, and ${variable} to 32 random letters where production is built`;
  switch (weakness) {
    case 'undeclared':
      return {
        problem: sentence`mask ${macro} declares no secret: whoever reads its macro can run it, and ${found}`,
        fix: sentence`hash ${`'{{ var("${name}") }}'`} with the value in ${macro}, and write ${`secret: ${name}`} below ${`masks.${macro}`} in ${'fenceline.yml'}`,
      };
    case 'missing':
      return { problem: sentence`the secret ${name} of mask ${macro} has no value: ${found}`, fix: setOutside };
    case 'unused':
      return {
        problem: sentence`mask ${macro} gives the same output with another value of its secret ${name}: ${found}`,
        fix: sentence`hash ${`'{{ var("${name}") }}'`} with the value in ${macro}, on every way through it`,
      };
    case 'default':
      return {
        problem: sentence`the secret ${name} of mask ${macro} is in the list of common secrets: ${found}`,
        fix: setOutside,
      };
    case 'short':
      return {
        problem: sentence`the secret ${name} of mask ${macro} has fewer than 16 characters: it can be tried out`,
        fix: setOutside,
      };
    case 'committed':
      return {
        problem: sentence`the secret ${name} of mask ${macro} stands in ${'dbt_project.yml'}: whoever reads the repository can undo the mask`,
        fix: setOutside,
      };
    default:
      return unreachable(weakness);
  }
}

function hashInstead(macro: string): Sentence {
  return sentence`let ${macro} print ${`sha256(cast({{ column }} as varchar) || '{{ var("pii_salt") }}')`}, and write ${'secret: pii_salt'} below ${`masks.${macro}`} in ${'fenceline.yml'}`;
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
