import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { asfVectors } from '../testing/fixtures'
import { bytesOf, le, objectOf } from '../testing/hand-made'
import { readGood } from '../testing/read-whole'
import {
  advancedContentEncryptionObject,
  parseAdvancedContentEncryption,
} from './advanced-content-encryption'
import { contentEncryptionObject, parseContentEncryption } from './content-encryption'
import {
  extendedContentEncryptionObject,
  parseExtendedContentEncryption,
} from './extended-content-encryption'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const ascii = (text: string): string => Buffer.from(`${text}\0`, 'latin1').toString('hex')

const CONTENT = 'fbb3112223bdd211b4b700a0c955fc6e'
const EXTENDED = '14e68a292226174cb935dae07ee9289c'
const ADVANCED = '338505438169e6499b74ad12cb86d58c'
const NETWORK_DEVICE = 'b69b077aa4da124ea5ca91d38dc11a8d'

describe('Content Encryption', () => {
  const fields = {
    secretData: bytesOf('0102'),
    protectionType: 'DRM',
    keyId: 'a2V5',
    licenseUrl: 'https://x.test/',
  }
  const object = objectOf(
    CONTENT,
    `${le(2, 4)}0102 ${le(4, 4)}${ascii('DRM')} ${le(5, 4)}${ascii('a2V5')} ${le(16, 4)}${ascii('https://x.test/')}`
  )

  it('is written and read as the specification lays it out', () => {
    expect(hex(contentEncryptionObject(fields))).toBe(hex(object))
    expect(parseContentEncryption(object.subarray(24))).toEqual(E.right(fields))
  })

  it('LI-73: tells without a license where to get one', () => {
    const read = parseContentEncryption(object.subarray(24))
    expect(E.isRight(read) && read.right.licenseUrl).toBe('https://x.test/')
  })

  it('is read from the file that FFmpeg confirmed', async () => {
    const vector = asfVectors().find(({ id }) => id === 'cocktail-fragmented')
    const { header } = await readGood(bytesOf(vector?.file ?? ''))
    const [protection] = header.protection
    expect(protection?.kind).toBe('content-encryption')
    expect(header.streams[0]?.encrypted).toBe(true)
    const read = parseContentEncryption(protection?.data ?? new Uint8Array(), protection?.at)
    expect(read).toEqual(E.right(expect.objectContaining({ protectionType: 'DRM' })))
  })

  it('names the place of a length that goes past the end', () => {
    const fault = { type: 'MalformedMedia', format: 'asf', at: 100 + 24 + 6 }
    const body = bytesOf(`${le(2, 4)}0102 ${le(40, 4)}44`)
    expect(parseContentEncryption(body, 100)).toEqual(E.left(expect.objectContaining(fault)))
  })
})

describe('Extended Content Encryption', () => {
  it('is written and read as the specification lays it out', () => {
    const object = objectOf(EXTENDED, le(4, 4), '3c005700')
    expect(hex(extendedContentEncryptionObject(bytesOf('3c005700')))).toBe(hex(object))
    expect(parseExtendedContentEncryption(object.subarray(24))).toEqual(E.right(bytesOf('3c005700')))
  })

  it.each(['', '0100', '05000000aabbccdd'])('refuses %s', (body) => {
    expect(parseExtendedContentEncryption(bytesOf(body), 7)).toEqual(
      E.left(expect.objectContaining({ at: 31 }))
    )
  })
})

describe('Advanced Content Encryption', () => {
  const records = [
    {
      systemId: '7A079BB6-DAA4-4E12-A5CA-91D38DC11A8D',
      systemVersion: 1,
      objects: [
        { idType: 1, id: bytesOf('0200') },
        { idType: 1, id: bytesOf('0300') },
      ],
      data: bytesOf('c0ffee'),
    },
    {
      systemId: '00112233-4455-6677-8899-AABBCCDDEEFF',
      systemVersion: 9,
      objects: [],
      data: new Uint8Array(),
    },
  ]
  const object = objectOf(
    ADVANCED,
    le(2, 2),
    `${NETWORK_DEVICE}${le(1, 4)}${le(2, 2)} 0100 0200 0200 0100 0200 0300 ${le(3, 4)}c0ffee`,
    `33221100554477668899aabbccddeeff${le(9, 4)}${le(0, 2)}${le(0, 4)}`
  )

  it('is written and read as the specification lays it out', () => {
    expect(hex(advancedContentEncryptionObject(records))).toBe(hex(object))
    expect(parseAdvancedContentEncryption(object.subarray(24))).toEqual(E.right(records))
  })

  it('names the place of the first record that is not whole', () => {
    const body = object.subarray(24)
    for (let length = 0; length < body.length; length += 1) {
      const at = 24 + (length < 2 ? 0 : length < 2 + 41 ? 2 : 2 + 41)
      const answer = parseAdvancedContentEncryption(body.subarray(0, length))
      expect(answer).toEqual(E.left(expect.objectContaining({ type: 'MalformedMedia', at })))
    }
  })
})

it('any bytes are read to a value or a fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (body) => {
      for (const parse of [
        parseContentEncryption,
        parseExtendedContentEncryption,
        parseAdvancedContentEncryption,
      ]) {
        expect(parse(body)._tag).toMatch(/Left|Right/)
      }
    })
  )
})
