import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import type { RequiredVersion } from '../../identity/security-version'
import type { Action } from '../../license/action'
import type { HeldLicense } from '../../license/held-license'
import { byPriority } from '../../license/used-first'
import { anyHeldLicense, circumstances, SYSTEMS } from '../../license/testing/scene'
import type { Candidate } from '../../transfer/candidate'
import type { ExportQuestion } from '../../transfer/export-question'
import { goodQuestion, RECEIVER } from '../../transfer/testing/good-export'
import type { Scene } from '../scene'

const [SYSTEM, OTHER] = SYSTEMS
if (SYSTEM === undefined || OTHER === undefined) throw new Error('no systems')

/** Now and then one that is not believed. */
const candidate: fc.Arbitrary<Candidate> = fc
  .tuple(anyHeldLicense, fc.integer({ min: 0, max: 9 }))
  .map(([held, chance]) => {
    const { issuer, lid } = held.license
    const doubt = chance === 0 ? 'LicenseIssuerUnknown' : chance === 1 ? 'LicenseIssuerRevoked' : undefined
    return { issuer, lid, held: doubt === undefined ? E.right(held) : E.left({ why: doubt, stored: held }) }
  })

const storedOf = ({ held }: Candidate): HeldLicense => (E.isRight(held) ? held.right : held.left.stored)

const candidates = fc
  .uniqueArray(candidate, { maxLength: 3, selector: ({ issuer, lid }) => `${issuer}/${lid}` })
  .map((list) => [...list].sort((left, right) => byPriority(storedOf(left), storedOf(right))))

const mostly = <A>(usual: A, ...others: ReadonlyArray<A>): fc.Arbitrary<A> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...others) })

const question: fc.Arbitrary<ExportQuestion> = fc
  .record({
    around: circumstances,
    handleEpoch: mostly<number | null>(null, 0, 1),
    contentVersion: mostly<RequiredVersion | null>(null, '2.2' as RequiredVersion, '2.10' as RequiredVersion),
    registered: mostly([SYSTEM, OTHER], [OTHER], []),
    copyLevel: fc.constantFrom(0, 100, 300),
    form: fc.constantFrom(0, 100, 300),
    receiver: mostly<ExportQuestion['receiver']>(
      { type: 'in-process' },
      { type: 'certified', serial: '1', level: 1000, thumbprints: [RECEIVER], systems: [SYSTEM], until: 4e15 },
      { type: 'certified', serial: '1', level: 150, thumbprints: [RECEIVER], systems: [OTHER], until: 4e15 },
      { type: 'unfit', reason: 'CertificateExpired', why: 'ended' }
    ),
    freshness: mostly<ExportQuestion['revocation']['freshness']>('fresh', 'grace', 'stale', 'none', 'unreadable'),
    information: mostly<ExportQuestion['revocation']['freshness']>('fresh', 'stale', 'none'),
    listed: mostly<ExportQuestion['revocation']['listed']>([], [RECEIVER]),
    barred: mostly(false, true),
  })
  .map(({ around: { now: judgedAt, clock, device }, copyLevel, form, freshness, information, listed, barred, ...rest }) => ({
    ...goodQuestion,
    ...rest,
    system: SYSTEM,
    judgedAt,
    clock,
    device,
    target: { copyLevel, forms: { compressedVideo: form, compressedAudio: form } },
    revocation: { ...goodQuestion.revocation, freshness, information, listed: rest.receiver.type === 'certified' ? listed : [], barred },
  }))

const ASKED: ReadonlyArray<Action> = ['Play', 'Copy', 'Backup', 'PlaylistBurn']

const query = fc
  .record({ action: fc.constantFrom(...ASKED), around: circumstances })
  .map(({ action, around: { now, clock, device } }) => ({
    type: 'query' as const,
    keyId: goodQuestion.keyId,
    action,
    barred: null,
    circumstances: { now, clock, device },
  }))

/** A query or an export over up to three licenses or chains, with anything in the way. */
export const anyDecision: fc.Arbitrary<Scene> = fc.record({
  candidates,
  asked: fc.oneof(query, question.map((asked) => ({ type: 'export' as const, question: asked }))),
})
