import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import type { Task } from 'fp-ts/Task'
import { pipe } from 'fp-ts/function'

import { readSealHeader, type SealHeader } from '../secret/jwe-header'
import { sealTo, unsealWith } from '../secret/seal'
import { sealBroken, type SealBroken } from '../secret/seal-broken'
import { wipeSecret } from '../secret/secret'
import type { AcceptedLicense } from './accepted-license'
import { BLOCK_KIND, packKeyBlock, unpackKeyBlock, type KeyBlock } from './key-block'

/** The `typ` of a content key on its way to a device. */
export const LICENSE_KEY_TYP = 'custody-license-key+1'

const MAX_DELIVERY = 4096

type Delivered = Pick<AcceptedLicense, 'lid' | 'docDigest'>

/** A computer has a name towards services only once it is individualized. @source docs/reference/protocols.md, section 2.2 */
const deliveryHeader = ({ lid, docDigest }: Delivered, epoch: number, mid: string | undefined): SealHeader => ({
  typ: LICENSE_KEY_TYP,
  lid,
  docDigest,
  epoch,
  ...(mid !== undefined && { mid }),
})

/** Whether a sealed key names its computer, so that the name is needed to open it. Nothing is proved by that. */
export const namesComputer = (jwe: string): boolean => {
  const header = jwe.length > MAX_DELIVERY ? sealBroken : readSealHeader(jwe)
  return E.isRight(header) && 'mid' in header.right
}

/**
 * Seals a content key to one device for one license: moved to another license, document or epoch it does not open. The
 * secrets stay the caller's.
 *
 * @param recipient the device's public agreement key of that epoch.
 * @param mid the computer's name at the authority, for one that is individualized.
 */
export const deliverKey =
  (recipient: KeyObject, epoch: number, license: Delivered, content: KeyBlock, mid?: string): Task<string> =>
  async () => {
    const block = packKeyBlock(BLOCK_KIND.license, content)
    try {
      return await sealTo(recipient, deliveryHeader(license, epoch, mid), block)
    } finally {
      wipeSecret(block)
    }
  }

/**
 * Opens what {@link deliverKey} sealed. Whether the key is the one that the document commits to is checked where it is
 * stored. The caller wipes the secrets.
 *
 * @param agreement the device's private agreement key of the epoch.
 * @param mid the computer's name, exactly where {@link namesComputer} says so.
 * @errors `SealBroken` for any other device, epoch, license, name or text.
 */
export const openDelivery = (
  agreement: KeyObject,
  epoch: number,
  license: Delivered,
  jwe: string,
  mid?: string
): TE.TaskEither<SealBroken, KeyBlock> =>
  jwe.length > MAX_DELIVERY
    ? TE.fromEither(sealBroken)
    : pipe(
        unsealWith(agreement, deliveryHeader(license, epoch, mid), jwe),
        TE.flatMapEither((block) => {
          const content = unpackKeyBlock(BLOCK_KIND.license, block)
          wipeSecret(block)
          return content
        })
      )
