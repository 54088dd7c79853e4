import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { KeyId } from '../identity/key-id'
import { SealedMember } from '../subject/sealed-member'

/** The content under a key ID got a title; it replaces the one before. */
export const TitleSet = defineEvent({
  type: 'TitleSet',
  schemaVersion: 1,
  data: t.type({ keyId: KeyId, title: SealedMember }),
})

/** Name of the sealed member, which the seal is bound to. */
export const TITLE_MEMBER = 'title'

/** Stream of the titles of one key ID. */
export const titleStream = (keyId: KeyId): string => `title-${keyId}`
