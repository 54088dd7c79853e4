import * as t from 'io-ts'

import { IssuerId } from '../identity/issuer-id'
import { boundedList, EncodedDigest, ShortText, wholeNumber } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import type { SealHeader } from '../secret/jwe-header'
import { exactly } from '../signed/exactly'

/** The JWS `typ` of manifests. */
export const MANIFEST_TYP = 'custody-backup+1'
/** Version of the format that this build writes. */
export const BACKUP_VERSION = 1
/** Largest manifest in characters. */
export const MAX_MANIFEST = 4 * 1024 * 1024

const MOST_LICENSES = 1_000_000
const MOST_SEGMENTS = 65_536
const MOST_GENERATIONS = 4096
const MOST_ISSUERS = 256
const MOST_CERTIFICATES = 3
/** Largest segment in bytes. */
export const MAX_SEGMENT = 4 * 1024 * 1024
const MOST_NUMBER = 2 ** 31 - 1

/** One vault key of the set, sealed to the License Management Service. */
const SealedVaultKey = exactly(
  t.type(
    {
      gen: wholeNumber(1, MOST_NUMBER),
      /** The service key that it is sealed to. */
      kid: EncodedDigest,
      jwe: t.string,
    },
    'sealed vault key'
  )
)

/** One file of license lines. */
const Segment = exactly(
  t.type(
    {
      name: ShortText,
      bytes: wholeNumber(1, MAX_SEGMENT),
      lines: wholeNumber(1, MOST_NUMBER),
      sha256: EncodedDigest,
      /** SHA-256 of the segment's slice of `leaves.bin`. */
      leaves: EncodedDigest,
    },
    'segment of a backup'
  )
)
export type Segment = Readonly<t.TypeOf<typeof Segment>>

/** An issuer whose licenses are in the set, with what it is known by: certificates up to the root, or one of the source device. */
const ManifestIssuer = exactly(
  t.type({ issuer: IssuerId, chain: boundedList(t.string, MOST_CERTIFICATES) }, 'issuer in a backup')
)

/** What a backup set consists of, signed by the device that made it. @source docs/reference/protocols.md, section 3 */
export const BackupManifest = exactly(
  t.intersection(
    [
      t.type({
        v: t.literal(BACKUP_VERSION),
        set: ShortText,
        created: Timestamp,
        product: ShortText,
        authority: IssuerId,
        source: exactly(
          t.type(
            {
              mid: EncodedDigest,
              /** The device's credential, JWS; the manifest is signed by its signing key. */
              credential: t.string,
              epoch: wholeNumber(1, MOST_NUMBER),
            },
            'source of a backup'
          )
        ),
        keys: boundedList(SealedVaultKey, MOST_GENERATIONS),
        segments: boundedList(Segment, MOST_SEGMENTS),
        issuers: boundedList(ManifestIssuer, MOST_ISSUERS),
        licenses: wholeNumber(0, MOST_LICENSES),
        restricted: wholeNumber(0, MOST_NUMBER),
        log: exactly(t.type({ position: wholeNumber(0, Number.MAX_SAFE_INTEGER), head: t.string }, 'log of a backup')),
      }),
      /** Salt of the guard's scrypt, base64url, where a passphrase is needed. */
      t.partial({ guard: t.string }),
    ],
    'backup manifest'
  )
)
export type BackupManifest = Readonly<t.TypeOf<typeof BackupManifest>>

/** One line of a segment. @source docs/reference/protocols.md, section 3 */
export const BackupLine = exactly(
  t.intersection(
    [
      t.type({
        /** Counts from 1 over the whole set. */
        n: wholeNumber(1, MOST_LICENSES),
        lid: t.string,
        /** 32 lower-case hex digits. */
        keyId: t.string,
        /** Generation of the vault key that `env` is under; 0 for a leaf of a chain, which has none. */
        gen: wholeNumber(0, MOST_NUMBER),
        /** The license document, JWS. */
        doc: t.string,
      }),
      /** The envelope as the vault holds it, base64url. */
      t.partial({ env: t.string }),
    ],
    'line of a backup'
  )
)
export type BackupLine = Readonly<t.TypeOf<typeof BackupLine>>

/** Header of a vault key that is sealed to a service. */
export const sealedVaultHeader = (set: string, gen: number, mid: string): SealHeader => ({
  typ: 'custody-backup-vault+1',
  set,
  gen,
  mid,
})
