import { createBitWriter, nalFromBits, type BitWriter } from './bit-writer'
import { signed, yes, type Choose } from './choose'

/** Id of all sets, so that they can stand beside those of an encoder. */
const ID = 1

/** A picture kept for reference. */
export interface KeptPicture {
  readonly delta: number
  readonly used: boolean
}

/** A short-term set: by distance, pictures before the one at hand first. */
export type KeptPictures = ReadonlyArray<KeptPicture>

/** What slices need to know of the sets. */
export type HevcFields = ReturnType<typeof writeSps>['fields'] & ReturnType<typeof writePps>['fields']

/** Writes `ue` and answers the value. */
export const ue = (w: BitWriter, value: number): number => {
  w.ue(value)
  return value
}

const writeProfile = (choose: Choose, w: BitWriter, layers: number): void => {
  w.u(3, 0)
  w.u(5, 1)
  w.u(32, 0x6000_0000)
  for (let flag = 0; flag < 4; flag += 1) w.flag(yes(choose))
  for (let part = 0; part < 4; part += 1) w.u(11, 0)
  w.u(8, 93)
  if (layers === 0) return
  const flags = Array.from({ length: layers }, () => [yes(choose), yes(choose)] as const)
  for (let layer = 0; layer < 8; layer += 1) for (const flag of flags[layer] ?? [false, false]) w.flag(flag)
  for (const [profile, level] of flags) {
    if (profile) {
      w.u(8, 1)
      w.u(32, 0x6000_0000)
      w.u(32, 0)
      w.u(16, 0)
    }
    if (level) w.u(8, 93)
  }
}

const writeOrdering = (choose: Choose, w: BitWriter, layers: number): void => {
  const all = w.flag(yes(choose))
  for (let layer = all ? 0 : layers; layer <= layers; layer += 1) {
    w.ue(15)
    w.ue(4)
    w.ue(0)
  }
}

/** A video parameter set for one layer. */
export const writeVps = (choose: Choose, layers: number): Uint8Array => {
  const w = createBitWriter()
  w.u(16, 0x4001)
  w.u(4, ID)
  w.u(2, 3)
  w.u(6, 0)
  w.u(3, layers)
  w.flag(true)
  w.u(16, 0xffff)
  writeProfile(choose, w, layers)
  writeOrdering(choose, w, layers)
  w.u(6, 0)
  w.ue(0)
  w.flag(false)
  w.flag(false)
  return nalFromBits(w.text())
}

const writeScalingLists = (choose: Choose, w: BitWriter): void => {
  for (let size = 0; size < 4; size += 1) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!w.flag(yes(choose))) {
        w.ue(choose(size === 3 ? matrix / 3 : matrix))
        continue
      }
      if (size > 1) w.se(signed(choose, 7))
      for (let index = 0; index < (size === 0 ? 16 : 64); index += 1) w.se(signed(choose, 9))
    }
  }
}

/** A set, predicted from one of those before it where there is one. */
export const writeShortTermSet = (
  choose: Choose,
  w: BitWriter,
  { known, inSlice }: { readonly known: ReadonlyArray<KeptPictures>; readonly inSlice: boolean }
): KeptPictures => {
  if (known.length > 0 && w.flag(yes(choose))) return writePredicted(choose, w, { known, inSlice })
  const counts = [ue(w, choose(3)), ue(w, choose(3))]
  return counts.flatMap((count, side) => {
    let delta = 0
    return Array.from({ length: count }, () => {
      const distance = choose(4)
      w.ue(distance)
      delta += (side === 0 ? -1 : 1) * (distance + 1)
      return { delta, used: w.flag(yes(choose)) }
    })
  })
}

const writePredicted = (
  choose: Choose,
  w: BitWriter,
  { known, inSlice }: { readonly known: ReadonlyArray<KeptPictures>; readonly inSlice: boolean }
): KeptPictures => {
  const back = inSlice ? choose(known.length - 1) : 0
  if (inSlice) w.ue(back)
  const other = known[known.length - 1 - back] ?? []
  const shift = (w.flag(yes(choose)) ? -1 : 1) * (1 + choose(5))
  w.ue(Math.abs(shift) - 1)
  const kept: KeptPicture[] = []
  for (const delta of [...other.map((picture) => picture.delta), 0]) {
    const used = w.flag(yes(choose))
    // A set must not outgrow the buffer over many predictions.
    const keeps = used || w.flag(other.length < 8 && yes(choose))
    if (keeps && delta + shift !== 0) kept.push({ delta: delta + shift, used })
  }
  const bySide = (negative: boolean): KeptPicture[] => kept.filter(({ delta }) => delta < 0 === negative)
  return [true, false].flatMap((side) => bySide(side).sort((a, b) => Math.abs(a.delta) - Math.abs(b.delta)))
}

