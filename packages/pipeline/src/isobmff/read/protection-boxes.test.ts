import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { buildPssh } from '../write/build-pssh'
import { readPssh, readPsshBody, readSchm, readTenc } from './protection-boxes'

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

const KEY_ID = '1af987fa084ff3c0f4ad35a6bdab98e2'

describe('pssh', () => {
  it('reads the example of the W3C common PSSH box', () => {
    const box = bytesOf(
      '00000044 70737368 01000000 1077efecc0b24d02ace33c1e52e2fb4b 00000002' +
        '30313233343536373839303132333435 4142434445464748494a4b4c4d4e4f50 00000000'
    )
    expect(readPssh(box)).toEqual(
      E.right({
        version: 1,
        systemId: '1077efecc0b24d02ace33c1e52e2fb4b',
        keyIds: ['30313233343536373839303132333435', '4142434445464748494a4b4c4d4e4f50'],
        data: new Uint8Array(0),
      })
    )
    expect(readPsshBody(box.subarray(8))).toEqual(readPssh(box))
  })

  it('gives back what was written', () => {
    const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'))
    const fields = fc.record({ systemId: id, keyIds: fc.array(id), data: fc.uint8Array({ maxLength: 300 }) })
    fc.assert(
      fc.property(fields, ({ systemId, keyIds, data }) => {
        expect(readPssh(buildPssh({ systemId, keyIds, data }))).toEqual(E.right({ version: 1, systemId, keyIds, data }))
        expect(readPssh(buildPssh({ systemId, data }))).toEqual(E.right({ version: 0, systemId, keyIds: [], data }))
      })
    )
  })

  const system = '1077efecc0b24d02ace33c1e52e2fb4b'
  it.each([
    ['nothing', '', 0],
    ['half a header', '00000020 7073', 0],
    ['another box', '00000008 66726565', 4],
    ['a size below the header', '00000004 70737368', 0],
    ['a size past the bytes', `00000021 70737368 00000000 ${system} 00000000`, 0],
    ['a body that is too short', `0000001c 70737368 00000000 ${system}`, 0],
    ['more key IDs than there is room for', `00000024 70737368 01000000 ${system} ffffffff 00000000`, 20],
    ['more data than there is', `00000020 70737368 00000000 ${system} 00000001`, 20],
    ['half of a 64-bit size', '00000001 70737368 0000', 0],
  ])('refuses %s', (_, hex, at) => {
    expect(readPssh(bytesOf(hex))).toMatchObject(E.left({ type: 'MalformedMedia', format: 'mp4', at }))
  })

  it('reads a box to the end of its bytes, and one with a 64-bit size', () => {
    const body = `00000000 ${system} 00000001 07`
    const expected = E.right({ version: 0, systemId: system, keyIds: [], data: Uint8Array.of(7) })
    expect(readPssh(bytesOf(`00000000 70737368 ${body}`))).toEqual(expected)
    expect(readPssh(bytesOf(`00000001 70737368 0000000000000029 ${body}`))).toEqual(expected)
  })

  it('answers for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        for (const read of [readPssh, readPsshBody, readTenc, readSchm]) {
          expect(['Left', 'Right']).toContain(read(bytes)._tag)
        }
      }),
      { numRuns: runs(500) }
    )
  })
})

describe('tenc', () => {
  // The Common Encryption vectors' boxes, behind their headers.
  it('reads version 0', () => {
    expect(readTenc(bytesOf(`00000000 0000 01 08 ${KEY_ID}`))).toEqual(
      E.right({ version: 0, isProtected: true, ivSize: 8, keyId: KEY_ID })
    )
  })

  it('reads a pattern and a constant IV', () => {
    const iv = 'c8a1b5a1eab42069de1a0169c48c951e'
    expect(readTenc(bytesOf(`01000000 0019 01 00 ${KEY_ID} 10 ${iv}`))).toEqual(
      E.right({
        version: 1,
        isProtected: true,
        ivSize: 0,
        keyId: KEY_ID,
        pattern: { crypt: 1, skip: 9 },
        constantIv: bytesOf(iv),
      })
    )
  })

  it('needs no constant IV on a track that is not protected', () => {
    expect(readTenc(bytesOf(`00000000 0000 00 00 ${KEY_ID}`))).toMatchObject(E.right({ isProtected: false }))
  })

  it.each([
    ['too few bytes', '00000000 0000 01 08', 0],
    ['no constant IV', `00000000 0000 01 00 ${KEY_ID}`, 24],
    ['half a constant IV', `00000000 0000 01 00 ${KEY_ID} 10 0011`, 24],
  ])('refuses %s', (_, hex, at) => {
    expect(readTenc(bytesOf(hex))).toMatchObject(E.left({ type: 'MalformedMedia', at }))
  })
})

describe('schm', () => {
  it('reads the scheme', () => {
    expect(readSchm(bytesOf('00000000 63626373 00010000'))).toEqual(E.right('cbcs'))
    expect(readSchm(bytesOf('00000000 636263'))).toMatchObject(E.left({ type: 'MalformedMedia' }))
  })
})
