/**
 * Repeats the data packets of a small ASF file, so that a long one can be made without an encoder.
 * Send times, presentation times and object numbers go on from pass to pass; what a payload holds stays as it is.
 */

const HEADER_OBJECT = '3026b2758e66cf11a6d900aa0062ce6c'
const DATA_OBJECT = '3626b2758e66cf11a6d900aa0062ce6c'
const FILE_PROPERTIES = 'a1dcab8c47a9cf118ee400c00c205365'
const OBJECT_FRAME_BYTES = 24
const DATA_HEADER_BYTES = 50
const SEEKABLE_FLAG = 2
const TICKS_PER_MS = 10_000n
/** Bytes of a field by its two-bit length type. */
const FIELD_BYTES = [0, 1, 2, 4]

const need = (condition, what) => {
  if (!condition) throw new Error(`this ASF cannot be looped: ${what}`)
}

const readField = (bytes, at, width) => (width === 0 ? 0 : bytes.readUIntLE(at, width))

const objectAt = (bytes, at) => {
  need(at + OBJECT_FRAME_BYTES <= bytes.length, `no whole object at byte ${at}`)
  const size = Number(bytes.readBigUInt64LE(at + 16))
  need(size >= OBJECT_FRAME_BYTES && at + size <= bytes.length, `the object at byte ${at} states ${size} bytes`)
  return { guid: bytes.toString('hex', at, at + 16), at, size }
}

const filePropertiesAt = (bytes, headerSize) => {
  for (let at = 30; at < headerSize; ) {
    const object = objectAt(bytes, at)
    if (object.guid === FILE_PROPERTIES) return at
    at += object.size
  }
  throw new Error('this ASF cannot be looped: no File Properties Object')
}

/** The part before the packets and the packets, of a file whose every packet has the same size. */
const split = (bytes) => {
  const header = objectAt(bytes, 0)
  need(header.guid === HEADER_OBJECT, 'no Header Object')
  const data = objectAt(bytes, header.size)
  need(data.guid === DATA_OBJECT, 'no Data Object behind the header')
  const properties = filePropertiesAt(bytes, header.size)
  const packetSize = bytes.readUInt32LE(properties + 92)
  const packetCount = Number(bytes.readBigUInt64LE(data.at + 40))
  const begin = data.at + DATA_HEADER_BYTES
  need(packetSize > 0 && packetCount > 0 && begin + packetSize * packetCount <= bytes.length, 'packets are missing')
  return {
    lead: bytes.subarray(0, begin),
    properties,
    dataAt: data.at,
    packets: bytes.subarray(begin, begin + packetSize * packetCount),
    packetSize,
    packetCount,
  }
}

/** Walks the fields of one packet and hands every payload's header to `onPayload`. */
const walkPacket = (bytes, start, packetSize, onSendTime, onPayload) => {
  let at = start
  if ((bytes[at] & 0x80) !== 0) at += 1 + (bytes[at] & 0x0f)
  const lengths = bytes[at]
  const widths = bytes[at + 1]
  at += 2
  const packetLengthBytes = FIELD_BYTES[(lengths >> 5) & 3]
  const packetLength = packetLengthBytes === 0 ? packetSize : readField(bytes, at, packetLengthBytes)
  at += packetLengthBytes + FIELD_BYTES[(lengths >> 1) & 3]
  const end = start + packetLength - readField(bytes, at, FIELD_BYTES[(lengths >> 3) & 3])
  at += FIELD_BYTES[(lengths >> 3) & 3]
  onSendTime(at)
  at += 6
  const many = (lengths & 1) !== 0
  const count = many ? bytes[at] & 0x3f : 1
  const lengthBytes = many ? FIELD_BYTES[bytes[at] >> 6] : 0
  if (many) at += 1
  for (let index = 0; index < count; index++) {
    const numberBytes = FIELD_BYTES[(widths >> 4) & 3]
    const offsetBytes = FIELD_BYTES[(widths >> 2) & 3]
    const replicatedBytes = FIELD_BYTES[widths & 3]
    const stream = bytes[at] & 0x7f
    const numberAt = at + 1
    const offset = readField(bytes, numberAt + numberBytes, offsetBytes)
    const replicatedAt = numberAt + numberBytes + offsetBytes + replicatedBytes
    const replicated = readField(bytes, replicatedAt - replicatedBytes, replicatedBytes)
    need(replicated >= 8, 'a payload without a presentation time of its own')
    const lengthAt = replicatedAt + replicated
    const dataAt = lengthAt + (many ? lengthBytes : 0)
    const dataBytes = many ? readField(bytes, lengthAt, lengthBytes) : end - dataAt
    onPayload({ stream, numberAt, numberBytes, offset, timeAt: replicatedAt + 4, dataAt, dataBytes })
    at = dataAt + dataBytes
    need(at <= start + packetLength, `a payload runs over its packet at byte ${start}`)
  }
}

