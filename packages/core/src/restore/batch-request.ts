import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { b64u } from '../encoding/b64u'
import { sha256 } from '../encoding/sha256'
import { utf8 } from '../encoding/utf8'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyBlock } from '../license/key-block'
import { wipeSecret } from '../secret/secret'
import { openBatchKeys } from './batch-keys'
import { batchPath, BatchReply, type BatchHead, type LicenseVerdict } from './restore-messages'
import { managementKeys, type RestoreSession } from './restore-session'

/** A batch as it goes out. */
export interface BatchRequest {
  /** Name of the segment. */
  readonly segment: string
  /** The segment's slice of `leaves.bin`. */
  readonly leaves: Uint8Array
  /** Its lines as they stand in the set, each with its line feed; some may be left out. */
  readonly lines: Uint8Array
  /** The same for every try of this batch in this restore. */
  readonly idem: string
  readonly signal: AbortSignal
}

/** What the service said of a batch, believed and opened. */
export interface BatchAnswer {
  readonly results: ReadonlyArray<LicenseVerdict>
  /** Of the accepted licenses that have one, in order. To be wiped. */
  readonly keys: ReadonlyArray<KeyBlock>
  /** Digest of the signed reply, base64url: the restore statement. */
  readonly statement: string
}

const bodyOf = ({ segment, leaves, lines }: BatchRequest): Uint8Array => {
  const head: BatchHead = { v: 1, segment, leaves: b64u(leaves) }
  const first = utf8(`${JSON.stringify(head)}\n`)
  return Buffer.concat([first, lines])
}

const digestsOf = (results: ReadonlyArray<LicenseVerdict>): ReadonlyArray<string> =>
  results.flatMap(({ verdict, docDigest }) => (verdict === 'accepted' && docDigest !== undefined ? [docDigest] : []))

const invalid = (why: string): CoreFault => ({ type: 'ReplyInvalid', service: 'management', why })

/** Wipes the keys of an answer. */
export const wipeKeys = (keys: ReadonlyArray<KeyBlock>): void => {
  for (const { key, blind } of keys) {
    wipeSecret(key)
    wipeSecret(blind)
  }
}

/**
 * Sends a batch and opens the keys that come back.
 *
 * @errors those of the client; `ReplyInvalid` for a reply to another computer, or with keys that do not open.
 */
export const requestBatch =
  ({ clock }: Home, { client, authority, signing, session, mid, epoch, transport }: RestoreSession) =>
  (request: BatchRequest): TE.TaskEither<CoreFault, BatchAnswer> => {
    const body = bodyOf(request)
    return pipe(
      client.call({
        service: 'management',
        authority: authority.authority,
        signing,
        path: batchPath(session),
        idem: request.idem,
        keyFor: managementKeys(authority, clock.now()),
        codec: BatchReply,
        signal: request.signal,
        body: () => body,
      }),
      TE.flatMapEither(({ body: reply, jws }): E.Either<CoreFault, BatchAnswer> => {
        if (reply.mid !== mid || reply.epoch !== epoch) return E.left(invalid('for another computer'))
        const owner = { session, mid, epoch, idem: request.idem, docDigests: digestsOf(reply.results) }
        return pipe(
          openBatchKeys(transport, owner, reply.keys),
          E.bimap(
            () => invalid('the keys do not open'),
            (keys) => ({ results: reply.results, keys, statement: b64u(sha256(utf8(jws))) })
          )
        )
      })
    )
  }
