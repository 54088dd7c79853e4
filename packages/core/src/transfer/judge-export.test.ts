import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import type { IssuerId } from '../identity/issuer-id'
import type { RequiredVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import { heldLicense } from '../license/testing/held-license'
import type { Candidate } from './candidate'
import type { ExportQuestion } from './export-question'
import { judgeExport, type ExportChecks, type ExportVerdict } from './judge-export'
import { LICENSE_CHECKS } from './license-checks'
import { REQUEST_CHECKS } from './request-checks'
import { believed, goodQuestion, RECEIVER, SYSTEM } from './testing/good-export'

const OTHER = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed' as SystemId
const ROOT_KEY = `${'B'.repeat(21)}A`

/** One way to be refused: what it does to the question and to the license, and the answer that it must get. */
interface Defect {
  readonly check: string
  readonly answer: string
  readonly question?: Partial<ExportQuestion>
  readonly document?: object
  readonly used?: number
  readonly unbelieved?: string
}

/** In the documented order. */
const DEFECTS: ReadonlyArray<Defect> = [
  { check: 'epoch', answer: 'IN-26 HandleStale', question: { handleEpoch: 1 } },
  { check: 'clock', answer: 'R13 ClockUntrusted', question: { clock: { type: 'set-back', acceptedFor: null } } },
  {
    check: 'individualization',
    answer: 'IN-3 IndividualizationRequired',
    question: { contentVersion: '2.2' as RequiredVersion },
  },
  {
    check: 'receiver',
    answer: 'EX-22 CertificateInvalid',
    question: { receiver: { type: 'unfit', reason: 'CertificateInvalid', why: 'signature does not hold' } },
  },
  {
    check: 'freshness',
    answer: 'R8 RevocationStale',
    question: { revocation: { ...goodQuestion.revocation, freshness: 'stale' } },
  },
  {
    check: 'revocation',
    answer: 'EX-22 CertificateRevoked',
    question: { revocation: { ...goodQuestion.revocation, listed: [RECEIVER] } },
  },
  { check: 'registration', answer: 'EX-23 SystemUnregistered', question: { registered: [OTHER] } },
  { check: 'right', answer: 'EX-3 NoRight', document: { rights: [{ action: 'Play' }] } },
  { check: 'signature', answer: 'LI-1 LicenseSignatureInvalid', unbelieved: 'LicenseSignatureInvalid' },
  { check: 'inclusion', answer: 'EX-5 SystemNotIncluded', document: { inclusion: [OTHER] } },
  { check: 'levels', answer: 'LI-29 CopyLevelTooLow', document: { copy: { minimum: 1 } } },
  {
    check: 'conditions',
    answer: 'LI-12 Exhausted',
    document: { rights: [{ action: 'Copy', windows: [{ count: 1 }] }] },
    used: 1,
  },
]

const scene = (...defects: ReadonlyArray<Defect>) => {
  const question = defects.reduce<ExportQuestion>(
    (before, { question: own }) => ({
      ...before,
      ...own,
      revocation: {
        ...before.revocation,
        ...own?.revocation,
        // Both defects of revocation data at once.
        listed: [...before.revocation.listed, ...(own?.revocation?.listed ?? [])],
        freshness: own?.revocation?.freshness === 'stale' ? 'stale' : before.revocation.freshness,
      },
    }),
    goodQuestion
  )
  const document = Object.assign({ inclusion: [SYSTEM] }, ...defects.map((defect) => defect.document ?? {})) as object
  const used = defects.find((defect) => defect.used !== undefined)?.used ?? 0
  const held = heldLicense(document, { usage: new Map([['Copy/0', used]]) })
  const why = defects.find((defect) => defect.unbelieved !== undefined)?.unbelieved
  const candidate: Candidate = { ...believed(held), ...(why !== undefined && { held: E.left({ why, stored: held }) }) }
  return { question, candidate }
}
const answersOf = (verdict: ExportVerdict): ReadonlyArray<string> =>
  verdict.type === 'Allowed' ? ['Allowed'] : verdict.refusals.map(({ rule, reason }) => `${rule} ${reason}`)
const judged = (defects: ReadonlyArray<Defect>, checks?: ExportChecks): ReadonlyArray<string> => {
  const { question, candidate } = scene(...defects)
  return answersOf(judgeExport([candidate], question, checks))
}
const without = (name: string): ExportChecks => ({
  request: REQUEST_CHECKS.filter((check) => check.name !== name),
  license: LICENSE_CHECKS.filter((check) => check.name !== name),
})
const pairs = DEFECTS.flatMap((first, index) => DEFECTS.slice(index + 1).map((second) => [first, second] as const)).filter(
  // A right that is not there has no count, and an unknown receiver is on no list.
  ([first, second]) => !(first.check === 'right' && second.check === 'conditions')
)

describe('the order of checks of an export', () => {
  it('allows where nothing is in the way', () => {
    expect(judged([])).toEqual(['Allowed'])
  })

  it('has a defect for every check, in the order of the checks', () => {
    const names = [...REQUEST_CHECKS, ...LICENSE_CHECKS].map(({ name }) => name)
    expect(DEFECTS.map(({ check }) => check)).toEqual(names.filter((name) => name !== 'demands'))
  })

  it.each(DEFECTS)('R6: $check refuses with $answer', (defect) => {
    expect(judged([defect])).toEqual([defect.answer])
  })

  it.each(pairs)('R8: the first failure wins: $check before the next', (first, second) => {
    expect(judged([first, second])).toEqual([first.answer])
  })

  it.each(DEFECTS.filter(({ check }) => check !== 'signature' && check !== 'right'))(
    'R8: twin: without the check $check the export gets through',
    (defect) => {
      expect(judged([defect], without(defect.check))).toEqual(['Allowed'])
    }
  )

  it('EX-3: the right is asked twice: without its own check the evaluation refuses', () => {
    expect(judged(DEFECTS.filter(({ check }) => check === 'right'), without('right'))).toEqual(['LI-1 NoRight'])
  })
})

describe('what is asked of the request', () => {
  const asked = (question: Partial<ExportQuestion>, document: object = {}) =>
    answersOf(judgeExport([believed(heldLicense({ inclusion: [SYSTEM], ...document }))], { ...goodQuestion, ...question }))
  const inProcess = { receiver: { type: 'in-process' } } as const
  const setBack = { clock: { type: 'set-back', acceptedFor: null } } as const

  it('RV-4: an application that was revoked itself may export nothing', () => {
    const revocation = { ...goodQuestion.revocation, barred: true }
    expect(asked({ revocation })).toEqual(['RV-4 CertificateRevoked'])
    expect(asked({ ...inProcess, revocation })).toEqual(['RV-4 CertificateRevoked'])
  })

  it('R6: revocation data that cannot be read refuses in this process too', () => {
    const revocation = { ...goodQuestion.revocation, freshness: 'unreadable' } as const
    expect(asked({ ...inProcess, revocation })).toEqual(['R8 RevocationStale'])
  })

  it.each(['none', 'unreadable', 'stale'] as const)('R6, R8: a list that is %s refuses a receiver', (freshness) => {
    expect(asked({ revocation: { ...goodQuestion.revocation, freshness } })).toEqual(['R8 RevocationStale'])
  })

  it('R8 (decision): a list in its grace may be relied on', () => {
    expect(asked({ revocation: { ...goodQuestion.revocation, freshness: 'grace' } })).toEqual(['Allowed'])
  })

  it('R8 (decision): what needs no receiver needs no list', () => {
    const revocation = { ...goodQuestion.revocation, freshness: 'none', information: 'none' } as const
    expect(asked({ ...inProcess, revocation })).toEqual(['Allowed'])
  })

  it('R8 (decision): a license that demands revocation information needs it fresh, in process too', () => {
    const device = { ...goodQuestion.device, revocation: '7' }
    const stale = { ...goodQuestion.revocation, information: 'stale' } as const
    const demanding = { requires: { revocation: '7' } }
    expect(asked({ ...inProcess, device }, demanding)).toEqual(['Allowed'])
    expect(asked({ ...inProcess, device, revocation: stale }, demanding)).toEqual(['R8 RevocationStale'])
    expect(asked({ ...inProcess, device: { ...device, revocation: '6' } }, demanding)).toEqual(['RV-6 RevocationTooOld'])
  })

  it('R13: a clock that is set back stops a receiver, and at home only what has a date', () => {
    const dated = { rights: [{ action: 'Copy', windows: [{ until: '2030-01-01T00:00:00Z' }] }] }
    expect(asked(setBack)).toEqual(['R13 ClockUntrusted'])
    expect(asked({ ...setBack, ...inProcess })).toEqual(['Allowed'])
    expect(asked({ ...setBack, ...inProcess }, dated)).toEqual(['R13 ClockUntrusted'])
  })

  it('IN-26 (decision): a request that comes through no handle cannot be stale', () => {
    expect(asked({ handleEpoch: null, device: { ...goodQuestion.device, epoch: 4 } })).toEqual(['Allowed'])
  })

  it.each(['CertificateInvalid', 'CertificateExpired', 'LevelInadequate'] as const)(
    'EX-1, EX-22 (inferred): a receiver is refused for %s',
    (reason) => {
      expect(asked({ receiver: { type: 'unfit', reason, why: '' } })).toEqual([`EX-22 ${reason}`])
    }
  )

  it('EX-1: a receiver that is certified for another system', () => {
    const receiver = { ...goodQuestion.receiver, systems: [OTHER] } as ExportQuestion['receiver']
    expect(asked({ receiver })).toEqual(['EX-22 CertificateInvalid'])
  })

  it('EX-2: sends to individualize before it looks at the receiver, when every license demands it', () => {
    const receiver = { type: 'unfit', reason: 'CertificateExpired', why: '' } as const
    const demanding = believed(heldLicense({ inclusion: [SYSTEM], requires: { security: '2.2' } }))
    const free = believed(heldLicense({ inclusion: [SYSTEM] }))
    const judge = (...candidates: ReadonlyArray<Candidate>) =>
      answersOf(judgeExport(candidates, { ...goodQuestion, receiver }))
    expect(judge(demanding, demanding)).toEqual(Array(2).fill('IN-3 IndividualizationRequired'))
    expect(judge(demanding, free)).toEqual(['EX-22 CertificateExpired'])
  })

  it('EX-22, LI-23 (inferred): the receiver’s level is the one that a license’s minimum is held against', () => {
    expect(asked({}, { requires: { application: 1000 } })).toEqual(['Allowed'])
    expect(asked({}, { requires: { application: 1001 } })).toEqual(['LI-23 ApplicationLevelTooLow'])
    expect(asked({ ...inProcess }, { requires: { application: 150 } })).toEqual(['LI-23 ApplicationLevelTooLow'])
  })

  it('LI-34: a license whose demand is not met is passed over for one that makes none', () => {
    const demanding = believed(heldLicense({ inclusion: [SYSTEM], requires: { security: '2.2' }, priority: 9 }))
    const free = believed(heldLicense({ inclusion: [SYSTEM], lid: '01890000-0000-7000-8000-000000000002' }))
    expect(judgeExport([demanding, free], goodQuestion)).toMatchObject({
      type: 'Allowed',
      held: { license: { lid: '01890000-0000-7000-8000-000000000002' } },
    })
  })
})

describe('what each license is asked', () => {
  const chain = (leaf: object, root: object) =>
    answersOf(
      judgeExport(
        [
          believed({
            ...heldLicense({ chain: { role: 'leaf', uplink: ROOT_KEY, key: 'k' }, ...leaf }),
            root: heldLicense({ chain: { role: 'root' }, keyId: ROOT_KEY, lid: '01890000-0000-7000-8000-000000000002', ...root }),
          }),
        ],
        goodQuestion
      )
    )
  const included = { inclusion: [SYSTEM] }
  const levelled = (document: object, target: ExportQuestion['target']) =>
    answersOf(judgeExport([believed(heldLicense({ ...included, ...document }))], { ...goodQuestion, target }))

  it('EX-3: no license at all', () => {
    expect(answersOf(judgeExport([], goodQuestion))).toEqual(['EX-3 NoLicense'])
  })

  it.each([[{}], [{ inclusion: [] }]])('EX-6: an absent or empty list never means all: %j', (document) => {
    expect(answersOf(judgeExport([believed(heldLicense(document))], goodQuestion))).toEqual(['EX-6 InclusionMissing'])
  })

  it('EX-5, EX-8, LI-59: every list that a chain states has to name the system, and one is enough if only one is stated', () => {
    expect(chain(included, included)).toEqual(['Allowed'])
    expect(chain(included, {})).toEqual(['Allowed'])
    expect(chain({}, included)).toEqual(['Allowed'])
    expect(chain({}, {})).toEqual(['EX-6 InclusionMissing'])
    expect(chain(included, { inclusion: [OTHER] })).toEqual(['EX-5 SystemNotIncluded'])
    expect(chain({ inclusion: [OTHER] }, included)).toEqual(['EX-5 SystemNotIncluded'])
    expect(chain(included, { inclusion: [] })).toEqual(['EX-6 InclusionMissing'])
  })

  it('EX-3, LI-57: both links of a chain need the right', () => {
    expect(chain(included, { ...included, rights: [{ action: 'Play' }] })).toEqual(['EX-3 NoRight'])
  })

  it('LI-58: a use of a chain takes from both links', () => {
    const held = {
      ...heldLicense({ ...included, chain: { role: 'leaf', uplink: ROOT_KEY, key: 'k' } }),
      root: heldLicense({ chain: { role: 'root' }, keyId: ROOT_KEY, lid: '01890000-0000-7000-8000-000000000002' }),
    }
    const verdict = judgeExport([believed(held)], goodQuestion)
    expect(verdict.type === 'Allowed' && verdict.takes.map(({ lid }) => lid.slice(-1))).toEqual(['1', '2'])
  })

  it('EX-7: a system that the list names still has to keep the levels', () => {
    const minimum = { copy: { minimum: 300 } }
    expect(levelled(minimum, { copyLevel: 299, forms: {} })).toEqual(['LI-29 CopyLevelTooLow'])
    expect(levelled(minimum, { copyLevel: 300, forms: {} })).toEqual(['Allowed'])
    expect(levelled({ copy: { minimum: 0, excludes: [SYSTEM] } }, { copyLevel: 9, forms: {} })).toEqual(['LI-29 CopyExcluded'])
    expect(levelled({ copy: { minimum: 300, includes: [SYSTEM] } }, { copyLevel: 0, forms: {} })).toEqual(['Allowed'])
  })

  it('EX-7: a system that keeps the levels, or that the copy levels take in, still has to stand in the list', () => {
    const copy = { minimum: 300, includes: [SYSTEM] }
    for (const copyLevel of [0, 300, 65_535]) {
      expect(levelled({ inclusion: [OTHER], copy }, { copyLevel, forms: {} })).toEqual(['EX-5 SystemNotIncluded'])
      expect(levelled({ inclusion: [], copy }, { copyLevel, forms: {} })).toEqual(['EX-6 InclusionMissing'])
      expect(levelled({ inclusion: [SYSTEM], copy }, { copyLevel, forms: {} })).toEqual(['Allowed'])
    }
  })

  it('EX-9 (inferred), LI-27: payloads are held against the minima of compressed forms, of those that are handed over', () => {
    const forms = { compressedVideo: 100, compressedAudio: 100 }
    expect(levelled({ play: { compressedVideo: 101 } }, { copyLevel: 0, forms })).toEqual(['LI-27 OutputLevelTooLow'])
    expect(levelled({ play: { compressedVideo: 100 } }, { copyLevel: 0, forms })).toEqual(['Allowed'])
    expect(levelled({ play: { uncompressedVideo: 999, analogVideo: 999 } }, { copyLevel: 0, forms })).toEqual(['Allowed'])
    expect(levelled({ play: { compressedVideo: 101 } }, { copyLevel: 0, forms: { compressedAudio: 0 } })).toEqual(['Allowed'])
  })

  it('LI-16, LI-17: the first candidate that allows is used, and only it gives a use', () => {
    const [first, second] = ['1', '2'].map((end) =>
      believed(heldLicense({ ...included, lid: `01890000-0000-7000-8000-00000000000${end}` }))
    )
    if (first === undefined || second === undefined) throw new Error('no candidates')
    const verdict = judgeExport([second, first], goodQuestion)
    expect(verdict.type === 'Allowed' && verdict.takes).toMatchObject([{ lid: second.lid }])
  })

  it('tells every license’s own reason when none allows', () => {
    const one = believed(heldLicense({ rights: [{ action: 'Play' }] }))
    const two = { ...believed(heldLicense({})), issuer: `${'C'.repeat(42)}A` as IssuerId }
    expect(judgeExport([one, two], goodQuestion)).toMatchObject({
      refusals: [
        { reason: 'NoRight', license: { issuer: one.issuer } },
        { reason: 'InclusionMissing', license: { issuer: two.issuer } },
      ],
    })
  })

  it('R7: a defect added never permits more', () => {
    const defects = fc.subarray([...DEFECTS])
    fc.assert(
      fc.property(defects, defects, (some, more) => {
        if (judged(some)[0] === 'Allowed') return some.length === 0
        return judged([...some, ...more])[0] !== 'Allowed'
      })
    )
  })
})
