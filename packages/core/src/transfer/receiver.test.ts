import { createPublicKey } from 'node:crypto'

import { certify, testKey } from '../certificate/testing/authority'
import { RESULT_CODE } from '../license/result-code'
import { micros } from '../license/testing/held-license'
import { timestampFromMicros } from '../license/timestamp'
import { checkReceiver } from './receiver'

const NOW = micros('2026-06-01T12:00:00Z')
const at = (days: number) => timestampFromMicros(NOW + days * 24 * 3600 * 1_000_000)
const [root, stranger] = [testKey(), testKey()]
const expectation = { root: createPublicKey(root), use: 'export', now: NOW } as const
const fresh = { from: at(-1), until: at(1), level: 1000 }

describe('the certificates of a receiver', () => {
  it.each([
    ['bad', certify(stranger, testKey(), fresh), 'CertificateInvalid', undefined],
    ['over', certify(root, testKey(), { ...fresh, from: at(-2), until: at(-1) }), 'CertificateExpired', undefined],
    ['not valid yet', certify(root, testKey(), { ...fresh, from: at(1), until: at(2) }), 'CertificateInvalid', undefined],
    ['too weak', certify(root, testKey(), fresh), 'LevelInadequate', 1001],
  ] as const)('EX-22 (inferred): one that is %s is told as that', (_, jws, reason, level) => {
    const checked = checkReceiver({ type: 'certified', chain: [jws] }, { ...expectation, ...(level !== undefined && { level }) })
    expect(checked).toMatchObject({ type: 'unfit', reason })
  })

  it('EX-22 (inferred): one that is too weak has the platform’s code for it', () => {
    expect(RESULT_CODE.LevelInadequate?.name).toBe('NS_E_DRM_CERTIFICATE_SECURITY_LEVEL_INADEQUATE')
  })

  it('EX-1: one that its key’s holder got from the authority is good, with its level and its end', () => {
    const checked = checkReceiver({ type: 'certified', chain: [certify(root, testKey(), fresh)] }, { ...expectation })
    expect(checked).toMatchObject({ type: 'certified', level: 1000, until: micros(at(1)) })
  })
})