const writeVui = (choose: Choose, w: BitWriter, layers: number): void => {
  if (w.flag(yes(choose))) {
    w.u(8, 255)
    w.u(32, 0x0010_000b)
  }
  if (w.flag(yes(choose))) w.flag(true)
  w.u(1, 0)
  w.u(1, 0)
  w.u(3, 0) // neutral chroma, fields, frame information
  w.u(1, 0)
  if (w.flag(yes(choose))) {
    w.u(32, 1001)
    w.u(32, 30_000)
    if (w.flag(yes(choose))) w.ue(choose(5))
    if (w.flag(yes(choose))) writeBufferModels(choose, w, layers)
  }
  if (!w.flag(yes(choose))) return
  w.u(3, 0)
  for (const value of [choose(9), 2, 1, 15, 15]) w.ue(value)
}

const writeBufferModels = (choose: Choose, w: BitWriter, layers: number): void => {
  const models = [w.flag(yes(choose)), w.flag(yes(choose))].filter((there) => there).length
  const parts = models > 0 && w.flag(yes(choose))
  if (parts) w.u(19, 0)
  if (models > 0) w.u(8, 0)
  if (parts) w.u(4, 0)
  if (models > 0) w.u(15, 0x7bde)
  for (let layer = 0; layer <= layers; layer += 1) {
    const general = w.flag(yes(choose))
    const fixed = general || w.flag(yes(choose))
    if (fixed) w.ue(choose(9))
    const low = !fixed && w.flag(yes(choose))
    const count = low ? 0 : choose(2)
    if (!low) w.ue(count)
    for (let model = 0; model < models * (count + 1); model += 1) {
      for (let field = 0; field < (parts ? 4 : 2); field += 1) w.ue(choose(99))
      w.flag(yes(choose))
    }
  }
}

/** A sequence parameter set, and what of it slice headers depend on. */
export const writeSps = (choose: Choose, layers: number) => {
  const w = createBitWriter()
  w.u(16, 0x4201)
  w.u(4, ID)
  w.u(3, layers)
  w.flag(true)
  writeProfile(choose, w, layers)
  w.ue(ID)
  const chroma = ue(w, choose(3))
  const planes = chroma === 3 && w.flag(yes(choose))
  const blockBits = 3 + choose(2)
  const treeBits = Math.max(4, blockBits + choose(6 - blockBits))
  const [width, height] = [(4 + choose(20)) << blockBits, (4 + choose(20)) << blockBits]
  w.ue(width)
  w.ue(height)
  if (w.flag(yes(choose))) for (let side = 0; side < 4; side += 1) w.ue(choose(1))
  w.ue(choose(4))
  w.ue(choose(4))
  const orderBits = 4 + ue(w, choose(12))
  writeOrdering(choose, w, layers)
  w.ue(blockBits - 3)
  w.ue(treeBits - blockBits)
  for (const value of [0, Math.min(treeBits, 5) - 2, 0, 0]) w.ue(value)
  if (w.flag(yes(choose)) && w.flag(yes(choose))) writeScalingLists(choose, w)
  w.flag(yes(choose))
  const offset = w.flag(yes(choose))
  if (w.flag(yes(choose))) {
    w.u(8, 0x77)
    w.ue(Math.min(blockBits, 5) - 3)
    w.ue(0)
    w.flag(yes(choose))
  }
  const count = ue(w, choose(5))
  const sets: KeptPictures[] = []
  while (sets.length < count) sets.push(writeShortTermSet(choose, w, { known: sets, inSlice: false }))
  const longTerm = w.flag(yes(choose))
  const named = Array.from({ length: longTerm ? ue(w, choose(4)) : 0 }, () => {
    w.u(orderBits, choose(2 ** orderBits - 1))
    return w.flag(yes(choose))
  })
  const temporalMotion = w.flag(yes(choose))
  w.flag(yes(choose))
  if (w.flag(yes(choose))) writeVui(choose, w, layers)
  const integerMotion = writeSpsExtensions(choose, w)
  const side = 2 ** treeBits
  const [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)]
  const coding = { offset, sets, longTerm, named, temporalMotion, integerMotion }
  return { unit: nalFromBits(w.text()), fields: { chroma: planes ? 0 : chroma, planes, orderBits, columns, rows, ...coding } }
}

