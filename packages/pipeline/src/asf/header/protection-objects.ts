import type { GuidText } from '../guid/guid-text'
import { GUID_BYTES, readGuid } from '../guid/guid-text'
import { EXTENSION_CHILD, HEADER_CHILD } from '../guid/header-guids'
import type { ProtectionHeader } from '../../media/media-description'
import { bodyOf } from './asf-object'
import type { AsfObject } from './asf-object'

/** Names of the objects that belong to a rights system, as `ProtectionHeader.kind` gives them. */
export const PROTECTION_KINDS: ReadonlyMap<GuidText, string> = new Map([
  [HEADER_CHILD.ContentEncryption, 'content-encryption'],
  [HEADER_CHILD.ExtendedContentEncryption, 'extended-content-encryption'],
  [EXTENSION_CHILD.AdvancedContentEncryption, 'advanced-content-encryption'],
  [EXTENSION_CHILD.ProtectionSystemIdentifier, 'protection-system-identifier'],
])

/** Byte of the body at which an object names its system. The inner layout of the second is unverified. */
const SYSTEM_AT: ReadonlyMap<GuidText, number> = new Map([
  [EXTENSION_CHILD.AdvancedContentEncryption, 2],
  [EXTENSION_CHILD.ProtectionSystemIdentifier, 0],
])

/** The object in the words of every container; undefined when it belongs to no rights system. */
export const protectionHeaderOf = (object: AsfObject): ProtectionHeader | undefined => {
  const kind = PROTECTION_KINDS.get(object.guid)
  if (kind === undefined) return undefined
  const data = bodyOf(object)
  const systemAt = SYSTEM_AT.get(object.guid)
  if (systemAt === undefined || data.length < systemAt + GUID_BYTES) return { kind, at: object.at, data }
  const systemId = readGuid(data, systemAt).replace(/-/g, '').toLowerCase()
  return { kind, systemId, at: object.at, data }
}
