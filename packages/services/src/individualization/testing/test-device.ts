import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { publicJwk } from '@custody/core/certificate'
import type { Clock } from '@custody/core/clock'
import { noticeDigest, noticeFor } from '@custody/core/consent'
import { utf8 } from '@custody/core/encoding'
import { audience, proveScope, serviceClient, type ServiceAnswer, type ServiceTransport } from '@custody/core/exchange'
import type { CoreFault } from '@custody/core/fault'
import { INDIVIDUALIZATION_PATH, IndividualizationReply, machineId, type IndividualizationBody } from '@custody/core/individualization'
import { timestampFromMicros } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { thumbprint } from '@custody/core/signed'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { Authority } from '../../authority/authority'

/** Keys of a computer, and how it speaks to the service. */
export interface TestDevice {
  readonly mid: string
  readonly scope: KeyObject
  readonly signing: KeyObject
  readonly agreement: KeyObject
}

const key = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/** New device keys; of the same computer where its scope key is given. */
export const testDevice = (scope: KeyObject = key()): TestDevice => ({
  mid: machineId(scope),
  scope,
  signing: key(),
  agreement: key(),
})

/** What a test wants different in a request. */
export interface RequestChange {
  readonly idem?: string
  readonly body?: Partial<IndividualizationBody> | Readonly<Record<string, unknown>>
  readonly scopeProof?: Partial<Parameters<typeof proveScope>[1]>
  /** Signs the scope proof in the place of the scope key. */
  readonly scopeSigner?: KeyObject
  /** Signs the request in the place of the new signing key. */
  readonly signer?: KeyObject
  /** Speaks to another service. */
  readonly authority?: string
}

const FAST = { tries: 3, shortest: 1, longest: 5, timeout: 5000 }

/** A body as the protocol has it. */
export const bodyOf = (
  authority: Authority,
  { scope, signing, agreement }: TestDevice,
  nonce: string,
  change: RequestChange = {}
): Readonly<Record<string, unknown>> => {
  const notice = noticeFor('individualize', 'a test')
  const epoch = 1
  const scopeProof = proveScope(change.scopeSigner ?? scope, {
    v: 1,
    aud: audience(authority.name, 'individualization'),
    nonce,
    device: thumbprint(signing),
    epoch,
    ...change.scopeProof,
  })
  return {
    v: 1,
    epoch,
    signing: publicJwk(signing),
    agreement: publicJwk(agreement),
    scope: publicJwk(scope),
    scopeProof,
    consent: {
      operation: 'op-1',
      kind: 'individualize',
      text: notice.text,
      textSha256: noticeDigest(notice),
      answer: 'given',
      at: timestampFromMicros(authority.clock.now()),
    },
    forced: false,
    ...change.body,
  }
}

/** Asks for an individualization. */
export type Ask = (device: TestDevice, change?: RequestChange) => TaskEither<CoreFault, ServiceAnswer<IndividualizationReply>>

/** A client of the service under test; believes the keys of the authority's trust document. */
export const askOver = (transport: ServiceTransport, authority: Authority, clock: Clock = authority.clock): Ask => {
  const wait = (milliseconds: number) => sleep(milliseconds).then(() => undefined)
  const client = serviceClient({ transport, clock, random: systemRandom, wait, pace: FAST })
  let asked = 0
  return (device, change = {}) =>
    client.call({
      service: 'individualization',
      authority: change.authority ?? authority.name,
      signing: change.signer ?? device.signing,
      path: INDIVIDUALIZATION_PATH,
      body: (nonce) => utf8(JSON.stringify(bodyOf(authority, device, nonce, change))),
      idem: change.idem ?? `idem-${device.mid}-${(asked += 1)}`,
      keyFor: (kid) => authority.publicKey('individualization-signing', kid),
      codec: IndividualizationReply,
      signal: new AbortController().signal,
    })
}
