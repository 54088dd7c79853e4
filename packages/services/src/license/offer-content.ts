import { newEvent, uuidV7 } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import { badInput, type KeyId, type RequiredVersion } from '@custody/core/identity'
import { commitTo, isContentKey, type Conditions } from '@custody/core/license'
import { secretFromBytes, secretLength, wipeSecret, type Secret } from '@custody/core/secret'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { Authority } from '../authority/authority'
import { ContentOffered, OFFERS_STREAM, type Offer, type OfferMode } from './license-event'
import { keepOfferKey } from './offer-key'
import { signLicense } from './sign-license'

/** What is offered, and to whom. */
export interface OfferDraft {
  readonly keyId: KeyId
  /** 7, 16 or 32 bytes. Stays the caller's to wipe. */
  readonly contentKey: Secret
  /** What the licenses grant. */
  readonly conditions: Conditions
  readonly mode: OfferMode
  /** Least version of a computer's security component; whoever is individualized where none is stated (IN-28). */
  readonly minimumVersion?: RequiredVersion
  /** What the page calls it. */
  readonly title?: string
}

const BLIND_LENGTH = 16

/**
 * Offers licenses for content: from here on a computer of the authority gets one. A later offer for the same key ID replaces this
 * one.
 *
 * @returns the offer; its key is sealed in the state of the log and stands in no event.
 * @errors `BadInput` for a key of another length, `LicenseMalformed` for conditions that contradict themselves, those of the store.
 */
export const offerContent =
  (authority: Authority) =>
  ({ contentKey, conditions, ...rest }: OfferDraft): TaskEither<CoreFault, Offer> =>
  async () => {
    if (!isContentKey(contentKey)) {
      return E.left(badInput('content key', '7, 16 or 32 bytes', `${secretLength(contentKey)} bytes`))
    }
    const blind = secretFromBytes(authority.random.bytes(BLIND_LENGTH))
    try {
      const named = { offer: uuidV7(authority.clock, authority.random), commit: commitTo(rest.keyId, contentKey, blind) }
      const offer: Offer = { ...rest, ...named, conditions: { ...conditions } }
      const trial = signLicense(authority, offer, '')
      if (E.isLeft(trial)) return trial
      const state = [await keepOfferKey(authority, offer, { key: contentKey, blind })]
      const appends = [{ stream: OFFERS_STREAM, expectedRevision: 'any' as const, events: [newEvent(ContentOffered, offer)] }]
      const stored = await authority.store.append({ appends, state })()
      return E.isLeft(stored) ? stored : E.right(offer)
    } finally {
      wipeSecret(blind)
    }
  }
