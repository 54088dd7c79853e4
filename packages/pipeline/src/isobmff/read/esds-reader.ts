import { viewOf } from './box-fields'

/** What an elementary stream descriptor tells of a codec. */
export interface EsdsFields {
  readonly objectType: number
  /** Bits per second, 0 when unknown. */
  readonly bitrate: number
  readonly specific: Uint8Array
}

const TAG = { es: 3, decoderConfig: 4, decoderSpecific: 5 } as const
const FULL_BOX_FRONT = 4
/** Object type, stream type, buffer size, highest and average bit rate. */
const CONFIG_BYTES = 13
const LENGTH_MORE = 0x80
const LENGTH_BYTES_MAX = 4
const DEPENDS_ON = 0x80
const HAS_URL = 0x40
const HAS_CLOCK = 0x20

/** The body of the first descriptor with a tag; undefined where there is none or the bytes end in its length. */
const findDescriptor = (bytes: Uint8Array, tag: number): Uint8Array | undefined => {
  let at = 0
  while (at < bytes.length) {
    const found = bytes[at]
    let length = 0
    let from = at + 1
    for (let more = true; more && from - at <= LENGTH_BYTES_MAX; from += 1) {
      const byte = bytes[from]
      if (byte === undefined) return undefined
      length = length * LENGTH_MORE + (byte % LENGTH_MORE)
      more = byte >= LENGTH_MORE
    }
    if (found === tag) return bytes.subarray(from, from + length)
    at = from + length // past the tag and one length byte at least
  }
  return undefined
}

const afterEsFields = (es: Uint8Array): Uint8Array => {
  const flags = es[2] ?? 0
  let at = 3
  if ((flags & DEPENDS_ON) !== 0) at += 2
  if ((flags & HAS_URL) !== 0) at += 1 + (es[at] ?? 0)
  if ((flags & HAS_CLOCK) !== 0) at += 2
  return es.subarray(at)
}

/**
 * Reads the body of `esds`; undefined when it does not hold a decoder configuration.
 *
 * @source ISO/IEC 14496-1, 7.2.6
 */
export const readEsds = (body: Uint8Array): EsdsFields | undefined => {
  const es = findDescriptor(body.subarray(FULL_BOX_FRONT), TAG.es)
  const config = es === undefined ? undefined : findDescriptor(afterEsFields(es), TAG.decoderConfig)
  if (config === undefined || config.length < CONFIG_BYTES) return undefined
  const view = viewOf(config)
  const specific = findDescriptor(config.subarray(CONFIG_BYTES), TAG.decoderSpecific)
  return {
    objectType: view.getUint8(0),
    bitrate: view.getUint32(9) || view.getUint32(5),
    specific: specific ?? new Uint8Array(0),
  }
}
