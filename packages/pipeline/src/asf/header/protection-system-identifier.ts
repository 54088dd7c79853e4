import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { joinBytes } from '../bytes/join-bytes'
import type { GuidText } from '../guid/guid-text'
import { GUID_BYTES, guidBytes, readGuid } from '../guid/guid-text'
import { EXTENSION_CHILD } from '../guid/header-guids'
import { buildAsfObject, OBJECT_FRAME } from './asf-object'

/** What a Protection System Identifier Object says; its data is opaque here. */
export interface ProtectionSystemIdentifier {
  readonly systemId: GuidText
  readonly data: Uint8Array
}

/**
 * The whole object, ready for `protectionObjects` of the writer: the system's GUID, then its data to the end.
 *
 * @source docs/reference/third-party-systems.md §3; the inner layout is unverified.
 */
export const protectionSystemIdentifierObject = ({ systemId, data }: ProtectionSystemIdentifier): Uint8Array =>
  buildAsfObject(EXTENSION_CHILD.ProtectionSystemIdentifier, joinBytes([guidBytes(systemId), data]))

/**
 * Reads the body of the object, which is what `ProtectionHeader.data` holds.
 *
 * @param at Byte offset of the object in the file, for the fault.
 * @errors MalformedMedia when it is too short for a GUID.
 */
export const parseProtectionSystemIdentifier = (
  body: Uint8Array,
  at = 0
): E.Either<MalformedMedia, ProtectionSystemIdentifier> => {
  if (body.length < GUID_BYTES) {
    const found = `${body.length} bytes`
    return E.left({ type: 'MalformedMedia', format: 'asf', at: at + OBJECT_FRAME, expected: 'the GUID of a system', found })
  }
  return E.right({ systemId: readGuid(body, 0), data: body.subarray(GUID_BYTES) })
}