const writeSpsExtensions = (choose: Choose, w: BitWriter): boolean => {
  if (!w.flag(yes(choose))) return false
  const range = w.flag(yes(choose))
  const layers = w.flag(false)
  w.flag(false)
  const screen = w.flag(yes(choose))
  w.u(4, 0)
  if (range) w.u(9, choose(511))
  if (layers) w.flag(false)
  if (!screen) return false
  w.flag(yes(choose))
  if (w.flag(yes(choose))) {
    w.ue(63)
    w.ue(64)
    w.flag(false)
  }
  const resolution = choose(2)
  w.u(2, resolution)
  w.flag(yes(choose))
  return resolution === 2
}

/** A picture parameter set, and what of it slice headers depend on. */
export const writePps = (choose: Choose, { columns, rows }: { readonly columns: number; readonly rows: number }) => {
  const w = createBitWriter()
  w.u(16, 0x4401)
  w.ue(ID)
  w.ue(ID)
  const dependent = w.flag(yes(choose))
  const output = w.flag(yes(choose))
  const extra = choose(2)
  w.u(3, extra)
  w.flag(yes(choose))
  const cabacInit = w.flag(yes(choose))
  const defaults = [ue(w, choose(3)) + 1, ue(w, choose(3)) + 1] as const
  w.se(0)
  w.flag(yes(choose))
  const skip = w.flag(yes(choose))
  if (w.flag(yes(choose))) w.ue(0)
  w.se(signed(choose, 12))
  w.se(signed(choose, 12))
  const chromaOffsets = w.flag(yes(choose))
  const weighted = [w.flag(yes(choose)), w.flag(yes(choose))] as const
  w.flag(yes(choose))
  const tiled = w.flag(yes(choose))
  const sync = w.flag(yes(choose))
  const tiles = tiled ? writeTiles(choose, w, [columns, rows]) : undefined
  const across = w.flag(yes(choose))
  const control = w.flag(yes(choose))
  const override = control && w.flag(yes(choose))
  const disabled = control && w.flag(yes(choose))
  if (control && !disabled) {
    w.se(signed(choose, 6))
    w.se(signed(choose, 6))
  }
  if (w.flag(yes(choose))) writeScalingLists(choose, w)
  const modification = w.flag(yes(choose))
  w.ue(0)
  const extension = w.flag(yes(choose))
  const more = writePpsExtensions(choose, w, { skip, weighted: weighted.includes(true) })
  const headers = { dependent, output, extra, cabacInit, defaults, chromaOffsets, weighted, tiles, sync, across }
  return { unit: nalFromBits(w.text()), fields: { ...headers, override, disabled, modification, extension, ...more } }
}

const writeTiles = (choose: Choose, w: BitWriter, sides: readonly [number, number]): readonly [number, number] => {
  const counts = [choose(Math.min(3, sides[0] - 1)), choose(Math.min(3, sides[1] - 1))] as const
  // One tile alone is not allowed.
  const [columns, rows] = counts[0] + counts[1] === 0 ? [Math.min(1, sides[0] - 1), Math.min(1, sides[1] - 1)] : counts
  w.ue(columns)
  w.ue(rows)
  if (!w.flag(yes(choose))) for (let side = 0; side < columns + rows; side += 1) w.ue(0)
  w.flag(yes(choose))
  return [columns + 1, rows + 1]
}

const writePpsExtensions = (
  choose: Choose,
  w: BitWriter,
  { skip, weighted }: { readonly skip: boolean; readonly weighted: boolean }
) => {
  const none = { list: false, transforms: false, itself: false }
  if (!w.flag(yes(choose))) return none
  const range = w.flag(yes(choose))
  w.u(2, 0)
  const screen = w.flag(yes(choose))
  w.u(4, 0)
  if (range && skip) w.ue(0)
  if (range) w.flag(false)
  const list = range && w.flag(yes(choose))
  if (list) {
    w.ue(0)
    for (let offset = 2 * (ue(w, choose(5)) + 1); offset > 0; offset -= 1) w.se(signed(choose, 12))
  }
  if (range) for (let plane = 0; plane < 2; plane += 1) w.ue(0)
  if (!screen) return { ...none, list }
  const itself = w.flag(!weighted && yes(choose))
  const colours = w.flag(yes(choose))
  const transforms = colours && w.flag(yes(choose))
  if (colours) for (const base of [5, 5, 3]) w.se(base)
  w.flag(false)
  return { list, transforms, itself }
}
