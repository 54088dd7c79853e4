import fc from 'fast-check'

/** What is done to the NAL units of a stream. */
type Mutation = (units: ReadonlyArray<Uint8Array>, where: number, value: number) => ReadonlyArray<Uint8Array>

const at = (units: ReadonlyArray<Uint8Array>, where: number): number => where % Math.max(1, units.length)

const changed = (
  units: ReadonlyArray<Uint8Array>,
  where: number,
  change: (unit: Uint8Array) => Uint8Array
): ReadonlyArray<Uint8Array> => units.map((unit, index) => (index === at(units, where) ? change(unit) : unit))

const flipBit: Mutation = (units, where, value) =>
  changed(units, where, (unit) => {
    const place = Math.floor(value / 8) % Math.max(1, unit.length)
    return unit.map((byte, index) => (index === place ? byte ^ (1 << (value % 8)) : byte))
  })

/** A number that takes more bits than it did moves all that stands behind it. */
const insertZeroBits: Mutation = (units, where, value) =>
  changed(units, where, (unit) => {
    const bits = Array.from(unit, (byte) => byte.toString(2).padStart(8, '0')).join('')
    const at = 8 + (value % Math.max(1, Math.min(bits.length - 8, BITS_OF_HEADERS)))
    const longer = `${bits.slice(0, at)}${'0'.repeat(1 + (where % MOST_ZERO_BITS))}${bits.slice(at)}`
    return Uint8Array.from(longer.match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2))
  })

/** Numbers at which lengths and counts go wrong, as they stand in one, two and four bytes, in both orders. */
const EDGES = ['00', '01', '7f', '80', 'ff', '0000', 'ffff', '0100', '0001', 'ffff0000', '00000001', '7fffffff', 'ffffffff'].map((text) =>
  Buffer.from(text, 'hex')
)

const putEdge: Mutation = (units, where, value) =>
  changed(units, where, (unit) => {
    const edge = EDGES[Math.floor(where / units.length) % EDGES.length] ?? unit
    const from = value % unit.length
    return unit.map((byte, index) => edge[index - from] ?? byte)
  })

const ZEROS = 6
const MOST_ZERO_BITS = 40
const BITS_OF_HEADERS = 160

const MUTATIONS: ReadonlyArray<Mutation> = [
  flipBit,
  // Again, since most of what a header says stands in its first bytes.
  (units, where, value) => flipBit(units, where, value % 80),
  insertZeroBits,
  putEdge,
  (units, where, value) => changed(units, where, (unit) => unit.slice(0, value % (unit.length + 1))),
  (units, where, value) =>
    changed(units, where, (unit) => Uint8Array.of(...unit.slice(0, value % (unit.length + 1)), 0, 0, 3, 0xff, ...unit)),
  // Long runs of zeros are numbers beyond all bounds.
  (units, where, value) =>
    changed(units, where, (unit) => {
      const from = value % unit.length
      return unit.map((byte, index) => (index >= from && index < from + ZEROS ? 0 : byte))
    }),
  (units, where, value) =>
    changed(units, where, (unit) => unit.map((byte, index) => (index >= value % unit.length ? 0xff : byte))),
  (units, where, value) => changed(units, where, () => units[at(units, value)] ?? new Uint8Array()),
  (units, where) => units.filter((_, index) => index !== at(units, where)),
  (units, where) => [...units, ...units.slice(at(units, where))],
  (units, where) => [...units.slice(at(units, where)), ...units.slice(0, at(units, where))],
  // A header byte of another type: a set in the place of a slice, a slice in the place of a set.
  (units, where, value) => changed(units, where, (unit) => Uint8Array.of(value & 0xff, ...unit.slice(1))),
]

/** Streams to which a few of these things were done: bits, lengths, counts, order, kinds of units. */
export const mutatedUnits = (
  streams: fc.Arbitrary<ReadonlyArray<Uint8Array>>
): fc.Arbitrary<ReadonlyArray<Uint8Array>> =>
  fc
    .tuple(
      streams,
      fc.array(fc.tuple(fc.nat(MUTATIONS.length - 1), fc.nat(), fc.nat(400)), { minLength: 1, maxLength: 4 })
    )
    .map(([units, steps]) =>
      steps.reduce<ReadonlyArray<Uint8Array>>(
        (so, [kind, where, value]) => MUTATIONS[kind]?.(so.filter(({ length }) => length > 0), where, value) ?? so,
        units
      )
    )

/** Units in the forms in which a stream can hold them: behind start codes, or behind lengths that may lie. */
export const sampleForms = (units: ReadonlyArray<Uint8Array>, lie: number): ReadonlyArray<Uint8Array> => {
  const prefix = (length: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(length)
    return bytes
  }
  return [
    Buffer.concat(units.flatMap((unit) => [Buffer.from([0, 0, 1]), unit])),
    Buffer.concat(units.flatMap((unit) => [prefix(unit.length), unit])),
    Buffer.concat(units.flatMap((unit, index) => [prefix(index === lie ? unit.length ^ (1 << (lie % 31)) : unit.length), unit])),
  ]
}
