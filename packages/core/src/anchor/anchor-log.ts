import { createPublicKey } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as T from 'fp-ts/Task'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { OwnKey } from '../device/key-pair-file'
import { newEvent } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { timestampFromMicros } from '../license/timestamp'
import { storedRevocation } from '../revocation/stored-revocation'
import type { LogHead } from '../store/log-head'
import { readAnchor, signAnchor, type AnchorDocument } from './anchor-document'
import { ANCHOR_STREAM, LogAnchored } from './anchor-event'
import type { Anchoring } from './anchoring'
import { checkAnchoredRecord } from './anchored-record'
import { anchoredRevocation } from './anchored-revocation'

/** What of a home anchoring needs. */
export type AnchorEnv = Pick<Home, 'store' | 'log' | 'keystore' | 'device' | 'clock' | 'anchors'>

/**
 * A new anchor must not push the last proof out that an older, longer log existed. Of the kept anchors the highest says
 * most; where the place cannot be read there is nothing to push out.
 */
const checkKept = ({ log, anchors }: AnchorEnv, { kid, key }: OwnKey): TE.TaskEither<CoreFault, void> =>
  pipe(
    TE.fromTask(anchors.newest),
    TE.flatMap((kept) => {
      const publicKey = createPublicKey(key)
      const highest = (E.isRight(kept) ? kept.right : [])
        .map((jws) => readAnchor(publicKey, kid, jws))
        .flatMap((anchor) => (E.isRight(anchor) ? [anchor.right] : []))
        .reduce<AnchorDocument | undefined>((high, anchor) => (anchor.position > (high?.position ?? 0) ? anchor : high), undefined)
      return highest === undefined ? TE.right(undefined) : checkAnchoredRecord(log, highest)
    })
  )

/** A signed anchor and where it points. */
interface SignedAnchor {
  readonly position: number
  readonly jws: string
}

const anchorNow = ({ store, log, device, clock }: AnchorEnv, { kid, key }: OwnKey): TE.TaskEither<CoreFault, SignedAnchor> =>
  pipe(
    TE.Do,
    TE.bind('device', () => device),
    TE.bind('revocation', () => storedRevocation(store)),
    TE.bind('head', (): TE.TaskEither<CoreFault, LogHead> => log.head()),
    TE.map(({ device: { epoch }, revocation: { state }, head: { position, hash } }) => {
      const at = timestampFromMicros(clock.now())
      const standing = { epoch, revocation: [...anchoredRevocation(state)] }
      return { position, jws: signAnchor(key, { v: 1, log: kid, position, head: hash, ...standing, at }) }
    })
  )

/**
 * Vouches for the log as it stands with the log key: first as an event, and once that is stored, outside the home.
 *
 * @errors `LogTruncated` and `LogBroken` when the log is not the one that was anchored before: nothing is anchored then,
 * and the earlier anchors stay. Those of keystore and store. A place that takes no anchors is no fault.
 */
export const anchorLog = (env: AnchorEnv): TE.TaskEither<CoreFault, Anchoring> =>
  pipe(
    env.keystore.log(),
    TE.mapLeft((fault): CoreFault => fault),
    TE.tap((own) => checkKept(env, own)),
    TE.flatMap((own) => anchorNow(env, own)),
    TE.tap(({ jws }) =>
      env.store.append({
        appends: [{ stream: ANCHOR_STREAM, expectedRevision: 'any', events: [newEvent(LogAnchored, { anchor: jws })] }],
      })
    ),
    TE.flatMapTask(({ jws, position }) =>
      pipe(
        env.anchors.keep(jws),
        T.map((kept) => ({ position, kept: E.isRight(kept) }))
      )
    )
  )
