import { buildPssh } from './build-pssh'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('pssh', () => {
  it('is the example of the W3C common PSSH box, byte for byte', () => {
    // "cenc" Initialization Data Format, 4.2 Common SystemID and PSSH Box Format: two key IDs, no data.
    const box = buildPssh({
      systemId: '1077efecc0b24d02ace33c1e52e2fb4b',
      keyIds: ['30313233343536373839303132333435', '4142434445464748494a4b4c4d4e4f50'],
      data: new Uint8Array(0),
    })
    expect(hex(box)).toBe(
      '00000044' +
        '70737368' +
        '01000000' +
        '1077efecc0b24d02ace33c1e52e2fb4b' +
        '00000002' +
        '30313233343536373839303132333435' +
        '4142434445464748494a4b4c4d4e4f50' +
        '00000000'
    )
  })

  it('has version 0 and no count without key IDs', () => {
    const box = buildPssh({ systemId: 'edef8ba979d64acea3c827dcd51d21ed', data: Uint8Array.of(1, 2, 3) })
    expect(hex(box)).toBe('00000023' + '70737368' + '00000000' + 'edef8ba979d64acea3c827dcd51d21ed' + '00000003' + '010203')
  })

  it.each(['', 'EDEF8BA979D64ACEA3C827DCD51D21ED', 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed'])(
    'refuses the system ID "%s"',
    (systemId) => {
      expect(() => buildPssh({ systemId, data: new Uint8Array(0) })).toThrow(RangeError)
    }
  )
})
