import { idBytes } from '../hex-id'
import { PIFF_IDS } from '../piff-ids'
import { u32 } from './big-endian'
import { box, fullBox } from './box'

/** What one rights system wants to find in a file. */
export interface PsshFields {
  /** 32 lower-case hex digits, text order. */
  readonly systemId: string
  /** Key IDs in the same form. Given, even empty, the box is of version 1; absent, of version 0. */
  readonly keyIds?: ReadonlyArray<string>
  /** The system's own data; may be empty. */
  readonly data: Uint8Array
  /** As PIFF's `uuid` box, which has no key IDs, for readers that are older than `pssh`. */
  readonly isPiff?: boolean
}

/** Version 0, no flags. */
const FULL = u32(0)

/**
 * A whole protection system specific header box.
 *
 * @errors Throws `RangeError` for an id that is not 32 lower-case hex digits.
 * @source ISO/IEC 23001-7, 8.1
 */
export const buildPssh = ({ systemId, keyIds, data, isPiff }: PsshFields): Uint8Array => {
  if (isPiff === true) return box('uuid', idBytes(PIFF_IDS.pssh), FULL, idBytes(systemId), u32(data.length), data)
  const ids = keyIds === undefined ? [] : [u32(keyIds.length), ...keyIds.map(idBytes)]
  return fullBox('pssh', keyIds === undefined ? 0 : 1, 0, idBytes(systemId), ...ids, u32(data.length), data)
}
