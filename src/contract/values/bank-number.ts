import { passesIban, passesLuhn } from './check-digits.ts';

/** Lengths of IBANs by country (SWIFT, IBAN Registry, release 99). */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Whether a text is an IBAN (ISO 13616), in blocks or not, with or without the word `IBAN` in front of it. */
export function isIban(value: string): boolean {
  const plain = value
    .replace(/^iban[: ]*/i, '')
    .replace(/[ .-]/g, '')
    .toUpperCase();
  return (
    /^[A-Z]{2}\d{2}[A-Z0-9]{11,29}$/.test(plain) &&
    IBAN_LENGTHS.get(plain.slice(0, 2)) === plain.length &&
    passesIban(plain)
  );
}

/** Issuer ranges of payment cards (ISO/IEC 7812-1, as the networks publish them): Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay, Maestro, Mir. */
const ISSUERS =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|222[1-9]\d{12}|22[3-9]\d{13}|2[3-6]\d{14}|27[01]\d{13}|2720\d{12}|3[47]\d{13}|6011\d{12}|64[4-9]\d{13}|65\d{14}|3(?:0[0-5]|[68]\d|9\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:5018|5020|5038|6304|6759|676[1-3])\d{8,15}|220[0-4]\d{12})$/;

/** Whether a text is the number of a payment card of a known issuer that passes its check. */
export function isPaymentCard(value: string): boolean {
  if (!/^\d[\d -]*\d$/.test(value)) return false;
  const plain = value.replace(/[ -]/g, '');
  return ISSUERS.test(plain) && passesLuhn(plain);
}

/** Whether a text has the form of a BIC (ISO 9362), the code of a bank. */
export function isBic(value: string): boolean {
  return /^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?$/.test(value);
}
