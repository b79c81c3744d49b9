import { isIP, isIPv4 } from 'node:net';

/**
 * Whether a text is the address of a device: also with a port, in brackets, with a zone or a mask, inside IPv6, or the
 * first one of a list (RFC 7239, `X-Forwarded-For`). A network (its host part is zero), a loopback and a broadcast address
 * belong to no device.
 */
export function isDeviceAddress(value: string): boolean {
  const [first = ''] = value.split(',');
  const bare = first
    .trim()
    .replace(/^for=/i, '')
    .replace(/^"(.*)"$/, '$1')
    .replace(/^\[([^\]]*)\](:\d{1,5})?$/, '$1')
    .replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/, '$1');
  const [address = '', mask] = bare.split('/');
  const plain = address.replace(/%[\w.-]+$/, '');
  if (mask !== undefined && (!/^\d{1,3}$/.test(mask) || Number(mask) > 128)) return false;
  switch (isIP(plain)) {
    case 4:
      return isOfDevice(plain, mask);
    case 6:
      return isOfDevice6(plain.toLowerCase(), mask);
    default:
      return false;
  }
}

function isOfDevice(address: string, mask: string | undefined): boolean {
  if (/^(0|127|22[4-9]|23\d|255)\./.test(address)) return false;
  return mask === undefined || mask === '32' || !address.endsWith('.0');
}

/**
 * Whether an IPv6 address is a device's. A short form must begin like the addresses that are given out (RFC 4291, 4193,
 * 6052), since `ab::bed` may be any text.
 */
function isOfDevice6(address: string, mask: string | undefined): boolean {
  const within = /^(?:::ffff:|::|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (within !== undefined) return isIPv4(within) && isOfDevice(within, mask === '128' ? undefined : mask);
  const isGivenOut =
    !address.includes('::') || /^([23][0-9a-f]{3}|f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]|::ffff):/.test(address);
  return isGivenOut && (mask === undefined || mask === '128' || !address.endsWith('::'));
}
