import { datetimeModule } from './modules/module-datetime.ts';
import { itertoolsModule } from './modules/module-itertools.ts';
import { pytzModule } from './modules/module-pytz.ts';
import { reModule } from './modules/module-re.ts';
import { Dict, type Value } from './value.ts';

/** The modules of Python that dbt gives templates, as `modules`. `now` is their clock. */
export function modulesValue(now: () => Date): Value {
  return new Dict([
    ['datetime', datetimeModule(now)],
    ['pytz', pytzModule()],
    ['re', reModule()],
    ['itertools', itertoolsModule()],
  ]);
}
