import type { KeyObject } from 'node:crypto'

import type { Timestamp } from '../../license/timestamp'
import { issueRevocationInformation, issueRevocationList } from '../issue-revocation'
import type { RevocationInformation } from '../revocation-information'
import type { RevocationList } from '../revocation-list'

/** A digest or thumbprint that is told from others by one character. */
export const name = (character: string): string => `${character.repeat(42)}A`

/** When the test data was issued. */
export const ISSUED = '2026-05-01T00:00:00Z' as Timestamp
/** When its next version is due. */
export const NEXT_UPDATE = '2026-06-01T00:00:00Z' as Timestamp

type ListMembers = Partial<Omit<RevocationList, 'v'>>

/** A list of applications, with what a test wants different. */
export const listMembers = (members: ListMembers = {}): Omit<RevocationList, 'v'> => ({
  kind: 'application',
  version: '1',
  issued: ISSUED,
  nextUpdate: NEXT_UPDATE,
  entries: [],
  ...members,
})

/** The same, signed. */
export const signedList = (signer: KeyObject, members: ListMembers = {}): string =>
  issueRevocationList(signer, listMembers(members))

/** Revocation information, signed. */
export const signedInformation = (
  signer: KeyObject,
  version: string,
  lists: RevocationInformation['lists'] = []
): string => issueRevocationInformation(signer, { version, issued: ISSUED, nextUpdate: NEXT_UPDATE, lists })
