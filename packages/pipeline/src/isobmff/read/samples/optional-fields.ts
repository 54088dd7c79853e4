/** Bytes of version, flags and the field that always follows. */
export const FULL_FRONT = 8
const FLAGS_MASK = 0xff_ffff

/** The flags of a box, behind its version. */
export const flagsOf = (view: DataView): number => view.getUint32(0) & FLAGS_MASK

/** How many of some flags are set. */
export const countFlags = (flags: number, ...which: ReadonlyArray<number>): number => which.filter((flag) => (flags & flag) !== 0).length

/** Reads fields of 4 bytes one after the other: the next where its flag is set, else what stands for it. */
export const fieldsFrom = (view: DataView, from: number, flags: number): ((flag: number, absent: number) => number) => {
  let at = from
  return (flag, absent) => {
    if ((flags & flag) === 0) return absent
    at += 4
    return view.getUint32(at - 4)
  }
}
