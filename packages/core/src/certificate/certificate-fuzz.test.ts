import { createPublicKey } from 'node:crypto'
import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { chainTo } from './chain-to'
import { certify, testKey } from './testing/authority'
import { verifyChain } from './verify-chain'

const FAULTS = ['CertificateInvalid', 'CertificateExpired', 'LevelInadequate']
const NOW = Date.parse('2026-06-01T00:00:00Z') * 1000
const root = testKey()
const sound = certify(root, testKey())
const expected = { root: createPublicKey(root), use: 'export' as const, now: NOW }
/** Any JSON under the root's own signature, so that the codec is reached. */
const signed = fc.jsonValue({ maxDepth: 3 }).map((value) =>
  signDocument(root, { typ: 'custody-cert+1', kid: thumbprint(root) }, JSON.parse(JSON.stringify(value)))
)
const damaged = fc.tuple(fc.nat(sound.length - 1), fc.string({ minLength: 1, maxLength: 1 })).map(
  ([at, character]) => `${sound.slice(0, at)}${character}${sound.slice(at + 1)}`
)
const texts = fc.oneof(fc.string({ unit: 'binary' }), damaged, signed)

describe('the readers of certificates', () => {
  it('R16: verifyChain ends in a typed fault on any texts, and believes none of them', () => {
    expect(E.isRight(verifyChain([sound], expected))).toBe(true)
    fc.assert(
      fc.property(fc.array(texts.filter((text) => text !== sound), { minLength: 1, maxLength: 5 }), (chain) => {
        const checked = verifyChain(chain, expected)
        expect(E.isLeft(checked) && FAULTS.includes(checked.left.type)).toBe(true)
      }),
      { numRuns: runs(200) }
    )
  })

  it('R16: chainTo answers on any texts with some of them, each once and at most three', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 6 }), (certificates) => {
        const chain = chainTo([...certificates, sound], thumbprint(root))
        expect(chain.length).toBeLessThanOrEqual(3)
        expect(new Set(chain).size).toBe(chain.length)
      }),
      { numRuns: runs(100) }
    )
  })

  it('R16: chainTo ends where certificates name each other in a circle', () => {
    const [one, two] = [testKey(), testKey()]
    expect(chainTo([certify(one, two), certify(two, one)], thumbprint(one))).toHaveLength(2)
    expect(chainTo([certify(one, one)], thumbprint(one))).toHaveLength(1)
  })
})
