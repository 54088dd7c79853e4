import { tuple, utf8 } from '@custody/core/encoding'
import type { CoreFault } from '@custody/core/fault'
import { BLOCK_KIND, packKeyBlock, unpackKeyBlock, type KeyBlock } from '@custody/core/license'
import { expandKey, seal, unseal, wipeSecret } from '@custody/core/secret'
import type { StateChange } from '@custody/core/store'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { Authority } from '../authority/authority'
import type { Offer } from './license-event'

const SPACE = 'key-envelope'

const stateName = (offer: string): string => `license-offer/${offer}`
const header = ({ offer, keyId }: Pick<Offer, 'offer' | 'keyId'>) => ({ typ: 'custody-offer-key+1', offer, keyId }) as const
const sealingKey = ({ stateKey }: Authority) => expandKey(stateKey, tuple('custody/license-offer/1'))

/** A content key as it is kept: sealed under the authority's own key, for one offer. The secrets stay the caller's. */
export const keepOfferKey = async (
  authority: Authority,
  offer: Pick<Offer, 'offer' | 'keyId'>,
  content: KeyBlock
): Promise<StateChange> => {
  const [key, block] = [sealingKey(authority), packKeyBlock(BLOCK_KIND.license, content)]
  try {
    return { space: SPACE, key: stateName(offer.offer), value: utf8(await seal(key, header(offer), block)) }
  } finally {
    wipeSecret(key)
    wipeSecret(block)
  }
}

const opened =
  (authority: Authority, offer: Offer, jwe: string): TE.TaskEither<CoreFault, KeyBlock> =>
  async () => {
    const key = sealingKey(authority)
    try {
      return await pipe(
        unseal(key, header(offer), jwe),
        TE.mapLeft((fault): CoreFault => fault),
        TE.flatMapEither((block) => {
          const content = unpackKeyBlock(BLOCK_KIND.license, block)
          wipeSecret(block)
          return content
        })
      )()
    } finally {
      wipeSecret(key)
    }
  }

/** Opens the key of an offer; the caller wipes it. @errors `KeystoreMissing` where it is gone, `SealBroken`, those of the store. */
export const openOfferKey = (authority: Authority, offer: Offer): TE.TaskEither<CoreFault, KeyBlock> =>
  pipe(
    authority.store.state(SPACE, stateName(offer.offer)),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap((value): TE.TaskEither<CoreFault, KeyBlock> =>
      value === undefined
        ? TE.left({ type: 'KeystoreMissing', place: stateName(offer.offer) })
        : opened(authority, offer, new TextDecoder('latin1').decode(value))
    )
  )
