import {
  digitsOf,
  isMonthDay,
  letterRank,
  passesLuhn,
  passesMod11Over10,
  passesVerhoeff,
  remainder,
  weightedSum,
} from './check-digits.ts';

/** One kind of number by which a state identifies a person. */
export interface NationalId {
  /** Code of the country (ISO 3166-1 alpha-2). */
  readonly country: string;
  /** Name of the number in its country. */
  readonly name: string;
  /** The law, authority or standard that defines the number. */
  readonly source: string;
  /** Matches the whole number in upper case, without blanks, dots, hyphens and slashes. */
  readonly form: RegExp;
  /** Checks a number of that form: its check digits, dates and ranges. */
  readonly check: (plain: string) => boolean;
  /**
   * Evidence that a column needs beside its numbers. `nothing`: few other numbers pass the check. `separators`: they must
   * be written as in {@link separatedForm}. `name`: the name of the column must mean them, since other numbers have the same check.
   */
  readonly needs: 'nothing' | 'separators' | 'name';
  /** Matches the number with the separators that people write; present if `needs` is `separators`. */
  readonly separatedForm?: RegExp;
}

const always = () => true;

/** The digit at an index, from 0. */
const at = (plain: string, index: number) => Number(plain[index]);

/** The characters from `start` to before `end`, as a number. */
const numberAt = (plain: string, start: number, end: number) => Number(plain.slice(start, end));

/** Makes the check that the weighted sum of all digits, with the check digit, is a multiple of the modulus. */
const isMultiple = (weights: readonly number[], modulus: number) => (plain: string) =>
  weightedSum(plain, weights) % modulus === 0;

/** Makes the check that a date begins at an index, with year, month and day of two digits each in the given order. */
const hasDateAt = (start: number, order: 'YMD' | 'DMY') => (plain: string) => {
  const middle = numberAt(plain, start + 2, start + 4);
  const day = order === 'YMD' ? numberAt(plain, start + 4, start + 6) : numberAt(plain, start, start + 2);
  return isMonthDay(middle, day);
};

const all =
  (...checks: readonly ((plain: string) => boolean)[]) =>
  (plain: string) =>
    checks.every((check) => check(plain));

const isRepeated = (plain: string) => new Set(plain).size === 1;

