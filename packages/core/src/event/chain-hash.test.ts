import fc from 'fast-check'
import { createHash } from 'node:crypto'

import { chainHash, genesisHash, type HashedRecord } from './chain-hash'

/** The record whose bytes the first test writes by hand. */
const record: HashedRecord = {
  id: '01',
  stream: 'license-é',
  revision: 2,
  position: 3,
  type: 'T',
  schemaVersion: 1,
  time: 1_700_000_000_000_000,
  causation: null,
  correlation: 'c',
  previousHash: '00'.repeat(32),
  text: '{}',
}

describe('chainHash', () => {
  it('covers the bytes of the published layout', () => {
    const bytes = [
      Buffer.from('custody/log/1').toString('hex') + '00',
      '00'.repeat(32),
      '0000000000000003',
      '00000002' + '3031',
      '0000000a' + '6c6963656e73652dc3a9',
      '0000000000000002',
      '00000001' + '54',
      '00000001',
      '00060a24181e4000',
      '00000000',
      '00000001' + '63',
      // SHA-256 of the two characters {}
      '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    ].join('')
    expect(chainHash(record)).toBe(createHash('sha256').update(Buffer.from(bytes, 'hex')).digest('hex'))
  })

  it('writes a time before 1970 as two\'s complement', () => {
    const text = (value: string): string => Buffer.from([0, 0, 0, value.length]).toString('hex') + Buffer.from(value).toString('hex')
    const bytes = [
      Buffer.from('custody/log/1').toString('hex') + '00' + '00'.repeat(32) + '0000000000000003',
      text('01') + '0000000a6c6963656e73652dc3a9' + '0000000000000002' + text('T') + '00000001',
      'fffffffffffffffe' + '00000000' + text('c'),
      '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    ].join('')
    const expected = createHash('sha256').update(Buffer.from(bytes, 'hex')).digest('hex')
    expect(chainHash({ ...record, time: -2 })).toBe(expected)
  })

  it('R11: does not depend on the record that was hashed before', () => {
    const long = { ...record, stream: 'é'.repeat(5000) }
    const alone = chainHash(record)
    chainHash(long)
    expect(chainHash(record)).toBe(alone)
  })

  it('R11: changes with every field', () => {
    const changes: ReadonlyArray<Partial<HashedRecord>> = [
      { id: '02' },
      { stream: 'license-e' },
      { revision: 3 },
      { position: 4 },
      { type: 'U' },
      { schemaVersion: 2 },
      { time: record.time + 1 },
      { causation: 'c', correlation: null },
      { correlation: null },
      { previousHash: '01'.repeat(32) },
      { text: '{ }' },
    ]
    const hashes = changes.map((change) => chainHash({ ...record, ...change }))
    expect(new Set([chainHash(record), ...hashes]).size).toBe(changes.length + 1)
  })

  it('R11: no two splits of a text over neighbouring fields agree', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), (text, a, b) => {
        fc.pre(a % (text.length + 1) !== b % (text.length + 1))
        const [first, second] = [a, b].map((at) => {
          const cut = at % (text.length + 1)
          return chainHash({ ...record, id: text.slice(0, cut), stream: text.slice(cut) })
        })
        expect(first).not.toBe(second)
      })
    )
  })

  it('begins with the digest of the log key\'s thumbprint', () => {
    expect(genesisHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
