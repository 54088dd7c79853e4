import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { KeyId } from '../identity/key-id'
import { readSealHeader } from '../secret/jwe-header'
import { sealBroken, type SealBroken } from '../secret/seal-broken'
import type { SessionProfile } from './session-profile'

const TYP = { 'session-gcm': 'custody-session-gcm+1', 'session-rc4': 'custody-session-rc4+1' } as const

/** What the seal of a session's secret says of it, readable and authenticated: no secret serves another run, side or license. */
export interface SessionHeader {
  readonly profile: SessionProfile
  /** Names the run: 16 random bytes, hex. */
  readonly run: KeyId
  /** Thumbprint of the key that it is sealed to. */
  readonly receiver: string
  /** Whether it left a home under a license, or was made to come in under one. */
  readonly direction: 'export' | 'import'
  /** That license, and the epoch of the home that has it. */
  readonly license: string
  readonly epoch: number
}

/** The header as the seal has it. @source docs/reference/messages.md, "Sessions" */
export const sealHeaderOf = ({ profile, run, receiver, direction, license, epoch }: SessionHeader) => ({
  typ: TYP[profile],
  run,
  receiver,
  direction,
  license,
  epoch,
})

const Members = t.type({
  typ: t.union([t.literal(TYP['session-gcm']), t.literal(TYP['session-rc4'])]),
  run: KeyId,
  receiver: t.string,
  direction: t.union([t.literal('export'), t.literal('import')]),
  license: t.string,
  epoch: t.number,
})

/** Reads what a sealed secret says of its session. Nothing of it is proved before the seal opens under it. @errors `SealBroken`. */
export const readSessionHeader = (sealed: string): E.Either<SealBroken, SessionHeader> => {
  const read = readSealHeader(sealed)
  if (E.isLeft(read)) return read
  const members = Members.decode(read.right)
  if (E.isLeft(members)) return sealBroken
  const { typ, run, receiver, direction, license, epoch } = members.right
  return E.right({ profile: typ === TYP['session-gcm'] ? 'session-gcm' : 'session-rc4', run, receiver, direction, license, epoch })
}
