import { expect, test } from 'vitest';
import { NATIONAL_IDS } from './national-ids.ts';

/** Numbers that authorities or encyclopedias print as examples, and the same with one digit changed where there is a check. */
const EXAMPLES = [
  ['AT', '1237 010180', '1238 010180'],
  ['BE', '85.07.30-033 28', '85.07.30-033 29'],
  ['BG', '7523169263', '7523169264'],
  ['BR', '111.444.777-35', '111.444.777-36'],
  ['CA', '046 454 286', '046 454 287'],
  ['CH', '756.9217.0769.85', '756.9217.0769.84'],
  ['CL', '30.686.957-4', '30.686.957-5'],
  ['CN', '11010519491231002X', '110105194912310021'],
  ['CZ', '780123/3540', '780123/3541'],
  ['DE', '86 095 742 719', '86 095 742 718'],
  ['DE', '15 070649 C 103', '15 070649 C 104'],
  ['DK', '211062-5629', '311362-5629'],
  ['EE', '37605030299', '37605030298'],
  ['ES', '12345678Z', '12345678A'],
  ['FI', '131052-308T', '131052-308U'],
  ['FR', '2 55 08 14 168 025 38', '2 55 08 14 168 025 39'],
  ['GB', 'AB 12 34 56 C', 'GB 12 34 56 C'],
  ['GB', '943 476 5919', '943 476 5918'],
  ['HK', 'A123456(3)', 'A123456(4)'],
  ['HR', '69435151530', '69435151531'],
  ['IE', '1234567T', '1234567U'],
  ['IL', '000000018', '000000019'],
  ['IN', '2341 2341 2346', '2341 2341 2347'],
  ['IS', '120174-3399', '120174-3389'],
  ['IT', 'RSSMRA85T10A562S', 'RSSMRA85T10A562T'],
  ['JP', '1234 5678 9018', '1234 5678 9019'],
  ['KR', '800101-1234567', '801301-1234567'],
  ['LV', '161175-19997', '161175-19998'],
  ['MX', 'HEGG560427MVZRRL04', 'HEGG560427MVZRRL05'],
  ['NL', '111222333', '111222334'],
  ['NO', '15108695088', '15108695089'],
  ['PL', '44051401359', '44051401358'],
  ['PT', '123456789', '123456788'],
  ['RO', '1800101221144', '1800101221145'],
  ['RS', '0101006500006', '0101006500007'],
  ['RU', '500100732259', '500100732258'],
  ['RU', '112-233-445 95', '112-233-445 96'],
  ['SE', '811228-9874', '811228-9875'],
  ['SG', 'S1234567D', 'S1234567E'],
  ['TH', '3-7218-03659-46-5', '3-7218-03659-46-6'],
  ['TR', '10000000146', '10000000147'],
  ['TW', 'A123456789', 'A123456788'],
  ['US', '078-05-1120', '000-05-1120'],
  ['ZA', '8001015009087', '8001015009088'],
] as const;

test.each(EXAMPLES)('%s %s is a number, and %s is none', (country, right, wrong) => {
  expect([passes(country, right), passes(country, wrong)]).toEqual([true, false]);
});

/** Numbers that a page works out digit by digit, or prints beside its rules. */
const WORKED_OUT = [
  ['AU', '123 456 782', 'i2advisory.com.au, the weights of the Australian Taxation Office'],
  ['BE', '42.01.22.051-81', 'National Register, information type 000'],
  ['BR', '123.456.789-09', 'Receita Federal, two remainders by 11'],
  ['CH', '756.9217.0769.85', 'sozialversicherungsnummer.ch'],
  ['CN', '440524188001010014', 'GB 11643-1999, annex A'],
  ['DE', '12345678995', 'kryptografie.de, ISO/IEC 7064 MOD 11,10'],
  ['EE', '37605030299', 'et.wikipedia.org, regulation on the code'],
  ['ES', '12345678Z', 'ordenacionjuego.es, Real Decreto 1553/2005 art. 11'],
  ['FI', '131052-308T', 'Population Register Centre'],
  ['JP', '123456789018', 'tkc.co.jp, Ordinance 85/2014 art. 5'],
  ['NL', '249566758', 'privacynieuws.nl, with -1 for the last digit'],
  ['NO', '31129956715', 'fnrinfo.no'],
  ['NZ', '49091850', 'Inland Revenue, RWT and NRWT specification'],
  ['PL', '02070803628', 'MSWiA, on the PESEL'],
  ['SE', '811218-9876', 'Skatteverket, on the personnummer'],
  ['SE', '640823-3234', 'Skatteverket, on the personnummer'],
] as const;

test.each(WORKED_OUT)('%s %s is a number, as %s works it out', (country, value) => {
  expect(passes(country, value)).toBe(true);
});

test.each(['BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ', 'DA', 'AO'])(
  'no National Insurance number begins with %s (HMRC, NIM39110)',
  (prefix) => {
    expect(passes('GB', `${prefix}123456A`)).toBe(false);
  },
);

function passes(country: string, value: string): boolean {
  const plain = value.replace(/[\s./-]/g, '').toUpperCase();
  return NATIONAL_IDS.some((id) => id.country === country && id.form.test(plain) && id.check(plain));
}

test('numbers of at least 40 countries are known, each with its source', () => {
  expect(new Set(NATIONAL_IDS.map(({ country }) => country)).size).toBeGreaterThanOrEqual(40);
  expect(NATIONAL_IDS.filter(({ source }) => source.length < 10)).toEqual([]);
});
