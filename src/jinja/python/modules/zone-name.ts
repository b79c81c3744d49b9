/** Locales whose English abbreviates the zones of their region. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-CA', 'en-ZA'] as const;

/** Abbreviations of the IANA database where Intl has none or another: of standard time, and of summer time. */
const ABBREVIATIONS: { readonly [zone: string]: readonly [string, string?] } = {
  'America/Adak': ['HST', 'HDT'],
  'America/Havana': ['CST', 'CDT'],
  'America/Hermosillo': ['MST'],
  'America/Mazatlan': ['MST', 'MDT'],
  'America/Miquelon': ['-03', '-02'],
  'America/Whitehorse': ['MST'],
  'America/Dawson': ['MST'],
  'Antarctica/Casey': ['+08'],
  'Antarctica/Troll': ['+00', '+02'],
  'Asia/Colombo': ['+0530'],
  'Asia/Dubai': ['+04'],
  'Asia/Hong_Kong': ['HKT'],
  'Asia/Jakarta': ['WIB'],
  'Asia/Jayapura': ['WIT'],
  'Asia/Jerusalem': ['IST', 'IDT'],
  'Asia/Karachi': ['PKT'],
  'Asia/Macau': ['CST'],
  'Asia/Makassar': ['WITA'],
  'Asia/Manila': ['PST'],
  'Asia/Muscat': ['+04'],
  'Asia/Pontianak': ['WIB'],
  'Asia/Pyongyang': ['KST'],
  'Asia/Seoul': ['KST'],
  'Asia/Shanghai': ['CST'],
  'Asia/Taipei': ['CST'],
  'Asia/Tokyo': ['JST'],
  'Australia/Eucla': ['+0845'],
  'Australia/Lord_Howe': ['+1030', '+11'],
  'Europe/Dublin': ['IST', 'GMT'],
  'Europe/Guernsey': ['GMT', 'BST'],
  'Europe/Isle_of_Man': ['GMT', 'BST'],
  'Europe/Jersey': ['GMT', 'BST'],
  'Europe/Kirov': ['MSK'],
  'Europe/Moscow': ['MSK'],
  'Europe/Simferopol': ['MSK'],
  'Europe/Volgograd': ['MSK'],
  'Pacific/Guam': ['ChST'],
  'Pacific/Midway': ['SST'],
  'Pacific/Pago_Pago': ['SST'],
  'Pacific/Saipan': ['ChST'],
};

/**
 * Makes the function that gives a zone's abbreviation at a time (milliseconds since 1970): `CET`; `undefined` if it has
 * none.
 */
export function zoneNamer(name: string): (at: number, isSaving: boolean) => string | undefined {
  const formats = LOCALES.map((locale) => new Intl.DateTimeFormat(locale, { timeZone: name, timeZoneName: 'short' }));
  const canonical = formats[0]?.resolvedOptions().timeZone ?? name;
  // Intl names all of these UTC.
  if (/^(?:Etc\/)?GMT[+-]?0?$|^Etc\/Greenwich$|^Greenwich$/i.test(name)) return () => 'GMT';
  const listed = ABBREVIATIONS[canonical] ?? [];
  return (at, isSaving) =>
    listed[isSaving ? 1 : 0] ?? formats.map((format) => shortName(format, at)).find((short) => /^[A-Z]+$/i.test(short));
}

function shortName(format: Intl.DateTimeFormat, at: number): string {
  return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
