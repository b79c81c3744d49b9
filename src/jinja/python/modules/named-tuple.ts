import { isInteger } from '../../values/numbers.ts';
import { reprValue } from '../../values/print-value.ts';
import { HostObject, type Value } from '../../values/value.ts';

/** A tuple whose items have names: the value of `isocalendar()` and `timetuple()`. */
export class NamedTuple extends HostObject {
  readonly typeName: string;
  readonly #fields: ReadonlyMap<string, Value>;

  /** `typeName` includes the module: `time.struct_time`. */
  constructor(typeName: string, fields: ReadonlyMap<string, Value>) {
    super();
    this.typeName = typeName;
    this.#fields = fields;
  }

  print(): string {
    const fields = Array.from(this.#fields, ([name, value]) => `${name}=${reprValue(value)}`);
    return `${this.typeName}(${fields.join(', ')})`;
  }

  getAttribute(name: string): Value | undefined {
    return this.#fields.get(name);
  }

  override getItem(key: Value): Value | undefined {
    return isInteger(key) ? this.items().at(Number(key)) : undefined;
  }

  override items(): readonly Value[] {
    return [...this.#fields.values()];
  }

  override equalityKey(): string {
    return reprValue([...this.items()]);
  }
}
