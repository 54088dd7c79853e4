import * as t from 'io-ts'

import { KeyId } from '../identity/key-id'
import { ShortText } from '../license/document-values'
import { LicenseResponseDocument } from '../license/license-response'
import { exactly } from '../signed/exactly'

/** Where a license is acquired silently. */
export const ACQUIRE_PATH = '/v1/licenses/acquire'
/** Where a license that a person accepted on the page is picked up. */
export const PICKUP_PATH = '/v1/licenses/pickup'
/** The page that a challenge is posted to. */
export const PAGE_PATH = '/v1/licenses/page'
/** Where the page posts that a person accepted an offer. */
export const ACCEPT_PATH = '/v1/licenses/page/accept'

/** Largest credential in a request, in characters. */
const MAX_CREDENTIAL = 8 * 1024

const Credential = t.refinement(t.string, (text) => text.length <= MAX_CREDENTIAL, 'device credential')

/** A request for a license; the reply is a `LicenseResponseDocument`. */
export const AcquireBody = exactly(t.type({ v: t.literal(1), keyId: KeyId, credential: Credential }, 'request for a license'))
export type AcquireBody = Readonly<t.TypeOf<typeof AcquireBody>>

/** A request for the license that was accepted under a challenge. */
export const PickupBody = exactly(
  t.type(
    {
      v: t.literal(1),
      /** Id of the challenge. */
      challenge: ShortText,
      credential: Credential,
    },
    'request to pick a license up'
  )
)
export type PickupBody = Readonly<t.TypeOf<typeof PickupBody>>

/** The license, or that nobody has answered the page yet. */
export const PickupReply = exactly(
  t.union(
    [t.type({ license: LicenseResponseDocument }, 'license that was accepted'), t.type({ pending: t.literal(true) }, 'no license yet')],
    'answer to a pick-up'
  )
)
export type PickupReply = Readonly<t.TypeOf<typeof PickupReply>>
