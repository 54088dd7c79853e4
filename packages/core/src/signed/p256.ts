import type { KeyObject } from 'node:crypto'

/** P-256 in OpenSSL's words. */
const CURVE = 'prime256v1'

/** Whether a key is on the one curve that signs and seals here. */
export const isOnP256 = (key: KeyObject): boolean => key.asymmetricKeyDetails?.namedCurve === CURVE