/** Where the data of every payload lie in a file, and how long they are. */
export function* payloadsOf(bytes) {
  const { lead, packetSize, packetCount } = split(bytes)
  const found = []
  for (let index = 0; index < packetCount; index++) {
    walkPacket(bytes, lead.length + index * packetSize, packetSize, () => undefined, (payload) => found.push(payload))
    yield* found
    found.length = 0
  }
}

const notePayload = (streams, time, starts) => {
  const seen = streams.get(time.stream) ?? { objects: 0, first: time.value, last: time.value, step: 0 }
  if (!starts) return
  streams.set(time.stream, {
    objects: seen.objects + 1,
    first: seen.first,
    last: time.value,
    step: seen.objects === 0 ? 0 : time.value - seen.last,
  })
}

/** Every field that differs from pass to pass, and how far each stream goes in one pass (milliseconds). */
const survey = ({ packets, packetSize, packetCount }) => {
  const fields = []
  const streams = new Map()
  for (let index = 0; index < packetCount; index++) {
    const onSendTime = (at) => fields.push({ kind: 'time', at, width: 4 })
    walkPacket(packets, index * packetSize, packetSize, onSendTime, (payload) => {
      fields.push({ kind: 'time', at: payload.timeAt, width: 4 })
      fields.push({ kind: 'number', at: payload.numberAt, width: payload.numberBytes, stream: payload.stream })
      const value = packets.readUInt32LE(payload.timeAt)
      notePayload(streams, { stream: payload.stream, value }, payload.offset === 0)
    })
  }
  const spans = [...streams.values()].map(({ first, last, step }) => last - first + Math.max(step, 1))
  return { fields, streams, period: Math.max(...spans) }
}

/** What is added to a field with each pass. */
const stepsOf = ({ fields, streams, period }, packets) =>
  fields.map((field) => ({
    at: field.at,
    width: field.width,
    base: packets.readUIntLE(field.at, field.width),
    step: field.kind === 'time' ? period : (streams.get(field.stream)?.objects ?? 0),
  }))

const writeLead = (source, passes, period) => {
  const lead = Buffer.from(source.lead)
  const { properties, dataAt } = source
  const extra = BigInt(period * (passes - 1)) * TICKS_PER_MS
  const packetBytes = source.packets.length * passes
  const packetCount = BigInt(source.packetCount * passes)
  lead.writeBigUInt64LE(BigInt(lead.length + packetBytes), properties + 40)
  lead.writeBigUInt64LE(packetCount, properties + 56)
  lead.writeBigUInt64LE(lead.readBigUInt64LE(properties + 64) + extra, properties + 64)
  lead.writeBigUInt64LE(lead.readBigUInt64LE(properties + 72) + extra, properties + 72)
  // The index objects behind the packets are left out, and with them what they made possible.
  lead.writeUInt32LE(lead.readUInt32LE(properties + 88) & ~SEEKABLE_FLAG, properties + 88)
  lead.writeBigUInt64LE(BigInt(DATA_HEADER_BYTES + packetBytes), dataAt + 16)
  lead.writeBigUInt64LE(packetCount, dataAt + 40)
  return lead
}

/**
 * The pieces of a file of at least `size` bytes, in order: whole passes, at least one.
 * A piece is valid until the next one is taken.
 */
export function* loopAsf(bytes, size) {
  const source = split(bytes)
  const found = survey(source)
  const steps = stepsOf(found, source.packets)
  const passes = Math.max(1, Math.ceil((size - source.lead.length) / source.packets.length))
  need(found.period * passes < 2 ** 32, 'its times would not fit in 32 bits')
  yield writeLead(source, passes, found.period)
  const packets = Buffer.from(source.packets)
  for (let pass = 0; pass < passes; pass++) {
    for (const { at, width, base, step } of steps) {
      packets.writeUIntLE((base + pass * step) % 2 ** (8 * width), at, width)
    }
    yield packets
  }
}
