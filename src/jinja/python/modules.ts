import { HostObject, type Value } from '../values/value.ts';
import { datetimeModule } from './modules/module-datetime.ts';
import { itertoolsModule } from './modules/module-itertools.ts';
import { pytzModule } from './modules/module-pytz.ts';
import { reModule } from './modules/module-re.ts';

/** The variable `modules`: the modules of Python that dbt gives templates. `now` is their clock. */
export function modulesValue(now: () => Date): Value {
  return new Modules(
    new Map<string, () => Value>([
      ['datetime', () => datetimeModule(now)],
      ['pytz', pytzModule],
      ['re', reModule],
      ['itertools', itertoolsModule],
    ]),
  );
}

/** Makes each module when a template first reads it: most read none, and pytz has hundreds of zones. */
class Modules extends HostObject {
  readonly typeName = 'dict';
  readonly #make: ReadonlyMap<string, () => Value>;
  readonly #modules = new Map<string, Value>();

  constructor(make: ReadonlyMap<string, () => Value>) {
    super();
    this.#make = make;
  }

  print(): string {
    return `<modules ${[...this.#make.keys()].join(', ')}>`;
  }

  getAttribute(name: string): Value | undefined {
    const make = this.#make.get(name);
    if (make && !this.#modules.has(name)) this.#modules.set(name, make());
    return this.#modules.get(name);
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.getAttribute(key) : undefined;
  }

  override items(): readonly Value[] {
    return [...this.#make.keys()];
  }

  override isMapping(): boolean {
    return true;
  }
}
