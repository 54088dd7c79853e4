import fc from 'fast-check'

import { asfObjectsOf, type PlacedObject } from './asf-objects-of'
import { bytesOf } from './hand-made'

/** One change to a file that knows where its objects, its packets and its texts are. */
export type AsfMutation =
  | { readonly type: 'size'; readonly object: number; readonly value: bigint }
  | { readonly type: 'field'; readonly object: number; readonly place: number; readonly width: number; readonly value: bigint }
  | { readonly type: 'guid'; readonly object: number; readonly from: number }
  | { readonly type: 'cut'; readonly at: number }
  | { readonly type: 'cutObject'; readonly object: number; readonly bytes: number }
  | { readonly type: 'duplicate'; readonly object: number; readonly mended: boolean }
  | { readonly type: 'remove'; readonly object: number; readonly mended: boolean }
  | { readonly type: 'packet'; readonly packet: number; readonly place: number; readonly value: number }
  | { readonly type: 'text'; readonly place: number; readonly text: string }
  | { readonly type: 'bytes'; readonly at: number; readonly bytes: Uint8Array }

/** Numbers at which readers of sizes and counts go wrong. */
const EDGES = [
  ...[0n, 1n, 2n, 23n, 24n, 25n, 0x7fn, 0xffn, 0x7fffn, 0xffffn, 0x10000n],
  ...[0x7fff_ffffn, 0xffff_ffffn, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n],
]
const edge = fc.oneof(fc.constantFrom(...EDGES), fc.bigInt({ min: 0n, max: 400n }))
/** Counted from the front, or from the end where the indexes are. */
const object = fc.oneof(fc.nat(60), fc.integer({ min: -4, max: -1 }))
const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })

/** What hostile authors of XML write. */
const HOSTILE = [
  '<!DOCTYPE a [<!ENTITY x "y">]>',
  '<!ENTITY x SYSTEM "file:///etc/passwd">',
  '&x;&#0;&#x110000;',
  '<a>'.repeat(40),
  '<![CDATA[',
  '<?xml version="1.0"?>',
  '</DATA>',
  'xmlns=""',
  '\u0000',
  '\ud800',
]

/** Any such change. */
export const asfMutation: fc.Arbitrary<AsfMutation> = fc.oneof(
  // Sizes and counts are where readers go wrong most.
  { weight: 4, arbitrary: fc.record({ type: fc.constant('size' as const), object, value: edge }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('field' as const),
      object,
      place: fc.nat(120),
      width: fc.constantFrom(1, 2, 4, 8),
      value: edge,
    }),
  },
  fc.record({ type: fc.constant('guid' as const), object, from: object }),
  fc.record({ type: fc.constant('cut' as const), at: share }),
  fc.record({ type: fc.constant('cutObject' as const), object, bytes: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ type: fc.constant('duplicate' as const), object, mended: fc.boolean() }),
  fc.record({ type: fc.constant('remove' as const), object, mended: fc.boolean() }),
  fc.record({ type: fc.constant('packet' as const), packet: fc.nat(6), place: fc.nat(40), value: fc.nat(255) }),
  fc.record({ type: fc.constant('text' as const), place: fc.nat(200), text: fc.constantFrom(...HOSTILE) }),
  fc.record({ type: fc.constant('bytes' as const), at: share, bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) })
)

const GUID_BYTES = 16
const SIZE_AT = 16
const FRAME = 24
const DATA = '3626b2758e66cf11a6d900aa0062ce6c'
const EXTENSION = 'b503bf5f2ea9cf118ee300c00c205365'
const EXTENSION_DATA_SIZE_AT = 42
const PACKETS_AT = 50