/** National numbers that have a check, in the order of their countries. */
export const NATIONAL_IDS: readonly NationalId[] = [
  {
    country: 'AR',
    name: 'CUIL',
    source: 'ANSES and AFIP: two digits for the kind of person, DNI, modulus 11',
    form: /^2[0347]\d{9}$/,
    check: isMultiple([5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1], 11),
    needs: 'nothing',
  },
  {
    country: 'AT',
    name: 'Sozialversicherungsnummer',
    source: 'ASVG § 31 (4): serial number, modulus 11 in the fourth place, date of birth',
    form: /^[1-9]\d{9}$/,
    check: (plain) =>
      weightedSum(plain, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === at(plain, 3) &&
      numberAt(plain, 6, 8) <= 15 &&
      numberAt(plain, 4, 6) <= 31,
    needs: 'nothing',
  },
  {
    country: 'AU',
    name: 'Tax File Number',
    source: 'Australian Taxation Office: weights, modulus 11',
    form: /^\d{9}$/,
    check: isMultiple([1, 4, 3, 7, 5, 8, 6, 9, 10], 11),
    needs: 'name',
  },
  {
    country: 'AU',
    name: 'Medicare number',
    source: 'Services Australia: weights, modulus 10 in the ninth place, number of the card',
    form: /^[2-6]\d{9,10}$/,
    check: (plain) => weightedSum(plain, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === at(plain, 8) && at(plain, 9) > 0,
    needs: 'name',
  },
  {
    country: 'BE',
    name: 'Rijksregisternummer',
    source: 'Royal decree of 3 April 1984: date of birth, serial number, modulus 97; from 2000 on with 2 in front',
    form: /^\d{11}$/,
    check: (plain) => {
      const check = 97 - numberAt(plain, 9, 11);
      const isDated = numberAt(plain, 2, 4) % 20 <= 12 && numberAt(plain, 4, 6) <= 31;
      const serial = plain.slice(0, 9);
      return isDated && (remainder(serial, 97) === check || remainder(`2${serial}`, 97) === check);
    },
    needs: 'nothing',
  },
  {
    country: 'BG',
    name: 'ЕГН',
    source: 'Civil Registration Act: date of birth, serial number, modulus 11',
    form: /^\d{10}$/,
    check: (plain) =>
      (weightedSum(plain, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === at(plain, 9) &&
      isMonthDay(numberAt(plain, 2, 4) % 20, numberAt(plain, 4, 6)),
    needs: 'nothing',
  },
  {
    country: 'BR',
    name: 'CPF',
    source: 'Receita Federal, IN RFB 1548/2015: two check digits, modulus 11',
    form: /^\d{11}$/,
    check: (plain) =>
      !isRepeated(plain) &&
      ((weightedSum(plain, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10 === at(plain, 9) &&
      ((weightedSum(plain, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10 === at(plain, 10),
    needs: 'nothing',
  },
  {
    country: 'CA',
    name: 'Social Insurance Number',
    source: 'Service Canada: Luhn; none begins with 8',
    form: /^[0-79]\d{8}$/,
    check: passesLuhn,
    needs: 'separators',
    separatedForm: /^\d{3}[ -]\d{3}[ -]\d{3}$/,
  },
  {
    country: 'CH',
    name: 'AHV-Nummer',
    source: 'AHVG art. 50c: 756 and the check digit of EAN-13',
    form: /^756\d{10}$/,
    check: isMultiple([1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1], 10),
    needs: 'nothing',
  },
  {
    country: 'CL',
    name: 'RUN',
    source: 'Registro Civil: modulus 11, K for ten',
    form: /^\d{7,8}[\dK]$/,
    check: (plain) => {
      const sum = digitsOf(plain.slice(0, -1))
        .reverse()
        .reduce((total, digit, index) => total + digit * ((index % 6) + 2), 0);
      return '0K987654321'[sum % 11] === plain.at(-1);
    },
    needs: 'separators',
    separatedForm: /^(\d{1,2}\.\d{3}\.\d{3}|\d{7,8})-[\dKk]$/,
  },
  {
    country: 'CN',
    name: '居民身份证',
    source: 'GB 11643-1999: place, date of birth, ISO/IEC 7064 MOD 11-2',
    form: /^[1-9]\d{5}(18|19|20)\d{9}[\dX]$/,
    check: (plain) =>
      isMonthDay(numberAt(plain, 10, 12), numberAt(plain, 12, 14)) &&
      '10X98765432'[weightedSum(plain, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] === plain[17],
    needs: 'nothing',
  },
  {
    country: 'CO',
    name: 'NIT',
    source: 'DIAN, Orden Administrativa 4/1989: weights, modulus 11',
    form: /^\d{9,11}$/,
    check: (plain) => {
      const weights = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43];
      const sum = digitsOf(plain.slice(0, -1))
        .reverse()
        .reduce((total, digit, index) => total + digit * (weights[index] ?? 0), 0);
      return '01987654321'[sum % 11] === plain.at(-1);
    },
    needs: 'name',
  },
  {
    country: 'CZ',
    name: 'rodné číslo',
    source: 'Act 133/2000: date of birth, from 1954 on a multiple of 11; also in Slovakia',
    form: /^\d{9,10}$/,
    check: (plain) => {
      const month = numberAt(plain, 2, 4) % 50;
      return (
        isMonthDay(month > 20 ? month - 20 : month, numberAt(plain, 4, 6)) &&
        (plain.length === 9 ||
          remainder(plain, 11) === 0 ||
          (remainder(plain.slice(0, 9), 11) === 10 && plain[9] === '0'))
      );
    },
    needs: 'separators',
    separatedForm: /^\d{6}\/?\d{4}$|^\d{6}\/\d{3}$/,
  },
  {
    country: 'DE',
    name: 'Steuer-Identifikationsnummer',
    source: 'AO § 139b, StIdV: one digit of ten twice or thrice, ISO/IEC 7064 MOD 11,10',
    form: /^[1-9]\d{10}$/,
    check: (plain) => {
      const counts = [...'0123456789'].map((digit) => plain.slice(0, 10).split(digit).length - 1);
      const missing = counts.filter((count) => count === 0).length;
      const most = Math.max(...counts);
      return (missing === 1 || (missing === 2 && most === 3)) && passesMod11Over10(plain);
    },
    needs: 'nothing',
  },
  {
    country: 'DE',
    name: 'Rentenversicherungsnummer',
    source: 'VKVV § 2: area, date of birth, first letter of the name, serial number, modulus 10',
    form: /^\d{8}[A-Z]\d{3}$/,
    check: (plain) => {
      const rank = String(letterRank(plain.charAt(8)) + 1).padStart(2, '0');
      const digits = plain.slice(0, 8) + rank + plain.slice(9, 11);
      const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
      const sum = digitsOf(digits)
        .map((digit, index) => digit * (weights[index] ?? 0))
        .reduce((total, product) => total + Math.floor(product / 10) + (product % 10), 0);
      return sum % 10 === at(plain, 11) && numberAt(plain, 4, 6) <= 12;
    },
    needs: 'nothing',
  },
  {
    country: 'DK',
    name: 'CPR-nummer',
    source: 'CPR-loven: date of birth and serial number; the check digit is not kept since 2007',
    form: /^\d{10}$/,
    check: hasDateAt(0, 'DMY'),
    needs: 'separators',
    separatedForm: /^\d{6}-\d{4}$/,
  },
  {
    country: 'DO',
    name: 'cédula',
    source: 'Junta Central Electoral: Luhn',
    form: /^\d{11}$/,
    check: passesLuhn,
    needs: 'separators',
    separatedForm: /^\d{3}-\d{7}-\d$/,
  },
  {
    country: 'EC',
    name: 'cédula de identidad',
    source: 'Registro Civil: province, Luhn',
    form: /^([01]\d|2[0-4]|30)[0-6]\d{7}$/,
    check: passesLuhn,
    needs: 'name',
  },
  {
    country: 'EE',
    name: 'isikukood',
    source: 'EVS 585:2007: sex and century, date of birth, modulus 11 in two steps; also in Lithuania',
    form: /^[1-8]\d{10}$/,
    check: (plain) => {
      const first = weightedSum(plain, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
      const second = (weightedSum(plain, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10;
      return (first === 10 ? second : first) === at(plain, 10) && hasDateAt(1, 'YMD')(plain);
    },
    needs: 'nothing',
  },
  {
    country: 'EG',
    name: 'الرقم القومي',
    source: 'Civil Status Organization: century, date of birth, governorate',
    form: /^[23]\d{13}$/,
    check: (plain) =>
      hasDateAt(1, 'YMD')(plain) &&
      (numberAt(plain, 7, 9) <= 35 || numberAt(plain, 7, 9) === 88) &&
      numberAt(plain, 7, 9) > 0,
    needs: 'nothing',
  },
  {
    country: 'ES',
    name: 'DNI',
    source: 'Real Decreto 1553/2005: a letter by the remainder by 23; NIE with X, Y or Z in front',
    form: /^(\d{8}|[XYZ]\d{7})[A-Z]$/,
    check: (plain) => {
      const number = plain.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
      return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23] === plain.at(-1);
    },
    needs: 'nothing',
  },
  {
    country: 'ES',
    name: 'número de la Seguridad Social',
    source: 'Seguridad Social: province, serial number, remainder by 97',
    form: /^(0[1-9]|[1-4]\d|5[0-3]|66)\d{10}$/,
    check: (plain) =>
      remainder(plain[2] === '0' ? plain.slice(0, 2) + plain.slice(3, 10) : plain.slice(0, 10), 97) ===
      numberAt(plain, 10, 12),
    needs: 'nothing',
  },
  {
    country: 'FI',
    name: 'henkilötunnus',
    source:
      'Digital and Population Data Services Agency: date of birth, sign of the century, a character by the remainder by 31',
    form: /^\d{6}[+A-FU-Y]?\d{3}[0-9A-FHJ-NPR-Y]$/,
    check: (plain) => {
      const digits = plain.slice(0, 6) + plain.slice(-4, -1);
      return hasDateAt(0, 'DMY')(plain) && '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(digits) % 31] === plain.at(-1);
    },
    needs: 'nothing',
  },
  {
    country: 'FR',
    name: 'NIR',
    source: 'INSEE, décret 82-103: sex, year, month, place, serial number, 97 less the remainder by 97',
    form: /^[1-478]\d{4}(\d{2}|2[AB])\d{8}$/,
    check: (plain) => {
      const figures = plain.slice(0, 13).replace('2A', '19').replace('2B', '18');
      const month = numberAt(plain, 3, 5);
      return 97 - remainder(figures, 97) === numberAt(plain, 13, 15) && (month <= 12 || month >= 20);
    },
    needs: 'nothing',
  },
  {
    country: 'FR',
    name: 'numéro fiscal',
    source: 'DGFiP: ten digits and their remainder by 511',
    form: /^[0-3]\d{12}$/,
    check: (plain) => remainder(plain.slice(0, 10), 511) === numberAt(plain, 10, 13),
    needs: 'nothing',
  },
  {
    country: 'GB',
    name: 'National Insurance number',
    source: 'HMRC, NIM39110: prefixes that are given out, and a suffix from A to D',
    form: /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/,
    check: (plain) => !/^(BG|GB|KN|NK|NT|TN|ZZ)/.test(plain),
    needs: 'nothing',
  },
  {
    country: 'GB',
    name: 'NHS number',
    source: 'NHS Data Model and Dictionary: modulus 11',
    form: /^\d{10}$/,
    check: isMultiple([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11),
    needs: 'separators',
    separatedForm: /^\d{3}[ -]\d{3}[ -]\d{4}$/,
  },
  {
    country: 'GR',
    name: 'ΑΜΚΑ',
    source: 'ΗΔΙΚΑ: date of birth, Luhn',
    form: /^\d{11}$/,
    check: all(hasDateAt(0, 'DMY'), passesLuhn),
    needs: 'nothing',
  },
  {
    country: 'GR',
    name: 'ΑΦΜ',
    source: 'ΑΑΔΕ: powers of two, modulus 11',
    form: /^[0-4]\d{8}$/,
    check: (plain) => (weightedSum(plain, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === at(plain, 8),
    needs: 'name',
  },
  {
    country: 'HK',
    name: '香港身份證',
    source: 'Immigration Department: letters from 10 on, modulus 11',
    form: /^[A-Z]{1,2}\d{6}\(?[\dA]\)?$/,
    check: (plain) => {
      const bare = plain.replace(/[()]/g, '').padStart(9, ' ');
      const values = [...bare].map((letter) =>
        letter === ' ' ? 36 : /\d/.test(letter) ? Number(letter) : letterRank(letter) + 10,
      );
      const last = bare[8] === 'A' ? 10 : Number(bare[8]);
      return (values.slice(0, 8).reduce((sum, value, index) => sum + value * (9 - index), 0) + last) % 11 === 0;
    },
    needs: 'nothing',
  },
  {
    country: 'HR',
    name: 'OIB',
    source: 'Zakon o osobnom identifikacijskom broju: ISO/IEC 7064 MOD 11,10',
    form: /^\d{11}$/,
    check: passesMod11Over10,
    needs: 'nothing',
  },
  {
    country: 'HU',
    name: 'adóazonosító jel',
    source: '1996. évi XX. törvény: 8, days since 1867, modulus 11',
    form: /^8\d{9}$/,
    check: (plain) => weightedSum(plain, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === at(plain, 9),
    needs: 'nothing',
  },
  {
    country: 'HU',
    name: 'TAJ-szám',
    source: '1996. évi XX. törvény: weights 3 and 7, modulus 10',
    form: /^\d{9}$/,
    check: (plain) => weightedSum(plain, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === at(plain, 8),
    needs: 'name',
  },
  {
    country: 'ID',
    name: 'NIK',
    source: 'Permendagri 102/2019: region, date of birth with 40 more for women',
    form: /^[1-9]\d{15}$/,
    check: (plain) => {
      const day = numberAt(plain, 6, 8);
      return isMonthDay(numberAt(plain, 8, 10), day > 40 ? day - 40 : day) && numberAt(plain, 12, 16) > 0;
    },
    needs: 'nothing',
  },
  {
    country: 'IE',
    name: 'PPS number',
    source: 'Department of Social Protection: weights and a letter by the remainder by 23',
    form: /^\d{7}[A-W][A-IW]?$/,
    check: (plain) => {
      const extra = plain[8] === undefined || plain[8] === 'W' ? 0 : (letterRank(plain.charAt(8)) + 1) * 9;
      return 'WABCDEFGHIJKLMNOPQRSTUV'[(weightedSum(plain, [8, 7, 6, 5, 4, 3, 2]) + extra) % 23] === plain[7];
    },
    needs: 'nothing',
  },
  {
    country: 'IL',
    name: 'מספר זהות',
    source: 'Population Registry: Luhn over nine digits',
    form: /^\d{8,9}$/,
    check: passesLuhn,
    needs: 'name',
  },
  {
    country: 'IN',
    name: 'Aadhaar',
    source: 'UIDAI: Verhoeff; none begins with 0 or 1',
    form: /^[2-9]\d{11}$/,
    check: passesVerhoeff,
    needs: 'nothing',
  },
  {
    country: 'IN',
    name: 'PAN',
    source: 'Income Tax Department: P for a person in the fourth place',
    form: /^[A-Z]{3}P[A-Z]\d{4}[A-Z]$/,
    check: always,
    needs: 'nothing',
  },
  {
    country: 'IS',
    name: 'kennitala',
    source: 'Þjóðskrá: date of birth, serial number, modulus 11, century',
    form: /^\d{9}[089]$/,
    check: all(hasDateAt(0, 'DMY'), isMultiple([3, 2, 7, 6, 5, 4, 3, 2, 1], 11)),
    needs: 'nothing',
  },
  {
    country: 'IT',
    name: 'codice fiscale',
    source: 'Decreto ministeriale of 23 December 1976: name, date of birth, place, a letter by the remainder by 26',
    form: /^[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]$/,
    check: (plain) => {
      const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
      const sum = [...plain.slice(0, 15)]
        .map((letter) => (/\d/.test(letter) ? Number(letter) : letterRank(letter)))
        .reduce((total, rank, index) => total + (index % 2 === 0 ? (odd[rank] ?? 0) : rank), 0);
      return sum % 26 === letterRank(plain.charAt(15));
    },
    needs: 'nothing',
  },
  {
    country: 'JP',
    name: 'マイナンバー',
    source: 'Ordinance 85/2014 of the Ministry of Internal Affairs, art. 5: weights, modulus 11',
    form: /^\d{12}$/,
    check: (plain) => {
      const rest = weightedSum(plain, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
      return (rest <= 1 ? 0 : 11 - rest) === at(plain, 11);
    },
    needs: 'name',
  },
  {
    country: 'KR',
    name: '주민등록번호',
    source: 'Resident Registration Act: date of birth, century and sex; without a check digit since October 2020',
    form: /^\d{6}[1-8]\d{6}$/,
    check: hasDateAt(0, 'YMD'),
    needs: 'separators',
    separatedForm: /^\d{6}-[1-8]\d{6}$/,
  },
  {
    country: 'LU',
    name: 'matricule',
    source: 'Loi du 19 juin 2013: date of birth, serial number, Luhn, Verhoeff',
    form: /^(18|19|20)\d{11}$/,
    check: (plain) =>
      isMonthDay(numberAt(plain, 4, 6), numberAt(plain, 6, 8)) &&
      passesLuhn(plain.slice(0, 12)) &&
      passesVerhoeff(plain.slice(0, 11) + plain.slice(12)),
    needs: 'nothing',
  },
  {
    country: 'LV',
    name: 'personas kods',
    source: 'Population Register Law: date of birth, serial number, modulus 11; since 2017 32 and any digits',
    form: /^(\d{6}[0-2]|32\d{5})\d{4}$/,
    check: (plain) =>
      plain.startsWith('32') ||
      (hasDateAt(0, 'DMY')(plain) &&
        ((1101 - weightedSum(plain, [1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11) % 10 === at(plain, 10)),
    needs: 'separators',
    separatedForm: /^\d{6}-\d{5}$/,
  },
  {
    country: 'MX',
    name: 'CURP',
    source: 'RENAPO, DOF of 18 October 2021: name, date of birth, sex, state, consonants, modulus 10',
    form: /^[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z]\d$/,
    check: (plain) => {
      const ranks = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';
      const sum = [...plain.slice(0, 17)].reduce(
        (total, letter, index) => total + ranks.indexOf(letter) * (18 - index),
        0,
      );
      return hasDateAt(4, 'YMD')(plain) && (10 - (sum % 10)) % 10 === at(plain, 17);
    },
    needs: 'nothing',
  },
  {
    country: 'MX',
    name: 'RFC',
    source: 'Código Fiscal de la Federación art. 27: name, date of birth or foundation, three characters',
    form: /^[A-ZÑ&]{4}\d{6}[0-9A-Z]{3}$/,
    check: hasDateAt(4, 'YMD'),
    needs: 'nothing',
  },
  {
    country: 'MY',
    name: 'MyKad',
    source: 'Jabatan Pendaftaran Negara: date of birth, place, serial number',
    form: /^\d{12}$/,
    check: hasDateAt(0, 'YMD'),
    needs: 'separators',
    separatedForm: /^\d{6}-\d{2}-\d{4}$/,
  },
  {
    country: 'NL',
    name: 'burgerservicenummer',
    source: 'Besluit burgerservicenummer: weights with the last one negative, modulus 11',
    form: /^\d{8,9}$/,
    check: (plain) =>
      !isRepeated(plain) && weightedSum(plain.padStart(9, '0'), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    needs: 'nothing',
  },
  {
    country: 'NO',
    name: 'fødselsnummer',
    source: 'Folkeregisterforskriften: date of birth, serial number, two check digits, modulus 11',
    form: /^\d{11}$/,
    check: all(
      (plain) => isMonthDay(numberAt(plain, 2, 4) % 40, numberAt(plain, 0, 2) % 40),
      isMultiple([3, 7, 6, 1, 8, 9, 4, 5, 2, 1], 11),
      isMultiple([5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1], 11),
    ),
    needs: 'nothing',
  },
  {
    country: 'NZ',
    name: 'IRD number',
    source: 'Inland Revenue, RWT and NRWT specification: weights, modulus 11, a second set of weights',
    form: /^\d{8,9}$/,
    check: (plain) => {
      const padded = plain.padStart(9, '0');
      const digit = (weights: readonly number[]) => (11 - (weightedSum(padded, weights) % 11)) % 11;
      const first = digit([3, 2, 7, 6, 5, 4, 3, 2]);
      return (first === 10 ? digit([7, 4, 3, 2, 5, 2, 7, 6]) : first) === at(padded, 8);
    },
    needs: 'name',
  },
  {
    country: 'PK',
    name: 'CNIC',
    source: 'NADRA: region, family, sex',
    form: /^[1-7]\d{12}$/,
    check: always,
    needs: 'separators',
    separatedForm: /^\d{5}-\d{7}-\d$/,
  },
  {
    country: 'PL',
    name: 'PESEL',
    source: 'Ustawa o ewidencji ludności: date of birth with the century in the month, modulus 10',
    form: /^\d{11}$/,
    check: (plain) =>
      isMonthDay(numberAt(plain, 2, 4) % 20, numberAt(plain, 4, 6)) &&
      weightedSum(plain, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0,
    needs: 'nothing',
  },
  {
    country: 'PL',
    name: 'numer dowodu osobistego',
    source: 'Rozporządzenie MSWiA: three letters, check digit by weights 7, 3, 1',
    form: /^[A-Z]{3}\d{6}$/,
    check: (plain) => {
      const values = [...plain].map((letter) => (/\d/.test(letter) ? Number(letter) : letterRank(letter) + 10));
      const weights = [7, 3, 1, 0, 7, 3, 1, 7, 3];
      return values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0) % 10 === values[3];
    },
    needs: 'name',
  },
  {
    country: 'PL',
    name: 'NIP',
    source: 'Ustawa o zasadach ewidencji podatników: weights, modulus 11',
    form: /^[1-9]\d{9}$/,
    check: (plain) => weightedSum(plain, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === at(plain, 9),
    needs: 'name',
  },
  {
    country: 'PT',
    name: 'NIF',
    source: 'Decreto-Lei 14/2013: 1, 2, 3 or 45 for persons, modulus 11',
    form: /^([123]\d|45)\d{7}$/,
    check: (plain) => {
      const rest = weightedSum(plain, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
      return (rest <= 1 ? 0 : 11 - rest) === at(plain, 8);
    },
    needs: 'nothing',
  },
  {
    country: 'PT',
    name: 'cartão de cidadão',
    source: 'Algoritmo da chave do cartão de cidadão: letters from 10 on, Luhn',
    form: /^\d{9}[A-Z0-9]{2}\d$/,
    check: (plain) => {
      const values = [...plain].map((letter) => (/\d/.test(letter) ? Number(letter) : letterRank(letter) + 10));
      const sum = values.reduce((total, value, index) => {
        const doubled = index % 2 === 0 ? 2 * value : value;
        return total + (index % 2 === 0 && doubled > 9 ? doubled - 9 : doubled);
      }, 0);
      return sum % 10 === 0;
    },
    needs: 'name',
  },
  {
    country: 'RO',
    name: 'CNP',
    source: 'OUG 97/2005: sex and century, date of birth, county, weights, modulus 11',
    form: /^[1-9]\d{12}$/,
    check: (plain) => {
      const rest = weightedSum(plain, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
      return hasDateAt(1, 'YMD')(plain) && (rest === 10 ? 1 : rest) === at(plain, 12);
    },
    needs: 'nothing',
  },
  {
    country: 'RS',
    name: 'JMBG',
    source:
      'Zakon o matičnom broju građana: date of birth, region, modulus 11; also in Bosnia, Montenegro, North Macedonia and Slovenia',
    form: /^\d{4}[09]\d{8}$/,
    check: all(hasDateAt(0, 'DMY'), (plain) => {
      const rest = weightedSum(plain, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
      return (rest <= 1 ? 0 : 11 - rest) === at(plain, 12);
    }),
    needs: 'nothing',
  },
  {
    country: 'RU',
    name: 'ИНН',
    source: 'Приказ ФНС ЕД-7-14/559: region, two check digits, modulus 11',
    form: /^\d{12}$/,
    check: (plain) =>
      (weightedSum(plain, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === at(plain, 10) &&
      (weightedSum(plain, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === at(plain, 11),
    needs: 'nothing',
  },
  {
    country: 'RU',
    name: 'СНИЛС',
    source: 'Постановление Правления ПФР: weights, modulus 101',
    form: /^\d{11}$/,
    check: (plain) => (weightedSum(plain, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === numberAt(plain, 9, 11),
    needs: 'nothing',
  },
  {
    country: 'SE',
    name: 'personnummer',
    source: 'Folkbokföringslagen § 18: date of birth, serial number, Luhn',
    form: /^(18|19|20)?\d{6}\+?\d{4}$/,
    check: (plain) => {
      const ten = plain.replace('+', '').slice(-10);
      const day = numberAt(ten, 4, 6);
      return isMonthDay(numberAt(ten, 2, 4), day > 60 ? day - 60 : day) && passesLuhn(ten);
    },
    needs: 'nothing',
  },
  {
    country: 'SG',
    name: 'NRIC',
    source: 'Immigration and Checkpoints Authority: weights and a letter by the remainder by 11',
    form: /^[STFGM]\d{7}[A-Z]$/,
    check: (plain) => {
      const kind = plain.charAt(0);
      const offset = kind === 'S' || kind === 'F' ? 0 : kind === 'M' ? 3 : 4;
      const letters = kind === 'S' || kind === 'T' ? 'JZIHGFEDCBA' : kind === 'M' ? 'XWUTRQPNJLK' : 'XWUTRQPNMLK';
      return letters[(weightedSum(plain.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11] === plain[8];
    },
    needs: 'nothing',
  },
  {
    country: 'TH',
    name: 'เลขประจำตัวประชาชน',
    source: 'Department of Provincial Administration: weights, modulus 11',
    form: /^[1-8]\d{12}$/,
    check: (plain) => (11 - (weightedSum(plain, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === at(plain, 12),
    needs: 'nothing',
  },
  {
    country: 'TR',
    name: 'T.C. kimlik numarası',
    source: 'Nüfus ve Vatandaşlık İşleri: two check digits, modulus 10',
    form: /^[1-9]\d{10}$/,
    check: (plain) => {
      const odd = at(plain, 0) + at(plain, 2) + at(plain, 4) + at(plain, 6) + at(plain, 8);
      const even = at(plain, 1) + at(plain, 3) + at(plain, 5) + at(plain, 7);
      const tenth = (((odd * 7 - even) % 10) + 10) % 10;
      return tenth === at(plain, 9) && (odd + even + tenth) % 10 === at(plain, 10);
    },
    needs: 'nothing',
  },
  {
    country: 'TW',
    name: '國民身分證',
    source: 'Household registration: a letter for the place, sex, weights, modulus 10',
    form: /^[A-Z][1289]\d{8}$/,
    check: (plain) => {
      const place = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'.indexOf(plain.charAt(0)) + 10;
      const sum = Math.floor(place / 10) + (place % 10) * 9;
      return (sum + weightedSum(plain.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 === 0;
    },
    needs: 'nothing',
  },
  {
    country: 'UA',
    name: 'РНОКПП',
    source: 'Податковий кодекс ст. 70: days since 1900, serial number, modulus 11',
    form: /^[1-4]\d{9}$/,
    check: (plain) => {
      const sum = weightedSum(plain, [-1, 5, 7, 9, 4, 6, 10, 5, 7]);
      return (((sum % 11) + 11) % 11) % 10 === at(plain, 9);
    },
    needs: 'nothing',
  },
  {
    country: 'US',
    name: 'Social Security number',
    source: 'Social Security Administration, POMS RM 10201: no area 000, 666 or 9xx, no group 00, no serial 0000',
    form: /^\d{9}$/,
    check: (plain) => !/^(000|666|9)|^...00|0000$/.test(plain),
    needs: 'separators',
    separatedForm: /^\d{3}-\d{2}-\d{4}$/,
  },
  {
    country: 'UY',
    name: 'cédula de identidad',
    source: 'Dirección Nacional de Identificación Civil: weights, modulus 10',
    form: /^[1-9]\d{6,7}$/,
    check: (plain) =>
      (10 - (weightedSum(plain.padStart(8, '0'), [2, 9, 8, 7, 6, 3, 4]) % 10)) % 10 === at(plain.padStart(8, '0'), 7),
    needs: 'separators',
    separatedForm: /^\d\.\d{3}\.\d{3}-\d$/,
  },
  {
    country: 'ZA',
    name: 'identity number',
    source: 'Identification Act 68 of 1997: date of birth, sex, citizenship, Luhn',
    form: /^\d{10}[012]\d{2}$/,
    check: all(hasDateAt(0, 'YMD'), passesLuhn),
    needs: 'nothing',
  },
];
