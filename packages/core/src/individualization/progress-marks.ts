const LEAVES_A_MARK = 16
const LEAST = 12
const MOST = 400

/**
 * The numbers of bytes at which a download is reported, rising to the whole: one for 16 leaves, at least 12 and at most 400.
 *
 * @source docs/reference/protocols.md, section 5.4
 */
export const progressMarks = (bytes: number, leaves: number): ReadonlyArray<number> => {
  const count = Math.min(MOST, Math.max(LEAST, Math.ceil(leaves / LEAVES_A_MARK)))
  return Array.from({ length: count }, (_, index) => Math.ceil((bytes * (index + 1)) / count))
}