/** Makes a change. A file that is too damaged for it stays as it is. */
export const mutateAsf = (bytes: Uint8Array, mutation: AsfMutation, packetSize: number): Uint8Array => {
  const copy = Buffer.from(bytes)
  const objects = asfObjectsOf(copy)
  const chosen = 'object' in mutation ? objects.at(mutation.object < 0 ? mutation.object : mutation.object % Math.max(1, objects.length)) : undefined
  if ('object' in mutation && chosen === undefined) return bytes
  const at = chosen?.at ?? 0
  const end = at + (chosen?.size ?? 0)
  switch (mutation.type) {
    case 'size':
      copy.writeBigUInt64LE(mutation.value, at + SIZE_AT)
      return copy
    case 'field':
      return withField(copy, Math.min(at + FRAME + mutation.place, Math.max(at, end - mutation.width)), mutation)
    case 'guid': {
      const other = objects.at(mutation.from < 0 ? mutation.from : mutation.from % objects.length)?.at ?? 0
      copy.copyWithin(at, other, other + GUID_BYTES)
      return copy
    }
    case 'cut':
      return copy.subarray(0, Math.floor(mutation.at * copy.length))
    case 'cutObject': {
      const from = Math.max(at + FRAME, end - mutation.bytes)
      return spliced(copy, objects, from, end, new Uint8Array(), true)
    }
    case 'duplicate':
      return spliced(copy, objects, end, end, copy.subarray(at, end), mutation.mended)
    case 'remove':
      return spliced(copy, objects, at, end, new Uint8Array(), mutation.mended)
    case 'packet':
      return withPacketByte(copy, objects, mutation, packetSize)
    case 'text':
      return withText(copy, objects, mutation)
    case 'bytes':
      copy.set(mutation.bytes.subarray(0, copy.length), Math.min(Math.floor(mutation.at * copy.length), Math.max(0, copy.length - 8)))
      return copy
  }
}

const withField = (
  copy: Buffer,
  at: number,
  { width, value }: { readonly width: number; readonly value: bigint }
): Uint8Array => {
  for (let index = 0; index < width && at + index < copy.length; index += 1) {
    copy[at + index] = Number((value >> BigInt(8 * index)) & 0xffn)
  }
  return copy
}

/** Puts bytes in place of others, and where it is `mended` corrects the sizes of the objects around them. */
const spliced = (
  copy: Buffer,
  objects: ReadonlyArray<PlacedObject>,
  from: number,
  to: number,
  bytes: Uint8Array,
  mended: boolean
): Uint8Array => {
  const delta = bytes.length - (to - from)
  const inside = Buffer.from(bytes)
  for (const { at, size } of mended ? objects : []) {
    if (at >= from || at + size < to || (bytes.length > 0 && at + size === to)) continue
    copy.writeBigUInt64LE(BigInt(size + delta), at + SIZE_AT)
    if (copy.toString('hex', at, at + GUID_BYTES) === EXTENSION) {
      copy.writeUInt32LE(Math.max(0, size + delta - PACKETS_AT + 4), at + EXTENSION_DATA_SIZE_AT)
    }
  }
  return bytesOf(copy.subarray(0, from), inside, copy.subarray(to))
}

const withPacketByte = (
  copy: Buffer,
  objects: ReadonlyArray<PlacedObject>,
  { packet, place, value }: { readonly packet: number; readonly place: number; readonly value: number },
  packetSize: number
): Uint8Array => {
  const data = objects.find(({ at }) => copy.toString('hex', at, at + GUID_BYTES) === DATA)
  const at = (data?.at ?? copy.length) + PACKETS_AT + packet * packetSize + place
  if (at < copy.length) copy[at] = value
  return copy
}

/** Puts a text into the XML of a protection header. */
const withText = (
  copy: Buffer,
  objects: ReadonlyArray<PlacedObject>,
  { place, text }: { readonly place: number; readonly text: string }
): Uint8Array => {
  const xml = copy.indexOf(Buffer.from('<WRMHEADER', 'utf16le'))
  if (xml < 0) return copy
  const at = Math.min(copy.length, xml + place * 2)
  return spliced(copy, objects, at, at, Buffer.from(text, 'utf16le'), true)
}
