import { UserError } from '../user-error.ts';

/** An option or an argument as the command line has it. */
export interface Flag {
  /** `--threads <n>`; of an argument `[project]`, or `<file>` where there must be one. */
  readonly written: string;
  readonly about: string;
  readonly choices?: readonly string[];
  /** What counts where it is not given, as `--help` shows it. */
  readonly standard?: string;
  /** Environment variable that gives it, too. */
  readonly variable?: string;
  readonly isRequired?: true;
}

/** A value that a command needs, and the flags it is read from. */
export interface Parameter<Value> {
  readonly flags: readonly Flag[];
  /**
   * @param find what stands on the command line for a flag: a text, a list of texts, `true`, or `undefined`
   * @throws {UserError} for a text that is no such value
   */
  read(find: FindWritten): Promise<Value>;
}

export type FindWritten = (flag: Flag) => unknown;

/** A parameter for each option of a command, by the name of the option: one that is forgotten does not compile. */
export type ParametersOf<Options> = { readonly [Name in keyof Options]: Parameter<Options[Name]> };

/** Several parameters as one, which gives a record of their values. */
export function group<Options>(parameters: ParametersOf<Options>): Parameter<Options> {
  const entries = Object.entries<Parameter<unknown>>(parameters);
  return {
    flags: entries.flatMap(([, { flags }]) => flags),
    async read(find) {
      const values: Record<string, unknown> = {};
      for (const [name, parameter] of entries) values[name] = await parameter.read(find);
      // Each parameter has given the value of the option that has its name.
      return values as Options;
    },
  };
}

export function text(flag: Flag): Parameter<string | undefined> {
  return parameter(flag, (written) => (typeof written === 'string' ? written : undefined));
}

/** A text that must be there, or has a standard. */
export function requiredText(flag: Flag): Parameter<string> {
  return parameter(flag, (written) => String(written ?? flag.standard));
}

export function texts(flag: Flag): Parameter<readonly string[]> {
  return parameter(flag, (written) => (Array.isArray(written) ? written.map(String) : []));
}

/** An option without a value. */
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

/** A mapping in YAML. */
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
