import type { PresentationProtection } from './presentation'
import type { XmlElement } from './xml-element'

const KEY_ID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/
/** Says that the track is protected by Common Encryption. @source ISO/IEC 23009-1, 5.8.5.2 */
const MP4_PROTECTION = 'urn:mpeg:dash:mp4protection:2011'

const uuid = (keyId: string): string => {
  const parts = KEY_ID.exec(keyId)
  if (parts === null) throw new RangeError('a key ID must be 32 lower-case hex digits')
  return parts.slice(1).join('-')
}

/**
 * The descriptors of a protected track: what all systems share first, then each system's own.
 *
 * @source ISO/IEC 23001-7, 11.2
 */
export const contentProtection = (protection: PresentationProtection | undefined): ReadonlyArray<XmlElement> => {
  if (protection === undefined) return []
  const shared = {
    name: 'ContentProtection',
    attributes: {
      schemeIdUri: MP4_PROTECTION,
      value: protection.scheme,
      'cenc:default_KID': uuid(protection.keyId),
    },
  }
  const systems = protection.dash.map(({ schemeIdUri, value, xml }) => ({
    name: 'ContentProtection',
    attributes: { schemeIdUri, ...(value === undefined ? {} : { value }) },
    children: xml,
  }))
  return [shared, ...systems]
}
