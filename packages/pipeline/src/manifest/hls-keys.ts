import * as E from 'fp-ts/Either'

import { checkedAttributes } from './hls-tag'
import type { ManifestFault } from './manifest-fault'
import type { HlsAttribute, PresentationProtection, PresentationTrack } from './presentation'

type Scheme = PresentationProtection['scheme']

/** How playlists call what lies on the samples of fragmented MP4. */
export type HlsMethod = 'SAMPLE-AES' | 'SAMPLE-AES-CTR'

/** @source RFC 8216bis, 4.4.4.4: "SAMPLE-AES" is `cbcs`, "SAMPLE-AES-CTR" is `cenc`; there is no other for fragmented MP4. */
const METHODS: Readonly<Partial<Record<Scheme, HlsMethod>>> = { cbcs: 'SAMPLE-AES', cenc: 'SAMPLE-AES-CTR' }

/** A hexadecimal number of 128 bits at most. @source RFC 8216, 4.2 and 4.3.2.4 */
const VECTOR = /^0[xX][0-9A-Fa-f]{1,32}$/
/** Positive numbers joined by slashes. @source RFC 8216, 4.3.2.4 */
const VERSIONS = /^[1-9][0-9]*(\/[1-9][0-9]*)*$/
const QUOTED: Readonly<Record<string, boolean>> = { METHOD: false, URI: true, IV: false, KEYFORMAT: true, KEYFORMATVERSIONS: true }

/**
 * The method of a scheme, to be asked before anything is written that is to have playlists.
 *
 * @errors `HlsMethodMissing` for `cens` and `cbc1`.
 */
export const hlsMethod = (scheme: Scheme): E.Either<ManifestFault, HlsMethod> => {
  const method = METHODS[scheme]
  return method === undefined ? E.left({ type: 'HlsMethodMissing', scheme }) : E.right(method)
}

/**
 * What keeps a track out of playlists.
 *
 * @errors `HlsMethodMissing`, `HlsKeyMissing`.
 */
export const hlsFaultOf = ({ protection, file }: PresentationTrack): ManifestFault | undefined => {
  if (protection === undefined) return undefined
  const method = hlsMethod(protection.scheme)
  if (E.isLeft(method)) return method.left
  return protection.hls.length === 0 ? { type: 'HlsKeyMissing', file } : undefined
}

const checkKey = (attributes: ReadonlyArray<HlsAttribute>, method: HlsMethod | undefined): void => {
  const valueOf = new Map(checkedAttributes('a key', attributes).map(({ name, value }) => [name, value]))
  const misplaced = attributes.find(({ name, quoted }) => (QUOTED[name] ?? quoted) !== quoted)
  if (misplaced !== undefined) throw new RangeError(`${misplaced.name} of a key has the wrong kind of value`)
  if (valueOf.get('METHOD') !== method) throw new RangeError('the method of a key is not that of its scheme')
  if ((valueOf.get('URI') ?? '') === '') throw new RangeError('a key has a URI')
  if (!VECTOR.test(valueOf.get('IV') ?? '0x0')) throw new RangeError('a vector has 1 to 32 hexadecimal digits')
  if (!VERSIONS.test(valueOf.get('KEYFORMATVERSIONS') ?? '1')) throw new RangeError('versions are numbers joined by slashes')
}

/**
 * The attributes of each key of a track, in the order of the systems.
 *
 * @errors Throws `RangeError` for a key that does not say what RFC 8216, 4.3.2.4 asks, or whose method is not that of the scheme.
 */
export const hlsKeysOf = ({ protection }: PresentationTrack): ReadonlyArray<ReadonlyArray<HlsAttribute>> =>
  (protection?.hls ?? []).map(({ attributes }) => {
    checkKey(attributes, protection === undefined ? undefined : METHODS[protection.scheme])
    return attributes
  })

const SAME = ['METHOD', 'URI', 'IV', 'KEYFORMAT', 'KEYFORMATVERSIONS']

const identity = (attributes: ReadonlyArray<HlsAttribute>): string =>
  JSON.stringify(SAME.map((wanted) => attributes.find(({ name }) => name === wanted)?.value))

/**
 * Every key of a presentation once, so that a player can fetch them before it has read a media playlist.
 *
 * @errors Throws `RangeError` as `hlsKeysOf` does.
 * @source RFC 8216, 4.3.4.5
 */
export const sessionKeys = (tracks: ReadonlyArray<PresentationTrack>): ReadonlyArray<ReadonlyArray<HlsAttribute>> => {
  const keys = new Map<string, ReadonlyArray<HlsAttribute>>()
  for (const key of tracks.flatMap(hlsKeysOf)) if (!keys.has(identity(key))) keys.set(identity(key), key)
  return [...keys.values()]
}
