import type { GrantSession, OpenedGrant } from '@custody/core/pipeline-connection'
import type { Grant } from '@custody/core/transfer'
import { concatMap, finalize } from 'rxjs'

import type { Batch } from '../../batch/batch'
import { openBatchIn, type BatchInside } from '../../batch/batch-inside'
import { moveRow } from '../../batch/move-row'
import { UNPROTECTED } from '../../batch/row-protection'
import { saltOf } from '../../batch/row-salt'
import { IV_BYTES, TAG_BYTES } from '../../batch/sample-columns'
import { schemeName } from '../../batch/schemes'
import type { Content, Session } from '../../batch/state'
import { PipelineError } from '../../fault/pipeline-error'
import type { Operator } from '../../lease/operator'
import { stage, WHOLE_POOL } from '../../lease/stage'
import { openTargets, targetOf, type OpenTarget } from './open-targets'
import { createSealedWindow } from './sealed-window'
import { associatedData, sessionCipher, type AssociatedData, type SessionCipher } from './session-cipher'
import { risingSalts, type SaltCheck } from './session-salts'
import type { TranscryptTarget } from './transcrypt-target'
import { requireValid, withGrant } from './with-grant'
import { withSession } from './with-session'

/** Where the samples of a session go. */
export interface ArrivalTarget extends TranscryptTarget {
  /** Allow `session-rc4`. It has no integrity: changed bytes pass unseen. */
  readonly legacy?: boolean
}

/**
 * Takes samples from under the session that the grant covers to the content key of its license: the receiving side of a transfer. The
 * session's secret was sealed to this device; core opens it, once in the life of a home. One sample at a time is clear, in a window
 * that is wiped before the next, under counters that were reserved. Protecting: order, times and flags stay; samples take the form of
 * the target, and one that holds nothing but parameter sets is left out.
 *
 * ```text
 * Session       --a--b--c--|
 * fromSession   ---a--b--c--|     the same samples, Content
 * fromSession   ---a--#           a salt of b does not rise, or a byte of it was changed: b does not leave
 * ```
 *
 * @errors `GrantRefused`, with `SealBroken` for a session that is sealed to another device, with `SessionReplayed`, `SessionMissing` and
 * `SessionProfileRefused`; `SaltNotRising` over all streams (IM-20); `FrameInvalid` for a sample of another run, and under
 * `session-gcm` for one that was changed, or whose times or flags were; `WrongState`, `UnsupportedMedia`, `ProtectionFailed`.
 * @example
 * runPipeline(pool, session, fromSession(grant, { tracks }), mux(target))
 * @source docs/reference/protocols.md, section 8
 */
export const fromSession = (grant: Grant, { legacy = false, ...target }: ArrivalTarget): Operator<Session, Content> =>
  stage<Session, Content>('from-session', { holds: WHOLE_POOL }, (source) =>
    withGrant(grant, (opened) =>
      withSession(opened, { legacy }, (session) => {
        const arriving = arrivingUnder(session, opened, target)
        return source.pipe(
          concatMap(async (batch) => {
            await requireValid(opened)
            takeSamples(openBatchIn(batch, 'session'), arriving)
            return batch as unknown as Batch<Content>
          }),
          finalize(() => {
            arriving.cipher.wipe()
            for (const { sealer } of arriving.tracks.values()) sealer.wipe()
          })
        )
      })
    )
  )

/** From what to what. */
interface Arriving {
  readonly run: string
  readonly cipher: SessionCipher
  readonly associated: AssociatedData
  readonly rising: SaltCheck
  readonly tracks: ReadonlyMap<number, OpenTarget>
  /** Of the tracks, in their order. */
  readonly protections: BatchInside['protections']
}

const arrivingUnder = (session: GrantSession, opened: OpenedGrant, target: TranscryptTarget): Arriving => {
  const tracks = openTargets(opened, target)
  const protections = [...tracks.values()].map(({ sealer }) => sealer.protection)
  const { run } = session
  return { run, cipher: sessionCipher(session), associated: associatedData(run), rising: risingSalts(), tracks, protections }
}

/** How far a batch is rewritten. */
interface Progress {
  /** Rows that stay. */
  rows: number
  /** Where the next sample goes in the lease. */
  end: number
  ranges: number
}

const takeSamples = (inside: BatchInside, arriving: Arriving): void => {
  const { lease, columns } = inside
  const progress: Progress = { rows: 0, end: 0, ranges: 0 }
  for (let row = 0; row < inside.count; row += 1) {
    if (progress.rows !== row) moveRow(columns, row, progress.rows)
    takeSample(inside, progress, arriving)
    requireRoom(inside, progress, row + 1)
  }
  columns.firstRange[progress.rows] = progress.ranges
  inside.count = progress.rows
  inside.protections = arriving.protections
  inside.state = 'content'
  lease.bytes.fill(0, progress.end)
}

/** @errors `UnsupportedMedia` for a sample that grew over the next, which only one can that grew in an operator before. */
const requireRoom = ({ columns, count }: BatchInside, { end }: Progress, next: number): void => {
  if (next >= count || end <= (columns.offset[next] ?? 0)) return
  throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: 'samples that grow twice in one batch' })
}

/**
 * Looks at the next row that stays, whose salt then may be overwritten. Answers what opens it, into a fresh buffer that the caller
 * wipes.
 */
const incoming = (inside: BatchInside, row: number, { run, cipher, associated, rising }: Arriving): (() => Uint8Array) => {
  const { lease, columns, protections } = inside
  const { scheme, keyId } = protections[columns.protection[row] ?? 0] ?? UNPROTECTED
  if (columns.scheme[row] !== cipher.scheme || scheme !== cipher.scheme) {
    throw new PipelineError({ type: 'WrongState', expected: schemeName(cipher.scheme), found: schemeName(columns.scheme[row] ?? 0) })
  }
  const salt = saltOf(columns, row)
  const invalid = new PipelineError({ type: 'FrameInvalid', track: columns.track[row] ?? 0, salt: String(salt) })
  if (keyId !== run) throw invalid
  rising(salt)
  const offset = columns.offset[row] ?? 0
  const sealed = lease.bytes.subarray(offset, offset + (columns.size[row] ?? 0))
  const tag = columns.tag.subarray(row * TAG_BYTES, (row + 1) * TAG_BYTES)
  const frame = { salt, associated: associated(columns, row, salt) }
  return () => {
    const sample = sealed.slice()
    if (!cipher.open(sample, frame, tag)) throw invalid
    return sample
  }
}

/** Takes the sample of the next row that stays to the end of what is written, and keeps the row if it has bytes. */
const takeSample = (inside: BatchInside, progress: Progress, arriving: Arriving): void => {
  const { lease, columns } = inside
  const { rows: row, end: at, ranges } = progress
  const number = columns.track[row] ?? 0
  const track = targetOf(arriving.tracks, number)
  const { sealer, form, place } = track
  track.window ??= createSealedWindow(inside, number, { form, runs: sealer.runs })
  const room = columns.size[row] ?? 0
  const open = incoming(inside, row, arriving)
  sealer.nextIv(columns.iv, row * IV_BYTES)
  const written = track.window.pass({ open, room, sealer, into: lease.bytes, at, columns, row, ranges })
  inside.tracks = track.window.describe(inside.tracks)
  columns.size[row] = written.bytes
  columns.offset[row] = at
  columns.scheme[row] = sealer.protection.scheme
  columns.protection[row] = place
  progress.ranges += written.ranges
  progress.end += written.bytes
  if (written.bytes !== 0) progress.rows += 1
}
