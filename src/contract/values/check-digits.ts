/** Digits of a text as numbers. */
export function digitsOf(text: string): number[] {
  return [...text].map(Number);
}

/** Sum of the digits of a text, each multiplied by the weight in its place; digits beyond the weights do not count. */
export function weightedSum(text: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(text[index]), 0);
}

/** Luhn's check (ISO/IEC 7812-1, annex B): every second digit from the end doubles. */
export function passesLuhn(text: string): boolean {
  const sum = digitsOf(text)
    .reverse()
    .map((digit, index) => (index % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit))
    .reduce((total, digit) => total + digit, 0);
  return sum % 10 === 0;
}

/** The check of ISO/IEC 7064, MOD 11,10: one check digit at the end. */
export function passesMod11Over10(text: string): boolean {
  const product = digitsOf(text.slice(0, -1)).reduce((rest, digit) => (((rest + digit) % 10 || 10) * 2) % 11, 10);
  return (11 - product) % 10 === Number(text.at(-1));
}

const DIHEDRAL = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const PERMUTED = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** Verhoeff's check in the dihedral group D5: one check digit at the end. */
export function passesVerhoeff(text: string): boolean {
  const rest = digitsOf(text)
    .reverse()
    .reduce((state, digit, index) => Number(DIHEDRAL[state]?.[Number(PERMUTED[index % 8]?.[digit])]), 0);
  return rest === 0;
}

/** The remainder of a decimal number, which may have more digits than a JavaScript number can hold. */
export function remainder(text: string, modulus: number): number {
  return digitsOf(text).reduce((rest, digit) => (rest * 10 + digit) % modulus, 0);
}

/** The check of ISO/IEC 7064, MOD 97-10, as ISO 13616 applies it: the first four characters go to the end, letters count from 10 on. */
export function passesIban(plain: string): boolean {
  const turned = plain.slice(4) + plain.slice(0, 4);
  return (
    remainder(
      turned.replace(/[A-Z]/g, (letter) => String(letterRank(letter) + 10)),
      97,
    ) === 1
  );
}

/** Place of a capital letter in the alphabet: 0 for `A`, 25 for `Z`. */
export function letterRank(letter: string): number {
  return letter.charCodeAt(0) - 65;
}

/** Whether month and day are those of a date. 29 February always is: the year may have two digits, which do not show a leap year. */
export function isMonthDay(month: number, day: number): boolean {
  const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}
