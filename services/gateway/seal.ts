import { createHmac, timingSafeEqual } from 'node:crypto';

/** Makes opaque tokens that only this server, or one with the same secret, can have made. */
export interface Seal {
  /** The payload and its signature as base64url. `purpose` keeps tokens of different kinds apart. */
  close(purpose: string, payload: Uint8Array): string;
  /** The payload, or nothing when the text is not exactly what `close` gives for the same purpose. */
  open(purpose: string, text: string): Buffer | undefined;
}

const macBytes = 32;
const alphabet = /^[A-Za-z0-9_-]+$/;

/** HMAC-SHA256 under one secret of at least 16 bytes; `maxChars` bounds the work on hostile texts. */
export function createSeal(secret: Uint8Array, maxChars = 1024): Seal {
  if (secret.length < 16) throw new RangeError('The secret of cursors needs at least 16 bytes.');
  const mac = (purpose: string, payload: Uint8Array) => createHmac('sha256', secret).update(`${purpose}\u0000`).update(payload).digest();
  return {
    close: (purpose, payload) => Buffer.concat([payload, mac(purpose, payload)]).toString('base64url'),
    open: (purpose, text) => {
      if (text.length > maxChars || !alphabet.test(text)) return undefined;
      const bytes = Buffer.from(text, 'base64url');
      // Base64 has several spellings of the same bytes; only the one that `close` writes counts.
      if (bytes.length <= macBytes || bytes.toString('base64url') !== text) return undefined;
      const payload = bytes.subarray(0, -macBytes);
      return timingSafeEqual(bytes.subarray(-macBytes), mac(purpose, payload)) ? payload : undefined;
    },
  };
}
