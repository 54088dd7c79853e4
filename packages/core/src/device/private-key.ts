import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'

import { sealBroken, type SealBroken } from '../secret/seal-broken'
import { secretFromBytes, withSecretBytes, type Secret } from '../secret/secret'
import { thumbprint } from '../signed/thumbprint'

/** The one curve of all key pairs, in the name that `node:crypto` takes. */
const CURVE = 'P-256'
const CURVE_IN_DETAILS = 'prime256v1'

/** A fresh key pair on P-256 from the system's generator; the public half comes with the private one. */
export const makePrivateKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: CURVE }).privateKey

/** The bytes that are sealed for a private key: PKCS #8 in DER. */
export const privateKeySecret = (key: KeyObject): Secret =>
  secretFromBytes(key.export({ format: 'der', type: 'pkcs8' }))

/** Reads what {@link privateKeySecret} wrote. @errors `SealBroken` for anything but a private key on P-256. */
export const privateKeyFrom = (secret: Secret): E.Either<SealBroken, KeyObject> =>
  withSecretBytes(secret, (bytes) => {
    try {
      const key = createPrivateKey({ key: Buffer.from(bytes.buffer), format: 'der', type: 'pkcs8' })
      return key.asymmetricKeyDetails?.namedCurve === CURVE_IN_DETAILS ? E.right(key) : sealBroken
    } catch {
      return sealBroken
    }
  })

/** The thumbprint of a private key's public half, without the private half ever becoming text. */
export const publicThumbprint = (key: KeyObject): string => thumbprint(createPublicKey(key))
