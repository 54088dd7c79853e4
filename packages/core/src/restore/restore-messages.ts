import * as t from 'io-ts'

import { MOST_UNANSWERED } from '../authority/continuity'
import { PublicKeyJwk } from '../certificate/public-key-jwk'
import { ConsentStatement } from '../consent/consent'
import { MAX_REQUEST } from '../exchange/service-transport'
import { IssuerId } from '../identity/issuer-id'
import { LicenseId } from '../identity/license-id'
import { boundedList, EncodedDigest, ShortText, wholeNumber } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import { exactly } from '../signed/exactly'
import type { SealHeader } from '../secret/jwe-header'

/** Where a restore is opened. */
export const RESTORE_PATH = '/v1/restore/sessions'
/** Where the batches of a session go. */
export const batchPath = (session: string): string => `${RESTORE_PATH}/${session}/batches`

/** Where a session is ended before its time. */
export const endPath = (session: string): string => `${RESTORE_PATH}/${session}/end`

/** Where a computer asks who else restored the licenses that it is counted for. */
export const HISTORY_PATH = '/v1/restore/history'
/** Header of a request without a body that carries the computer's credential. */
export const CREDENTIAL_HEADER = 'custody-credential'

/** Most licenses of one batch, and of one segment of a backup set. */
export const BATCH_LIMIT = 512
/** Largest body of a request in bytes. */
export const MAX_BODY = MAX_REQUEST

const MOST_LICENSES = 1_000_000
const MOST_EPOCHS = 2 ** 31 - 1
const MOST_ISSUERS = 256
const MOST_CERTIFICATES = 3

/** Opens a restore. @source docs/reference/protocols.md, section 4.2 */
export const OpenRestoreBody = exactly(
  t.intersection(
    [
      t.type({
        v: t.literal(1),
        /** The backup's manifest, JWS. */
        manifest: t.string,
        /** The target's credential, JWS; its signing key signs the requests. */
        credential: t.string,
        scope: PublicKeyJwk,
        scopeProof: t.string,
        consent: ConsentStatement,
      }),
      /**
       * The newest continuity token, the keys of requests since it came whose answers did not, and the key that a guarded set
       * needs, sealed to the service.
       */
      t.partial({ continuity: ShortText, unanswered: boundedList(ShortText, MOST_UNANSWERED), guard: t.string }),
    ],
    'opening of a restore'
  )
)
export type OpenRestoreBody = Readonly<t.TypeOf<typeof OpenRestoreBody>>

/**
 * Header of the guard's key, sealed to a management-sealing key.
 *
 * @param mid the computer that restores.
 */
export const guardHeader = (set: string, mid: string): SealHeader => ({ typ: 'custody-guard+1', set, mid })

/** A session in which batches are restored. */
export const OpenRestoreReply = exactly(
  t.type(
    {
      session: ShortText,
      batchLimit: wholeNumber(1, BATCH_LIMIT),
      /** The 32-byte key under which batches come back, sealed to the target's agreement key. */
      transport: t.string,
      expires: Timestamp,
      continuity: ShortText,
      /** For each issuer of the set that the service believes: certificates up to the root, its own first. */
      issuers: boundedList(
        exactly(t.type({ issuer: IssuerId, chain: boundedList(t.string, MOST_CERTIFICATES) }, 'certified issuer')),
        MOST_ISSUERS
      ),
    },
    'restore session'
  )
)
export type OpenRestoreReply = Readonly<t.TypeOf<typeof OpenRestoreReply>>

/** Header of the sealed transport key. */
export const transportHeader = (session: string, mid: string, epoch: number): SealHeader => ({
  typ: 'custody-transport+1',
  session,
  mid,
  epoch,
})

/**
 * First line of a batch's body; the lines of the segment follow as they stand in the set, each with its line feed.
 */
export const BatchHead = exactly(
  t.type(
    {
      v: t.literal(1),
      /** Name of the segment. */
      segment: ShortText,
      /** The segment's slice of `leaves.bin`, base64url. */
      leaves: t.string,
    },
    'head of a batch'
  )
)
export type BatchHead = Readonly<t.TypeOf<typeof BatchHead>>

/** What the service says of one license: the restore statement of protocols, section 4.3. */
export const LicenseVerdict = exactly(
  t.intersection(
    [
      t.type({
        n: wholeNumber(1, MOST_LICENSES),
        verdict: t.union([t.literal('accepted'), t.literal('refused')]),
        /** Computers beside the first one. */
        computers: wholeNumber(0, MOST_LICENSES),
      }),
      t.partial({ issuer: IssuerId, lid: LicenseId, docDigest: EncodedDigest, reason: ShortText, url: ShortText }),
    ],
    'verdict on a license'
  )
)
export type LicenseVerdict = Readonly<t.TypeOf<typeof LicenseVerdict>>

/** What the service says of a batch. */
export const BatchReply = exactly(
  t.type(
    {
      mid: EncodedDigest,
      epoch: wholeNumber(1, MOST_EPOCHS),
      results: boundedList(LicenseVerdict, BATCH_LIMIT),
      /** Nonce (12 bytes) and seal of the accepted key blocks (56 bytes each, in order), base64url; empty when there is none. */
      keys: t.string,
    },
    'restored batch'
  )
)
export type BatchReply = Readonly<t.TypeOf<typeof BatchReply>>

/** Ends a session: its computer wants nothing more of it. */
export const EndRestoreBody = exactly(t.type({ v: t.literal(1) }, 'end of a restore session'))

/** A session that is over, its keys removed. */
export const EndRestoreReply = exactly(t.type({ session: ShortText }, 'ended restore session'))

/** Most computers of a history; the ones that came last. */
export const MOST_COMPUTERS = 256

/** Which computers restored licenses that the asking one is counted for, the newest first. */
export const HistoryReply = exactly(
  t.type(
    {
      mid: EncodedDigest,
      computers: boundedList(
        exactly(
          t.type(
            {
              /** A pseudonym: the same computer at another authority has another one. */
              mid: EncodedDigest,
              /** How many of the licenses it is counted for, and when it was for the first and for the last one. */
              licenses: wholeNumber(1, Number.MAX_SAFE_INTEGER),
              first: Timestamp,
              last: Timestamp,
            },
            'computer of a history'
          )
        ),
        MOST_COMPUTERS
      ),
    },
    'history of restores'
  )
)
export type HistoryReply = Readonly<t.TypeOf<typeof HistoryReply>>
