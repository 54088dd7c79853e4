import type { GrantSession, SessionProfile } from '@custody/core/pipeline-connection'
import type { Grant } from '@custody/core/transfer'
import { concatMap, finalize } from 'rxjs'

import type { Batch } from '../../batch/batch'
import { openBatchIn, type BatchInside } from '../../batch/batch-inside'
import { setSalt } from '../../batch/row-salt'
import { reserveTags, TAG_BYTES } from '../../batch/sample-columns'
import type { Content, Session } from '../../batch/state'
import type { Operator } from '../../lease/operator'
import { stage, WHOLE_POOL } from '../../lease/stage'
import { createSampleOpener, type SampleOpener } from './sample-opener'
import { associatedData, sessionCipher, type AssociatedData, type SessionCipher } from './session-cipher'
import { saltSource, type SaltSource } from './session-salts'
import { sourceRows, type SourceRows } from './source-rows'
import { requireValid, withGrant } from './with-grant'
import { withSession } from './with-session'

/** What the receiver of a session needs to open it; no secret to anybody else. */
export interface SessionOffer {
  readonly profile: SessionProfile
  /** Names the run: 16 random bytes, hex. */
  readonly run: string
  /** The session's secret, sealed to the receiver. @source docs/reference/messages.md, "Sessions" */
  readonly sealed: string
}

/** How a session is offered. */
export interface SessionTarget {
  /** Told once, before the first batch leaves. What it throws ends the run. */
  readonly onOffer: (offer: SessionOffer) => void
  /** Allow `session-rc4` to a receiver that knows no other. It has no integrity: changed bytes pass unseen. */
  readonly legacy?: boolean
}

/**
 * Takes samples from under their content key to a session at the border to code that is not trusted: to the receiver that the grant
 * was minted for, under a secret that core makes for this run and seals to that receiver's certificate. In place, one clear sample at
 * a time, in scratch that is wiped before the next (EX-12, EX-16). Protecting: count, order, sizes, times and flags stay; ranges go,
 * for a session covers a sample whole. Salts rise strictly over all streams of the run (EX-13, IM-20).
 *
 * ```text
 * Content     --a--b--c--|
 * onOffer     x                  the sealed secret, then
 * toSession   ---a--b--c--|      the same samples, Session
 * toSession   ---a--#            the grant does not hold any more: b does not leave
 * ```
 *
 * @errors `GrantRefused`, with `SessionMissing` for a grant without a certified receiver and with `SessionProfileRefused`;
 * `SaltExhausted`; `WrongState` for batches of another state; `UnsupportedMedia` and `ProtectionFailed` of what cannot be opened.
 * @example
 * runPipeline(pool, demuxContent(file, pool), toSession(grant, { onOffer: ({ sealed }) => send(sealed) }), frames)
 * @source docs/reference/protocols.md, section 8
 */
export const toSession = (grant: Grant, { onOffer, legacy = false }: SessionTarget): Operator<Content, Session> =>
  stage<Content, Session>('to-session', { holds: WHOLE_POOL }, (source) =>
    withGrant(grant, (opened) =>
      withSession(opened, { legacy }, (session) => {
        const { profile, run, sealed } = session
        onOffer({ profile, run, sealed })
        const leaving = leavingUnder(session, createSampleOpener(opened))
        return source.pipe(
          concatMap(async (batch) => {
            await leaving.salts.ensure(openBatchIn(batch, 'content').count)
            await requireValid(opened)
            sealSamples(openBatchIn(batch, 'content'), leaving)
            return batch as unknown as Batch<Session>
          }),
          finalize(() => {
            leaving.opener.wipe()
            leaving.cipher.wipe()
          })
        )
      })
    )
  )

/** From what to what. */
interface Leaving {
  readonly opener: SampleOpener
  readonly cipher: SessionCipher
  readonly associated: AssociatedData
  readonly salts: SaltSource
  readonly protections: BatchInside['protections']
}

const leavingUnder = (session: GrantSession, opener: SampleOpener): Leaving => {
  const cipher = sessionCipher(session)
  const { run } = session
  const protections = [{ scheme: cipher.scheme, keyId: run }]
  return { opener, cipher, associated: associatedData(run), salts: saltSource(session), protections }
}

const sealSamples = (inside: BatchInside, leaving: Leaving): void => {
  const { columns, count } = inside
  const source = sourceRows(inside)
  reserveTags(columns)
  for (let row = 0; row < count; row += 1) sealSample(inside, row, { source, leaving })
  columns.firstRange.fill(0, 0, count + 1)
  inside.protections = leaving.protections
  inside.state = 'session'
}

const sealSample = (
  { columns }: BatchInside,
  row: number,
  { source, leaving: { opener, cipher, associated, salts } }: { readonly source: SourceRows; readonly leaving: Leaving }
): void => {
  const sample = source.sample(row, row)
  const clear = opener.open(sample)
  try {
    const salt = salts.next()
    const tag = cipher.seal(clear, { salt, associated: associated(columns, row, salt) })
    sample.bytes.set(clear)
    setSalt(columns, row, salt)
    columns.tag.fill(0, row * TAG_BYTES, (row + 1) * TAG_BYTES)
    if (tag !== undefined) columns.tag.set(tag, row * TAG_BYTES)
    columns.scheme[row] = cipher.scheme
    columns.protection[row] = 0
  } finally {
    clear.fill(0)
  }
}
