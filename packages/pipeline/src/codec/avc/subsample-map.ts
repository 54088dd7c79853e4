/**
 * Which bytes of a sample stay clear and which are protected, as runs in turn: clear bytes, then protected ones. Used
 * again for each sample; entries from `count` on are of earlier samples. All entries together are the sample.
 *
 * A clear run may be longer than the 65 535 bytes of an entry in a file: who writes the file splits it.
 */
export interface SubsampleMap {
  count: number
  clear: Uint32Array
  protected: Uint32Array
}

/** Bytes of an AES block: protected runs are multiples of it. @source ISO/IEC 23001-7, 9.5.2.5 (scheme `cenc`) */
const BLOCK = 16
const AT_FIRST = 64

/** An empty map. */
export const createSubsampleMap = (): SubsampleMap => ({
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

/**
 * Adds bytes of which the last `protectable` may be protected: whole blocks are, and what is left of a block joins the
 * clear bytes in front.
 */
export const addProtectable = (map: SubsampleMap, clear: number, protectable: number): void => {
  const rest = protectable % BLOCK
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
