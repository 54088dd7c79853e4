import { ascii, u32 } from './big-endian'
import { fullBox, joined } from './box'
import type { TrackProtection } from './mp4-track'
import { protectionFields } from './protection-fields'

/** Samples in a row under one key. */
export interface KeyRun {
  readonly count: number
  /** Absent for that of the track. */
  readonly protection?: TrackProtection
}

const SEIG = 'seig'
/** Groups that the fragment describes itself are counted from here. @source ISO/IEC 14496-12, 8.9.4 */
const LOCAL = 0x1_0000
const LENGTHS_DIFFER = 0

const described = (entries: ReadonlyArray<Uint8Array>): Uint8Array => {
  const [first] = entries
  const alike = entries.every(({ length }) => length === first?.length)
  const length = alike ? (first?.length ?? 0) : LENGTHS_DIFFER
  const rows = entries.flatMap((entry) => (alike ? [entry] : [u32(entry.length), entry]))
  return fullBox('sgpd', 1, 0, ascii(SEIG), u32(length, entries.length), ...rows)
}

/**
 * `sgpd` and `sbgp` of a fragment in which keys change: key rotation. Each key is described once.
 *
 * @param ivSize of the samples of the fragment, which those of its keys must have.
 * @param count of samples in the fragment.
 * @errors Throws `RangeError` for runs that are not those of the fragment.
 * @source ISO/IEC 14496-12, 8.9; ISO/IEC 23001-7, 6
 */
export const keyGroupBoxes = (runs: ReadonlyArray<KeyRun>, ivSize: number, count: number): Uint8Array => {
  if (runs.reduce((sum, run) => sum + run.count, 0) !== count) throw new RangeError('runs of keys cover the samples of the fragment')
  const entries: Uint8Array[] = []
  const places = new Map<string, number>()
  const rows = runs.flatMap(({ count: samples, protection }) => {
    if (protection === undefined) return [samples, 0]
    if (protection.ivSize !== ivSize) throw new RangeError('the keys of a fragment have IVs of one size')
    const fields = protectionFields(protection)
    const name = fields.join()
    const place = places.get(name) ?? entries.push(fields)
    places.set(name, place)
    return [samples, LOCAL + place]
  })
  if (entries.length === 0) return new Uint8Array()
  return joined([described(entries), fullBox('sbgp', 0, 0, ascii(SEIG), u32(runs.length), u32(...rows))])
}
