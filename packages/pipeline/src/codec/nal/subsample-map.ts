/**
 * What becomes of a run whose end is no whole block.
 *
 * `whole-blocks`: the run is shortened to whole blocks of 16 bytes, and what is left over joins the clear bytes in
 * front. Runs of `cbc1` and `cens` must be whole blocks (ISO/IEC 23001-7, 10.2 and 10.3), those of `cenc` should be
 * (9.5.2.5, 10.1). What is shorter than a block stays clear.
 *
 * `to-the-end`: the run is all of the slice data, from the first whole byte behind the slice header to the end of the
 * NAL unit, of any size. So `cbcs` wants it (9.5.2.2 and 10.4); its cipher leaves a last part of a block as it is (9.6),
 * and with it a run of less than a block.
 */
export type ProtectedRuns = 'whole-blocks' | 'to-the-end'

/**
 * Which bytes of a sample stay clear and which are protected, as runs in turn: clear bytes, then protected ones. Used
 * again for each sample; entries from `count` on are of earlier samples. All entries together are the sample.
 *
 * A clear run may be longer than the 65 535 bytes of an entry in a file: who writes the file splits it.
 */
export interface SubsampleMap {
  readonly runs: ProtectedRuns
  count: number
  clear: Uint32Array
  protected: Uint32Array
}

/** Bytes of an AES block. */
const BLOCK = 16
const AT_FIRST = 64

/** An empty map. */
export const createSubsampleMap = (runs: ProtectedRuns): SubsampleMap => ({
  runs,
  count: 0,
  clear: new Uint32Array(AT_FIRST),
  protected: new Uint32Array(AT_FIRST),
})

/** Begins the map of the next sample. */
export const resetMap = (map: SubsampleMap): void => {
  map.count = 0
}

/** Adds clear bytes; they go with those just before. */
export const addClear = (map: SubsampleMap, bytes: number): void => {
  const last = map.count - 1
  if (last >= 0 && map.protected[last] === 0) map.clear[last] = (map.clear[last] ?? 0) + bytes
  else if (bytes > 0) addEntry(map, bytes, 0)
}

/** Adds bytes of which the last `protectable` are protected, as far as the rule of the map goes: see `ProtectedRuns`. */
export const addProtectable = (map: SubsampleMap, clear: number, protectable: number): void => {
  const rest = map.runs === 'whole-blocks' ? protectable % BLOCK : 0
  addClear(map, clear + rest)
  if (protectable === rest) return
  const last = map.count - 1
  if (last >= 0 && map.protected[last] === 0) map.protected[last] = protectable - rest
  else addEntry(map, 0, protectable - rest)
}

const addEntry = (map: SubsampleMap, clear: number, covered: number): void => {
  if (map.count === map.clear.length) {
    map.clear = grown(map.clear)
    map.protected = grown(map.protected)
  }
  map.clear[map.count] = clear
  map.protected[map.count] = covered
  map.count += 1
}

const grown = (column: Uint32Array): Uint32Array => {
  const larger = new Uint32Array(column.length * 2)
  larger.set(column)
  return larger
}
