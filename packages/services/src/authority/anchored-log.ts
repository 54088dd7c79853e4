import { createPublicKey, type KeyObject } from 'node:crypto'

import { ANCHOR_TYP, AnchorDocument, checkAnchoredRecord, isOtherLog, type Anchoring } from '@custody/core/anchor'
import type { Clock } from '@custody/core/clock'
import { newEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import type { HomeStore } from '@custody/core/home'
import { timestampFromMicros } from '@custody/core/license'
import { signDocument, verifyDocument } from '@custody/core/signed'
import type { LogHead } from '@custody/core/store'
import * as E from 'fp-ts/Either'
import * as T from 'fp-ts/Task'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { ServiceSigner } from './authority'
import type { AuthorityAnchors } from './authority-anchors'
import { AuthorityLogAccepted, LOG_STREAM } from './authority-event'
import type { AuthorityKeys } from './authority-keys'
import type { PublishedRevocation } from './published'

/** A services' log, and where the proofs lie of how far it had come. */
export interface AnchoredLog {
  readonly store: HomeStore
  /** Name of the authority, to which the log is tied. */
  readonly name: string
  readonly keys: AuthorityKeys
  readonly anchors: AuthorityAnchors
}

/** What vouches for the log: the root's key stays for what others are to believe. */
const USE = 'management-signing'
const MAX_ANCHOR = 8 * 1024

/** Believed where one of the authority's own keys signed it, an old one too, and it is about this log. */
const believed = ({ keys, name }: AnchoredLog, jws: string): ReadonlyArray<AnchorDocument> => {
  const keyFor = (kid: string): KeyObject | undefined => {
    const own = keys.service.get(kid)
    return own?.use === USE ? createPublicKey(own.key) : undefined
  }
  const verified = verifyDocument({ typ: ANCHOR_TYP, codec: AnchorDocument, keyFor, limit: MAX_ANCHOR }, jws)
  return E.isRight(verified) && verified.right.payload.log === name ? [verified.right.payload] : []
}

/** The highest anchor of this log; none where the place cannot be read or holds none. */
const highest = (log: AnchoredLog): T.Task<AnchorDocument | undefined> =>
  pipe(
    log.anchors.newest,
    T.map((kept) =>
      (E.isRight(kept) ? kept.right : [])
        .flatMap((jws) => believed(log, jws))
        .reduce<AnchorDocument | undefined>((high, anchor) => (anchor.position > (high?.position ?? 0) ? anchor : high), undefined)
    )
  )

/** @returns the position that is vouched for already, 0 for none. */
const compare = (log: AnchoredLog): TE.TaskEither<CoreFault, number> =>
  pipe(
    TE.fromTask<AnchorDocument | undefined, CoreFault>(highest(log)),
    TE.tap((anchor) => (anchor === undefined ? TE.right(undefined) : checkAnchoredRecord(log.store, anchor))),
    TE.map((anchor) => anchor?.position ?? 0)
  )

/** The operator's word counts more than the anchors, and stands in the log from then on. */
const accept = ({ store, anchors }: AnchoredLog, fault: CoreFault): TE.TaskEither<CoreFault, void> =>
  pipe(
    store.head(),
    TE.mapLeft((failure): CoreFault => failure),
    TE.flatMap(({ position }) => {
      const event = newEvent(AuthorityLogAccepted, { fault: fault.type, position })
      return store.append({ appends: [{ stream: LOG_STREAM, expectedRevision: 'any', events: [event] }] })
    }),
    TE.flatMap(() => anchors.forget)
  )

/**
 * Compares a services' log with what is known of it outside.
 *
 * @param accepting takes a log that does not fit as it is, records that and forgets the anchors.
 * @errors `LogTruncated` when it ends before its highest anchor, `LogBroken` when another record stands there; those of the store.
 */
export const checkAnchors = (log: AnchoredLog, accepting: boolean): TE.TaskEither<CoreFault, void> =>
  pipe(
    compare(log),
    TE.map(() => undefined),
    TE.orElse((fault) => (accepting && isOtherLog(fault) ? accept(log, fault) : TE.left(fault)))
  )

/** What an anchor is made from beside the log. */
export interface AnchorStand {
  readonly clock: Clock
  readonly signer: ServiceSigner
  readonly revocation: PublishedRevocation
}

/**
 * Signs an anchor of the log as it stands, and keeps it, if it grew. What was anchored before has to fit: a new anchor must not push
 * the last proof out that another log existed.
 *
 * @errors as {@link checkAnchors}.
 */
export const anchorLog = (log: AnchoredLog, { clock, signer, revocation }: AnchorStand): TE.TaskEither<CoreFault, Anchoring> => {
  const lists = [...revocation.lists.values()].map(({ kind, version, digest }) => ({ kind, version, digest }))
  return pipe(
    compare(log),
    TE.bindTo('vouched'),
    TE.bind('head', (): TE.TaskEither<CoreFault, LogHead> => log.store.head()),
    TE.flatMapTask(({ vouched, head: { position, hash } }) => {
      if (vouched === position) return T.of({ position, kept: true })
      const anchor: AnchorDocument = {
        v: 1,
        log: log.name,
        position,
        head: hash,
        epoch: 0,
        revocation: lists.sort((left, right) => (left.kind < right.kind ? -1 : 1)),
        at: timestampFromMicros(clock.now()),
      }
      return pipe(
        log.anchors.keep(signDocument(signer.key, { typ: ANCHOR_TYP, kid: signer.kid }, AnchorDocument.encode(anchor))),
        T.map((kept) => ({ position, kept: E.isRight(kept) }))
      )
    })
  )
}
