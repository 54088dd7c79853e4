import type { ProtectionHeader } from '../../media/media-description'
import { hexText } from '../hex-id'
import type { Box } from './box-tree'

const SYSTEM_ID_AT = 4
const SYSTEM_ID_END = 20

/** Copies a `pssh`, `tenc` or `schm` box out of the bytes that were read. */
export const protectionHeader = ({ type, at, body }: Box): ProtectionHeader => {
  const named = type === 'pssh' && body.length >= SYSTEM_ID_END
  return {
    kind: type,
    ...(named ? { systemId: hexText(body.subarray(SYSTEM_ID_AT, SYSTEM_ID_END)) } : {}),
    at,
    data: body.slice(),
  }
}
