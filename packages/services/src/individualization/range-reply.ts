import type { PlainReply } from '../server/service-route'
import type { StoredPackage } from './package-store'

/** What of a package is asked for. Both ends included. */
export type Range = { readonly from: number; readonly to: number } | 'whole' | 'outside'

const OK = 200
const PARTIAL = 206
const OUTSIDE = 416
const FORM = /^bytes=(?<from>\d{0,15})-(?<to>\d{0,15})$/

/**
 * Reads a `Range` of bytes. Several ranges and other units ask for the whole.
 *
 * @source RFC 9110, section 14
 */
export const rangeOf = (header: string | undefined, bytes: number): Range => {
  const { from = '', to = '' } = FORM.exec(header ?? '')?.groups ?? {}
  if (from === '' && to === '') return 'whole'
  if (from === '') return Number(to) === 0 ? 'outside' : { from: Math.max(0, bytes - Number(to)), to: bytes - 1 }
  if (to !== '' && Number(to) < Number(from)) return 'whole'
  if (Number(from) >= bytes) return 'outside'
  return { from: Number(from), to: to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1) }
}

/** Answers a package or a range of it, as it is read from the disk. @param ifRange the id of the package that the range is meant for. */
export const rangeReply = (
  { id, bytes, read }: StoredPackage,
  range: string | undefined,
  ifRange: string | undefined
): PlainReply => {
  const etag = `"${id}"`
  const asked = ifRange === undefined || ifRange === etag || ifRange === id ? rangeOf(range, bytes) : 'whole'
  const common = { 'content-type': 'application/x-ndjson', 'accept-ranges': 'bytes', etag }
  if (asked === 'outside') return { status: OUTSIDE, headers: { ...common, 'content-range': `bytes */${bytes}` }, body: '' }
  const { from, to } = asked === 'whole' ? { from: 0, to: bytes - 1 } : asked
  const part = asked === 'whole' ? {} : { 'content-range': `bytes ${from}-${to}/${bytes}` }
  return {
    status: asked === 'whole' ? OK : PARTIAL,
    headers: { ...common, ...part, 'content-length': String(to - from + 1) },
    body: read(from, to),
  }
}
