import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import { homeAuthority } from '../../authority/home-authority'
import { issueTrustDocument } from '../../authority/issue-trust-document'
import { meetAuthority } from '../../authority/meet-authority'
import { publicJwk } from '../../certificate/public-key-jwk'
import type { Keystore } from '../../device/keystore'
import { credentialFile, KEYSTORE } from '../../device/keystore-place'
import type { Home } from '../../home/home'
import { succeed } from '../../home/testing/temporary-home'
import type { IssuerId } from '../../identity/issuer-id'
import type { SecurityVersion } from '../../identity/security-version'
import { issueCredential } from '../../individualization/issued-credential'
import { machineId } from '../../individualization/machine-identity'
import type { Timestamp } from '../../license/timestamp'
import { thumbprint } from '../../signed/thumbprint'

/** The services of one authority, by their private keys. */
export interface TestAuthority {
  readonly root: KeyObject
  readonly individualization: KeyObject
  readonly sealing: KeyObject
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/** An authority of its own. */
export const testAuthority = (): TestAuthority => ({ root: newKey(), individualization: newKey(), sealing: newKey() })

const EPOCH = 1
const VERSION = '2.2.0.1' as SecurityVersion
const FROM = '2020-01-01T00:00:00Z' as Timestamp
const UNTIL = '2099-01-01T00:00:00Z' as Timestamp

/** Keys of the first epoch under the name of the next one: what a backup asks is what a service certified, not how it came. */
const asNextEpoch = (keystore: Keystore): Keystore => ({
  ...keystore,
  signing: () => keystore.signing(0),
  agreement: () => keystore.agreement(0),
  vault: (_, generation) => keystore.vault(0, generation),
  makeVault: (_, generation, vaultClass) => keystore.makeVault(0, generation, vaultClass),
})

const trustOf = ({ root, individualization, sealing }: TestAuthority): string =>
  issueTrustDocument(root, {
    version: 1,
    issued: FROM,
    keys: [
      { use: 'individualization-signing', key: publicJwk(individualization), from: FROM },
      { use: 'management-sealing', key: publicJwk(sealing), from: FROM },
    ],
    certificate: 'none',
    urls: { privacy: 'http://127.0.0.1/privacy', fraud: 'http://127.0.0.1/fraud', update: 'http://127.0.0.1/update' },
    restoreLimit: 3,
    securityVersion: '2.2' as never,
    revocation: '0',
  })

/** The home as it is after an authority gave it a credential. Nothing is sent anywhere; a second call changes nothing. */
export const individualized = async (home: Home, authority: TestAuthority): Promise<Home> => {
  const known = await homeAuthority(home)()
  if (E.isLeft(known)) await succeed(meetAuthority(home)({ trust: trustOf(authority), root: publicJwk(authority.root) }))
  const [signing, agreement] = [await succeed(home.keystore.signing(0)), await succeed(home.keystore.agreement(0))]
  const credential = issueCredential(authority.individualization, thumbprint(authority.individualization), {
    authority: thumbprint(authority.root) as IssuerId,
    mid: machineId(signing.key),
    epoch: EPOCH,
    securityVersion: VERSION,
    level: 1,
    signing: publicJwk(signing.key),
    agreement: publicJwk(agreement.key),
    from: FROM,
    until: UNTIL,
  })
  const file = credentialFile(join(home.directory, KEYSTORE), EPOCH)
  mkdirSync(dirname(file), { recursive: true })
  if (!existsSync(file)) writeFileSync(file, credential)
  return Object.defineProperties({} as Home, {
    ...Object.getOwnPropertyDescriptors(home),
    keystore: { value: asNextEpoch(home.keystore), enumerable: true },
    device: { value: TE.right({ epoch: EPOCH, securityVersion: VERSION }), enumerable: true },
  })
}
