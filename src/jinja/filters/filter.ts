import type { Meter } from '../values/meter.ts';
import type { BoundArguments } from '../values/native-function.ts';
import type { CallArguments, Value } from '../values/value.ts';

/** A filter: its parameters as `bindArguments` reads them (`*` stands for any arguments), and its body. */
export interface Filter {
  readonly parameters: string;
  readonly call: (input: Value, args: BoundArguments, environment: FilterEnvironment, all: CallArguments) => Value;
}

/** Environment that a filter gets beside its arguments. `map` and `select` apply other filters and tests by name. */
export interface FilterEnvironment {
  readonly meter: Meter;
  readonly applyFilter: (name: Value, input: Value, args: CallArguments) => Value;
  readonly applyTest: (name: Value, input: Value, args: CallArguments) => boolean;
}

export function filter(parameters: string, call: Filter['call']): Filter {
  return { parameters, call };
}
