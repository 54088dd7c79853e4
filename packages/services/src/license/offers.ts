import { rememberedFold } from '@custody/core/home'
import type { KeyId } from '@custody/core/identity'

import { OFFER_EVENTS, OFFERS_STREAM, type Offer } from './license-event'

/** What is on offer. */
export interface Offers {
  /** The newest offer for each content. */
  readonly byKeyId: ReadonlyMap<KeyId, Offer>
  /** All offers by their ids, replaced ones too: who accepted one gets it. */
  readonly byId: ReadonlyMap<string, Offer>
}

/** Reads the offers. @errors those of the store. */
export const readOffers = rememberedFold<(typeof OFFER_EVENTS)[number], Offers>(OFFERS_STREAM, {
  definitions: OFFER_EVENTS,
  initial: { byKeyId: new Map(), byId: new Map() },
  evolve: ({ byKeyId, byId }, { data }) => ({
    byKeyId: new Map(byKeyId).set(data.keyId, data),
    byId: new Map(byId).set(data.offer, data),
  }),
})
