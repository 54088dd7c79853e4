import type { KeyObject } from 'node:crypto'
import * as TE from 'fp-ts/TaskEither'
import type { Task } from 'fp-ts/Task'
import { pipe } from 'fp-ts/function'

import type { SealHeader } from '../secret/jwe-header'
import { sealTo, unsealWith } from '../secret/seal'
import { sealBroken, type SealBroken } from '../secret/seal-broken'
import { wipeSecret } from '../secret/secret'
import type { AcceptedLicense } from './accepted-license'
import { BLOCK_KIND, packKeyBlock, unpackKeyBlock, type KeyBlock } from './key-block'

/** The `typ` of a content key on its way to a device. */
export const LICENSE_KEY_TYP = 'custody-license-key+1'

const MAX_DELIVERY = 4096

type Delivered = Pick<AcceptedLicense, 'lid' | 'docDigest'>

/** The machine's identity joins these members with the services that know it. @source docs/reference/protocols.md, section 2.2 */
const deliveryHeader = ({ lid, docDigest }: Delivered, epoch: number): SealHeader => ({
  typ: LICENSE_KEY_TYP,
  lid,
  docDigest,
  epoch,
})

/**
 * Seals a content key to one device for one license: moved to another license, document or epoch it does not open. The
 * secrets stay the caller's.
 *
 * @param recipient the device's public agreement key of that epoch.
 */
export const deliverKey =
  (recipient: KeyObject, epoch: number, license: Delivered, content: KeyBlock): Task<string> =>
  async () => {
    const block = packKeyBlock(BLOCK_KIND.license, content)
    try {
      return await sealTo(recipient, deliveryHeader(license, epoch), block)
    } finally {
      wipeSecret(block)
    }
  }

/**
 * Opens what {@link deliverKey} sealed. Whether the key is the one that the document commits to is checked where it is
 * stored. The caller wipes the secrets.
 *
 * @param agreement the device's private agreement key of the epoch.
 * @errors `SealBroken` for any other device, epoch, license or text.
 */
export const openDelivery = (
  agreement: KeyObject,
  epoch: number,
  license: Delivered,
  jwe: string
): TE.TaskEither<SealBroken, KeyBlock> =>
  jwe.length > MAX_DELIVERY
    ? TE.fromEither(sealBroken)
    : pipe(
        unsealWith(agreement, deliveryHeader(license, epoch), jwe),
        TE.flatMapEither((block) => {
          const content = unpackKeyBlock(BLOCK_KIND.license, block)
          wipeSecret(block)
          return content
        })
      )
