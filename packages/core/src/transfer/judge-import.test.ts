import * as E from 'fp-ts/Either'

import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { RequiredVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import { heldLicense } from '../license/testing/held-license'
import type { Candidate } from './candidate'
import type { ImportQuestion } from './import-question'
import { IMPORT_CHECKS, judgeImport, type ImportCheck } from './judge-import'
import { believed, goodQuestion, RECEIVER } from './testing/good-export'

const OTHER = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed' as SystemId
const good: ImportQuestion = {
  ...goodQuestion,
  revocation: { ...goodQuestion.revocation, kind: 'device' },
  lid: '01890000-0000-7000-8000-000000000001' as LicenseId,
  own: 'A'.repeat(43) as IssuerId,
  sourceKeyIds: ['cd'.repeat(16) as KeyId],
}

/** One way to be refused, in the order of the checks. */
interface Defect {
  readonly check: ImportCheck['name']
  readonly answer: string
  readonly question?: Partial<ImportQuestion>
  readonly standing?: 'deleted'
}
const DEFECTS: ReadonlyArray<Defect> = [
  { check: 'epoch', answer: 'IN-26 HandleStale', question: { handleEpoch: 1 } },
  { check: 'clock', answer: 'R13 ClockUntrusted', question: { clock: { type: 'set-back', acceptedFor: null } } },
  {
    check: 'individualization',
    answer: 'IN-3 IndividualizationRequired',
    question: { contentVersion: '2.2' as RequiredVersion },
  },
  {
    check: 'certificates',
    answer: 'IM-3 CertificateInvalid',
    question: { receiver: { type: 'unfit', reason: 'CertificateInvalid', why: 'signature does not hold' } },
  },
  {
    check: 'revocation',
    answer: 'IM-4 CertificateRevoked',
    question: { revocation: { ...good.revocation, listed: [RECEIVER] } },
  },
  { check: 'freshness', answer: 'R8 RevocationStale', question: { revocation: { ...good.revocation, freshness: 'none' } } },
  { check: 'registration', answer: 'EX-23 SystemUnregistered', question: { registered: [OTHER] } },
  { check: 'license', answer: 'IM-7 NoLicense', standing: 'deleted' },
]

const judged = (defects: ReadonlyArray<Defect>, checks?: ReadonlyArray<ImportCheck>): ReadonlyArray<string> => {
  const question = defects.reduce<ImportQuestion>(
    (before, { question: own }) => ({
      ...before,
      ...own,
      revocation: {
        ...before.revocation,
        freshness: own?.revocation?.freshness === 'none' ? 'none' : before.revocation.freshness,
        listed: [...before.revocation.listed, ...(own?.revocation?.listed ?? [])],
      },
    }),
    good
  )
  const standing = defects.find((defect) => defect.standing !== undefined)?.standing ?? 'held'
  return answers(believed(heldLicense({}, { standing })), question, checks)
}
const answers = (license: Candidate | undefined, question: ImportQuestion, checks?: ReadonlyArray<ImportCheck>) => {
  const verdict = judgeImport(license, question, checks)
  return verdict.type === 'Allowed' ? ['Allowed'] : verdict.refusals.map(({ rule, reason }) => `${rule} ${reason}`)
}
const pairs = DEFECTS.flatMap((first, index) => DEFECTS.slice(index + 1).map((second) => [first, second] as const))

describe('the order of checks of an import', () => {
  it('allows where nothing is in the way', () => {
    expect(judged([])).toEqual(['Allowed'])
    expect(DEFECTS.map(({ check }) => check)).toEqual(IMPORT_CHECKS.map(({ name }) => name))
  })

  it.each(DEFECTS)('R6: $check refuses with $answer', (defect) => {
    expect(judged([defect])).toEqual([defect.answer])
  })

  it.each(pairs)('IM-5, R8: the first failure wins: $check before the next', (first, second) => {
    expect(judged([first, second])).toEqual([first.answer])
  })

  it.each(DEFECTS)('R8: twin: without the check $check the import gets through', ({ check, ...defect }) => {
    const rest = IMPORT_CHECKS.filter(({ name }) => name !== check)
    expect(judged([{ check, ...defect }], rest)).toEqual(['Allowed'])
  })
})

describe('what an import is asked', () => {
  it('IN-34 (inferred): a license that demands a security version sends to individualize first', () => {
    const receiver = { type: 'unfit', reason: 'CertificateExpired', why: '' } as const
    const demanding = believed(heldLicense({ requires: { security: '2.2' } }))
    expect(answers(demanding, { ...good, receiver })).toEqual(['IN-34 IndividualizationRequired'])
  })

  it('IM-3: certificates for another system', () => {
    const receiver = { ...good.receiver, systems: [OTHER] } as ImportQuestion['receiver']
    expect(answers(believed(heldLicense()), { ...good, receiver })).toEqual(['IM-3 CertificateInvalid'])
  })

  it('IM-7: no license of that id', () => {
    expect(answers(undefined, good)).toEqual(['IM-7 NoLicense'])
  })

  it('IM-6: a license of another issuer', () => {
    const other = { ...good, own: `${'B'.repeat(42)}A` as IssuerId }
    expect(answers(believed(heldLicense()), other)).toEqual(['IM-6 LicenseIssuerUnknown'])
  })

  it.each(['marked', 'disabled', 'deleted', 'revoked', 'absent'] as const)('IM-7: a license that is %s', (standing) => {
    expect(answers(believed(heldLicense({}, { standing })), good)).toEqual(['IM-7 NoLicense'])
  })

  it('LI-1: a license document that is not believed', () => {
    const held = heldLicense()
    const doubted = { ...believed(held), held: E.left({ why: 'LicenseSignatureInvalid', stored: held }) }
    expect(answers(doubted, good)).toEqual(['LI-1 LicenseSignatureInvalid'])
  })

  it('R8 (decision): what comes in within this process needs neither list nor clock', () => {
    const revocation = { ...good.revocation, freshness: 'none' } as const
    const clock = { type: 'set-back', acceptedFor: null } as const
    expect(answers(believed(heldLicense()), { ...good, receiver: { type: 'in-process' }, revocation, clock })).toEqual(['Allowed'])
  })
})
