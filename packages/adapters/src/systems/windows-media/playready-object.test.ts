import { createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { keyIdFromText } from '@custody/core/identity'

import { corpusFolder, whenInstalled } from '../../../../../test/gate/when-installed'
import { keyMatchesHeader } from './key-checksum'
import { buildPlayReadyObject, parsePlayReadyObject } from './playready-object'
import { parseWrmHeader } from './read-wrm-header'
import { buildWrmHeader } from './write-wrm-header'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

/** Length 16, two records: type 1 with `abc`... laid out by hand. @source PlayReady Header Specification, 2 */
const TWO = '11000000 0200 0100 0200 6100 0300 0100 ff'.replaceAll(' ', '')

describe('PlayReady Object', () => {
  it('is read and written as published', () => {
    const records = [
      { type: 1, value: fromHex('6100') },
      { type: 3, value: fromHex('ff') },
    ]
    expect(parsePlayReadyObject(fromHex(TWO))).toEqual(E.right(records))
    expect(hex(buildPlayReadyObject(records))).toBe(TWO)
  })

  it.each([
    ['', 0],
    ['1000000002', 0],
    ['05000000 0000', 0],
    ['ff000000 0000', 0],
    [`11000000 0300 ${TWO.slice(12)}`, 17],
    ['0c000000 0100 0100 0500 6100', 8],
  ])('refuses %s at byte %i', (text, at) => {
    expect(parsePlayReadyObject(fromHex(text.replaceAll(' ', '')))).toMatchObject(E.left({ at }))
  })

  it('answers for any bytes, and reads back what it writes', () => {
    const record = fc.record({ type: fc.nat(0xffff), value: fc.uint8Array({ maxLength: 40 }) })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(record, { maxLength: 5 }), (bytes, records) => {
        expect(['Left', 'Right']).toContain(parsePlayReadyObject(bytes)._tag)
        expect(parsePlayReadyObject(buildPlayReadyObject(records))).toEqual(E.right(records))
      })
    )
  })
})

interface Vector {
  readonly id: string
  readonly files: ReadonlyArray<{ readonly path: string }>
  readonly keys: Readonly<Record<string, string>>
}

/** System ID of PlayReady in a `pssh` box. @source docs/reference/third-party-systems.md §1 */
const SYSTEM = Buffer.from('9a04f07998404286ab92e65be0885f95', 'hex')

/** The PlayReady Objects of a file, found by the system ID in front of them: by hand, not by this project's reader. */
const objectsOf = (path: string): ReadonlyArray<Uint8Array> => {
  const bytes = readFileSync(path)
  const found: Uint8Array[] = []
  for (let at = bytes.indexOf(SYSTEM); at >= 0; at = bytes.indexOf(SYSTEM, at + 1)) {
    if (bytes.toString('latin1', at - 8, at - 4) !== 'pssh' || bytes[at - 4] !== 0) continue
    const length = bytes.readUInt32BE(at + 16)
    found.push(new Uint8Array(bytes.subarray(at + 20, at + 20 + length)))
  }
  return found
}

whenInstalled('corpus').describe('PlayReady Objects of other packagers', () => {
  const folder = join(corpusFolder() ?? '', 'thirdparty')
  const vectors = (): ReadonlyArray<Vector> =>
    (JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { readonly vectors: ReadonlyArray<Vector> }).vectors

  it('are read and written again byte for byte; their check values know the published keys', () => {
    const checked: string[] = []
    for (const { id, files, keys } of vectors()) {
      for (const object of files.flatMap(({ path }) => objectsOf(join(folder, path)))) {
        const records = parsePlayReadyObject(object)
        if (E.isLeft(records)) throw new Error(`${id}: ${records.left.expected}`)
        expect(hex(buildPlayReadyObject(records.right))).toBe(hex(object))
        const [record] = records.right
        const header = parseWrmHeader(record?.value ?? new Uint8Array())
        if (E.isLeft(header)) throw new Error(`${id}: ${header.left.expected}`)
        expect(hex(buildWrmHeader(header.right))).toBe(hex(record?.value ?? new Uint8Array()))
        for (const { keyId: text, checksum, algorithm } of header.right.keys) {
          const keyId = keyIdFromText(text)
          if (E.isLeft(keyId) || checksum === undefined || algorithm !== 'AESCTR') continue
          const key = keys[keyId.right]
          if (key === undefined) continue
          const check = { keyId: keyId.right, algorithm, checksum } as const
          expect({ id, right: keyMatchesHeader(check, createSecretKey(Buffer.from(key, 'hex'))) }).toEqual({ id, right: true })
          expect(keyMatchesHeader(check, createSecretKey(Buffer.alloc(16)))).toBe(false)
          checked.push(id)
        }
      }
    }
    expect([...new Set(checked)].sort()).toEqual(expect.arrayContaining(['bento4/cenc-multidrm', 'bento4/piff-ctr']))
  })
})
