import type { RecordedEvent } from '@custody/core/event'
import { rememberedFold } from '@custody/core/home'
import type { RevocationKind } from '@custody/core/revocation'

import { PUBLISHED_EVENTS, PUBLISHED_STREAM, type PublishedList } from './authority-event'

/** A trust document with what goes along with it. */
export interface PublishedTrust {
  readonly version: number
  readonly document: string
  readonly issuer: string
  readonly individualizationsADay: number
}

/** What an authority says of revocation. */
export interface PublishedRevocation {
  readonly version: string
  readonly nextUpdate: string
  /** Compact JWS. */
  readonly information: string
  readonly lists: ReadonlyMap<RevocationKind, PublishedList>
}

/** What an authority published last. */
export interface Published {
  readonly trust: PublishedTrust | undefined
  readonly revocation: PublishedRevocation | undefined
}

/** An authority that has published nothing. */
export const initial: Published = { trust: undefined, revocation: undefined }

/** The state after one more event. */
export const evolve = (state: Published, event: RecordedEvent<(typeof PUBLISHED_EVENTS)[number]>): Published => {
  switch (event.type) {
    case 'TrustPublished':
      return { ...state, trust: event.data }
    case 'RevocationPublished': {
      const lists = new Map(state.revocation?.lists)
      for (const list of event.data.lists) lists.set(list.kind, list)
      return { ...state, revocation: { ...event.data, lists } }
    }
  }
}

/** Reads what the authority of a log published. @errors those of the store. */
export const readPublished = rememberedFold(PUBLISHED_STREAM, { definitions: PUBLISHED_EVENTS, initial, evolve })
