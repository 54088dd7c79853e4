import type { GrantSession } from '@custody/core/pipeline-connection'

import type { SampleColumns } from '../../batch/sample-columns'
import { SCHEME_SESSION_GCM, SCHEME_SESSION_RC4 } from '../../batch/schemes'
import { RUN_PREFIX, sessionGcm, type SessionFrame } from '../../cipher/session/session-gcm'
import { sessionRc4 } from '../../cipher/session/session-rc4'

/** The cipher of one session over samples, each of which is a frame. Both calls work where the sample lies. */
export interface SessionCipher {
  /** One of the `SCHEME_` constants. */
  readonly scheme: number
  /** @returns the tag, 16 bytes; none where the profile proves nothing. */
  readonly seal: (sample: Uint8Array, frame: SessionFrame) => Uint8Array | undefined
  /** @returns false for a sample that is not the one which was sealed: its bytes are zeros then. */
  readonly open: (sample: Uint8Array, frame: SessionFrame, tag: Uint8Array) => boolean
  /** Forgets the secret. */
  readonly wipe: () => void
}

/** The cipher under the secret of a session. */
export const sessionCipher = ({ profile, run, secret }: GrantSession): SessionCipher => {
  if (profile === 'session-gcm') {
    const { seal, open } = sessionGcm(secret, bytesOfRun(run).subarray(0, RUN_PREFIX))
    return { scheme: SCHEME_SESSION_GCM, seal, open, wipe: () => undefined }
  }
  const vector = secret.export()
  const { apply, wipe } = sessionRc4(vector)
  vector.fill(0)
  return {
    scheme: SCHEME_SESSION_RC4,
    seal: (sample, { salt }) => {
      apply(sample, salt)
      return undefined
    },
    open: (sample, { salt }) => {
      apply(sample, salt)
      return true
    },
    wipe,
  }
}

const RUN_BYTES = 16
const HEX = 16
const HEX_DIGITS = 2

/** The name of a run is the hex of its bytes. */
const bytesOfRun = (run: string): Uint8Array =>
  Uint8Array.from({ length: RUN_BYTES }, (_, at) => Number.parseInt(run.slice(HEX_DIGITS * at, HEX_DIGITS * (at + 1)), HEX))

const WORD = 4
const LONG = 8
const ASSOCIATED_BYTES = RUN_BYTES + LONG + WORD + LONG + LONG + LONG + WORD + 1

/** What is proved of a frame beside its bytes. @source docs/reference/messages.md, "Sessions" */
export type AssociatedData = (columns: SampleColumns, row: number, salt: bigint) => Uint8Array

/** Writes it into memory that the next call uses again. */
export const associatedData = (run: string): AssociatedData => {
  const associated = new Uint8Array(ASSOCIATED_BYTES)
  associated.set(bytesOfRun(run))
  const view = new DataView(associated.buffer)
  return (columns, row, salt) => {
    let at = RUN_BYTES
    view.setBigUint64(at, salt)
    view.setUint32((at += LONG), columns.track[row] ?? 0)
    view.setFloat64((at += WORD), columns.time[row] ?? 0)
    view.setFloat64((at += LONG), columns.decodeTime[row] ?? 0)
    view.setFloat64((at += LONG), columns.duration[row] ?? 0)
    view.setUint32((at += LONG), columns.size[row] ?? 0)
    view.setUint8(at + WORD, columns.flags[row] ?? 0)
    return associated
  }
}
