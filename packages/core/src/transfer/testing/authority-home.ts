import { createPublicKey, type KeyObject } from 'node:crypto'

import type { CertificateDraft } from '../../certificate/issue-certificate'
import { certify, testKey } from '../../certificate/testing/authority'
import type { Home } from '../../home/home'
import { openHome } from '../../home/open-home'
import { succeed, temporaryPlace, type TemporaryPlace } from '../../home/testing/temporary-home'
import { timestampFromMicros } from '../../license/timestamp'
import { systemRandom } from '../../random/system-random'
import { issueRevocationList } from '../../revocation/issue-revocation'
import type { RevocationKind } from '../../revocation/revocation-kind'
import { storeRevocationData } from '../../revocation/store-revocation-data'
import { thumbprint } from '../../signed/thumbprint'

const DAY = 24 * 3600 * 1_000_000

/** A home under an authority that certifies receivers and lists them. */
export interface AuthorityHome {
  readonly place: TemporaryPlace
  readonly home: Home
  /** Another process of the home. */
  readonly again: () => Promise<Home>
  /** A chain for a key, a fresh one unless told, valid for a day each way; the key, and its thumbprint. */
  readonly receiver: (members?: Partial<CertificateDraft>) => {
    readonly chain: ReadonlyArray<string>
    readonly thumbprint: string
    readonly key: KeyObject
  }
  /** The same below a service of the authority: thumbprints of the receiver and of the service. */
  readonly receiverBelow: (members?: Partial<CertificateDraft>) => {
    readonly chain: ReadonlyArray<string>
    readonly thumbprints: ReadonlyArray<string>
  }
  /** Stores a list that is due in an hour. */
  readonly list: (kind: RevocationKind, version: string, entries?: ReadonlyArray<string>) => Promise<void>
  readonly remove: () => void
}

/** Opens such a home in a folder of its own. */
export const authorityHome = async (): Promise<AuthorityHome> => {
  const root = testKey()
  const place = temporaryPlace()
  const homes: Home[] = []
  const again = async (): Promise<Home> => {
    const home = await succeed(openHome({ ...place, random: systemRandom, authorityRoot: createPublicKey(root) }))
    homes.push(home)
    return home
  }
  const home = await again()
  const around = (before: number, after: number) => ({
    from: timestampFromMicros(place.clock.now() - before),
    until: timestampFromMicros(place.clock.now() + after),
  })
  return {
    place,
    home,
    again,
    receiver: ({ key = testKey(), ...members } = {}) => ({
      chain: [certify(root, key, { ...around(DAY, DAY), ...members })],
      thumbprint: thumbprint(key),
      key,
    }),
    receiverBelow: (members) => {
      const [key, service] = [testKey(), testKey()]
      const chain = [
        certify(service, key, { ...around(DAY, DAY), ...members }),
        certify(root, service, { ...around(DAY, DAY), use: 'service' }),
      ]
      return { chain, thumbprints: [thumbprint(key), thumbprint(service)] }
    },
    list: async (kind, version, entries = []) => {
      const { from: issued, until: nextUpdate } = around(DAY, DAY / 24)
      await succeed(storeRevocationData(home)(issueRevocationList(root, { kind, version, entries, issued, nextUpdate })))
    },
    remove: () => {
      homes.forEach((opened) => opened.close())
      place.remove()
    },
  }
}
