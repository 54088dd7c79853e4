/** A payload as the writer must have laid it out. */
export interface DissectedPayload {
  readonly stream: number
  readonly key: boolean
  readonly objectNumber: number
  readonly offset: number
  readonly replicated: string
  readonly length: number
}

/** A packet as the writer must have laid it out. */
export interface DissectedPacket {
  readonly sendTime: number
  readonly duration: number
  readonly padding: number
  readonly payloads: ReadonlyArray<DissectedPayload>
}

/**
 * Takes apart a packet of the one layout that Windows Media and FFmpeg write (property flags 0x5D), strictly: any
 * byte that is not accounted for throws. Made from the specification alone, to judge the writer.
 */
export const dissectPacket = (bytes: Uint8Array): DissectedPacket => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0) >>> 8 !== 0x820000) throw new Error('error correction')
  const lengths = view.getUint8(3)
  if (view.getUint8(4) !== 0x5d || (lengths & 0b1110_0110) !== 0) throw new Error('flags')
  const several = (lengths & 1) === 1
  const type = (lengths >> 3) & 3
  const padding = type === 0 ? 0 : type === 1 ? view.getUint8(5) : view.getUint16(5, true)
  let at = 5 + type
  const sendTime = view.getUint32(at, true)
  const duration = view.getUint16(at + 4, true)
  at += 6
  const flags = several ? view.getUint8(at) : 0x81
  if (flags >> 6 !== 2) throw new Error('payload length type')
  if (several) at += 1
  const payloads: DissectedPayload[] = []
  for (let left = flags & 0x3f; left > 0; left -= 1) {
    const replicatedLength = view.getUint8(at + 6)
    const dataAt = at + 7 + replicatedLength + (several ? 2 : 0)
    const length = several ? view.getUint16(dataAt - 2, true) : bytes.length - padding - dataAt
    payloads.push({
      stream: view.getUint8(at) & 0x7f,
      key: view.getUint8(at) > 0x7f,
      objectNumber: view.getUint8(at + 1),
      offset: view.getUint32(at + 2, true),
      replicated: Buffer.from(bytes.subarray(at + 7, at + 7 + replicatedLength)).toString('hex'),
      length,
    })
    at = dataAt + length
  }
  if (at + padding !== bytes.length) throw new Error(`${bytes.length - at} bytes left, padding ${padding}`)
  if (bytes.subarray(at).some((byte) => byte !== 0)) throw new Error('padding that is not zero')
  return { sendTime, duration, padding, payloads }
}
