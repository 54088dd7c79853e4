export type { GuidText } from './guid/guid-text'
export {
  advancedContentEncryptionObject,
  parseAdvancedContentEncryption,
} from './header/advanced-content-encryption'
export type { AdvancedContentEncryptionRecord, EncryptedObjectId } from './header/advanced-content-encryption'
export type { AsfDataObject, AsfHeader, AsfStream } from './header/asf-header'
export { buildAsfObject } from './header/asf-object'
export type { AsfObject } from './header/asf-object'
export { contentEncryptionObject, parseContentEncryption } from './header/content-encryption'
export type { ContentEncryption } from './header/content-encryption'
export { extendedContentEncryptionObject, parseExtendedContentEncryption } from './header/extended-content-encryption'
export {
  parseProtectionSystemIdentifier,
  protectionSystemIdentifierObject,
} from './header/protection-system-identifier'
export type { ProtectionSystemIdentifier } from './header/protection-system-identifier'
export { packetForTime } from './seek/packet-for-time'
export { readIndexes } from './seek/read-indexes'
