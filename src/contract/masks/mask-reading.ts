/**
 * Ways to read the outputs: as they are, then decoded by each encoding, and by each two in a row, that all of them
 * have. Encodings need no secret: hexadecimal, Base64, bits and percent.
 */
export function readingsOf(outputs: readonly string[]): readonly (readonly string[])[] {
  const once = DECODERS.flatMap((decode) => decoded(outputs, decode));
  const twice = once.flatMap((reading) => DECODERS.flatMap((decode) => decoded(reading, decode)));
  return [outputs, ...once, ...twice];
}

type Decode = (text: string) => string | undefined;

/** The decoded outputs; nothing where one cannot be decoded, since a mask encodes all values or none. */
function decoded(outputs: readonly string[], decode: Decode): readonly (readonly string[])[] {
  const texts: string[] = [];
  for (const output of outputs) {
    const text = output === '' ? '' : decode(output);
    if (text === undefined) return [];
    texts.push(text);
  }
  return texts.every((text, index) => text === outputs[index]) ? [] : [texts];
}

const DECODERS: readonly Decode[] = [
  (text) => (/^(?:[0-9a-f]{2})+$/i.test(text) ? textOf(Buffer.from(text, 'hex')) : undefined),
  (text) => (/^[\w+/-]+=*$/.test(text) && text.length % 4 === 0 ? textOf(Buffer.from(text, 'base64')) : undefined),
  (text) => (/^(?:[01]{8})+$/.test(text) ? textOf(bytesOf(text)) : undefined),
  (text) =>
    /^(?:[\w.~-]|%[0-9a-f]{2})+$/i.test(text) ? textOf(Buffer.from(text.replace(ESCAPE, byteOf), 'latin1')) : undefined,
];

const ESCAPE = /%([0-9a-f]{2})/gi;

function byteOf(_: string, digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function bytesOf(bits: string): Buffer {
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Bytes as text; one character for each byte where they are no UTF-8, so that a cipher can be broken. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') ? bytes.toString('latin1') : text;
}
