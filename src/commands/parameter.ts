import { didYouMean } from '../nearest-name.ts';
import { UserError } from '../user-error.ts';

/** An option or an argument of the command line. */
export interface Flag {
  /** `--threads <n>`; for an argument `[project]`, or `<file>` where it is required. */
  readonly written: string;
  readonly about: string;
  readonly choices?: readonly string[];
  /** Value where the flag is left out, as `--help` shows it. */
  readonly standard?: string;
  /** Environment variable that can give the value, too. */
  readonly variable?: string;
  readonly isRequired?: true;
  /** Set for a flag that is accepted, and that `--help` leaves out. */
  readonly isHidden?: true;
}

/** Reads a value that a command needs from one or more flags. */
export interface Parameter<Value> {
  readonly flags: readonly Flag[];
  /**
   * @param find gives the text of a flag, a list of texts, `true` for a flag without a text, or `undefined`
   * @throws {UserError} for a text that is no such value
   */
  read(find: FindWritten): Promise<Value>;
}

export type FindWritten = (flag: Flag) => unknown;

/** One parameter for each option of a command, under the name of the option. A missing one is a compile error. */
export type ParametersOf<Options> = { readonly [Name in keyof Options]: Parameter<Options[Name]> };

/** Joins parameters to one, whose value is a record of their values. */
export function group<Options>(parameters: ParametersOf<Options>): Parameter<Options> {
  const entries = Object.entries<Parameter<unknown>>(parameters);
  return {
    flags: entries.flatMap(([, { flags }]) => flags),
    async read(find) {
      const values: Record<string, unknown> = {};
      for (const [name, parameter] of entries) values[name] = await parameter.read(find);
      // Each value was read by the parameter of the same name.
      return values as Options;
    },
  };
}

export function text(flag: Flag): Parameter<string | undefined> {
  return parameter(flag, (written) => (typeof written === 'string' ? written : undefined));
}

/** A text of a flag that is required, or has a standard. */
export function requiredText(flag: Flag): Parameter<string> {
  return parameter(flag, (written) => String(written ?? flag.standard));
}

/** The text of the first of two flags that is written: an option, and the argument that says the same. */
export function eitherText(option: Flag, argument: Flag): Parameter<string> {
  return {
    flags: [argument, option],
    async read(find) {
      const [byOption, byArgument] = [find(option), find(argument)];
      if (byOption === undefined || byArgument === undefined || byArgument === argument.standard) {
        return String(byOption ?? byArgument ?? argument.standard);
      }
      throw new UserError({
        code: 'wrong-option',
        message: `${option.written} and ${argument.written} cannot be given together`,
        fix: 'keep one of them',
      });
    },
  };
}

export function texts(flag: Flag): Parameter<readonly string[]> {
  return parameter(flag, (written) => (Array.isArray(written) ? written.map(String) : []));
}

/** The texts of flags that mean the same, together. */
export function joinedTexts(flags: readonly Flag[]): Parameter<readonly string[]> {
  return {
    flags,
    async read(find) {
      return (await Promise.all(flags.map((flag) => texts(flag).read(find)))).flat();
    },
  };
}

/** A flag without a text. */
export function toggle(flag: Flag): Parameter<boolean> {
  return parameter(flag, (written) => written === true);
}

export function choice<const Choice extends string>(
  flag: Flag,
  choices: readonly Choice[],
  standard: Choice,
): Parameter<Choice> {
  return parameter({ ...flag, choices, standard }, (written) => choices.find((one) => one === written) ?? standard);
}

export function wholeNumber(flag: Flag): Parameter<number | undefined> {
  return parameter(flag, (written) => {
    if (written === undefined) return undefined;
    if (typeof written === 'string' && /^[1-9]\d{0,5}$/.test(written)) return Number(written);
    throw new UserError({
      code: 'wrong-option',
      message: `${flag.written} must be a whole number above 0, not '${String(written)}'`,
      fix: 'write it in figures, such as 4',
    });
  });
}

/** The texts of a flag, each one of `allowed`. */
export function choices<const Choice extends string>(
  flag: Flag,
  allowed: readonly Choice[],
): Parameter<readonly Choice[]> {
  return parameter(flag, (written) =>
    (Array.isArray(written) ? written.map(String) : []).map((one) => {
      const found = allowed.find((choice) => choice === one);
      if (found !== undefined) return found;
      throw new UserError({
        code: 'wrong-option',
        message: `${flag.written} cannot be '${one}'.${didYouMean(one, allowed)}`,
        fix: `use one of ${allowed.join(', ')}`,
      });
    }),
  );
}

/** Hidden flags that are accepted and have no effect. */
export function withoutEffect(flags: readonly Flag[]): Parameter<undefined> {
  return { flags: flags.map((flag) => ({ ...flag, isHidden: true })), read: async () => undefined };
}

/** A mapping that is written in YAML. */
export function mapping(flag: Flag, example: string): Parameter<{ readonly [name: string]: unknown }> {
  return parameter(flag, async (written) => {
    if (typeof written !== 'string') return {};
    const { readYaml } = await import('../config/read-yaml.ts');
    const [name = ''] = flag.written.split(' ');
    const { value } = readYaml(name, written);
    if (isMapping(value)) return value;
    throw new UserError({
      code: 'wrong-option',
      message: `${name} must be a YAML mapping from names to values`,
      fix: `write it as ${name} '${example}'`,
    });
  });
}

function isMapping(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parameter<Value>(flag: Flag, read: (written: unknown) => Value | Promise<Value>): Parameter<Value> {
  return { flags: [flag], read: async (find) => read(find(flag)) };
}
