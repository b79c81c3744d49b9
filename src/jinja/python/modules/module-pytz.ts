import { didYouMean } from '../../../nearest-name.ts';
import { textArgument } from '../../values/arguments.ts';
import { PythonError } from '../../values/python-error.ts';
import { Dict, PySet, type Value } from '../../values/value.ts';
import { functionEntry } from './python-class.ts';
import { type PytzZone, pytzZone } from './pytz-zone.ts';
import { zoneNames } from './zone-offset.ts';

/** `modules.pytz`, with the time zones of Node's Intl. */
export function pytzModule(): Dict {
  const zones = new Map<string, PytzZone>();
  const zoneOf = (name: string): PytzZone => {
    const zone = zones.get(name.toLowerCase()) ?? pytzZone(name) ?? unknownZone(name);
    zones.set(name.toLowerCase(), zone);
    return zone;
  };
  const all = () => [...zoneNames()];
  const utc = zoneOf('UTC');
  return new Dict([
    functionEntry('timezone', 'zone', ([name]) => zoneOf(textArgument(name))),
    ['utc', utc],
    ['UTC', utc],
    ['all_timezones', all()],
    ['all_timezones_set', new PySet(all())],
    ['common_timezones', all()],
    ['common_timezones_set', new PySet(all())],
  ] satisfies [string, Value][]);
}

function unknownZone(name: string): never {
  throw new PythonError(
    'KeyError',
    `UnknownTimeZoneError: there is no such time zone.${didYouMean(name, zoneNames())}`,
  );
}
