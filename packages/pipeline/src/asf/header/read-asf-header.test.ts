import * as E from 'fp-ts/Either'

import { FIXTURES, fixtureNamed } from '../testing/fixtures'
import {
  bytesOf,
  dataOf,
  DISK_GUID,
  extendedOf,
  extensionOf,
  filePropertiesOf,
  headerOf,
  le,
  objectOf,
  streamPropertiesOf,
} from '../testing/hand-made'
import type { FileFacts } from '../testing/hand-made'
import { memorySource } from '../testing/memory-source'
import { readGood } from '../testing/read-whole'
import type { AsfHeader } from './asf-header'
import { readAsfHeader } from './read-asf-header'

const read = (bytes: Uint8Array): ReturnType<ReturnType<typeof readAsfHeader>> =>
  readAsfHeader(memorySource(bytes))()

const good = async (bytes: Uint8Array): Promise<AsfHeader> => {
  const header = await read(bytes)
  if (E.isLeft(header)) throw new Error(JSON.stringify(header.left))
  return header.right
}

const children = (facts: FileFacts = {}): ReadonlyArray<Uint8Array> => [
  filePropertiesOf(facts),
  extensionOf(),
  streamPropertiesOf({ number: 1 }),
]

const file = (...objects: ReadonlyArray<Uint8Array>): Uint8Array => bytesOf(headerOf(...objects), dataOf([]))

describe('what is no ASF file', () => {
  const guid = 'ASF Header Object GUID 30 26 b2 75 8e 66 cf 11 a6 d9 00 aa 00 62 ce 6c'

  it.each([
    ['an empty file', '', 'end of input'],
    ['a text', '48656c6c6f', '48 65 6c 6c 6f'],
    [
      'an MP4 file',
      '0000001c667479706d703432000000016d70343169736f6d',
      '00 00 00 1c 66 74 79 70 6d 70 34 32 00 00 00 01',
    ],
  ])('%s is refused at its first byte', async (_, hex, found) => {
    const fault = { type: 'MalformedMedia', format: 'asf', at: 0, expected: guid, found }
    expect(await read(bytesOf(hex))).toEqual(E.left(fault))
  })

  it('a chunked HTTP stream is refused at its first byte', async () => {
    const fault = { type: 'MalformedMedia', format: 'asf', at: 0, expected: guid }
    const answer = await read(fixtureNamed('mms-chunked.asfstream').bytes())
    expect(answer).toEqual(E.left(expect.objectContaining(fault)))
    expect(answer).toEqual(E.left(expect.objectContaining({ found: expect.stringMatching(/^24 48 /) })))
  })
})

describe('a file that ends inside its header', () => {
  it('is truncated at its end, wherever that is', async () => {
    const whole = file(...children())
    for (let length = 1; length < whole.length; length += 1) {
      const answer = await read(whole.subarray(0, length))
      expect(answer).toEqual(
        E.left(expect.objectContaining({ type: 'TruncatedMedia', format: 'asf', at: length }))
      )
    }
    expect(E.isRight(await read(whole))).toBe(true)
  })

  it('does not make room for the size that it states', async () => {
    const head = bytesOf(DISK_GUID.header, le(0x100_0000, 8), le(1, 4), '0102', new Uint8Array(100))
    const before = process.memoryUsage().arrayBuffers
    expect(await read(head)).toEqual(E.left(expect.objectContaining({ type: 'TruncatedMedia', at: 130 })))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(0x10_0000)
  })

  it.each([0n, 29n, 0x100_0001n, 2n ** 63n])('is refused when it states %s bytes', async (size) => {
    const head = bytesOf(DISK_GUID.header, le(size, 8), le(1, 4), '0102', new Uint8Array(100))
    expect(await read(head)).toEqual(E.left(expect.objectContaining({ type: 'MalformedMedia', at: 16 })))
  })
})

describe('objects that cannot be', () => {
  it('refuses another layout of the header, a header without File Properties, and one too short', async () => {
    const other = file(...children())
    other[29] = 1
    expect(await read(other)).toEqual(
      E.left(expect.objectContaining({ type: 'MalformedMedia', at: 29, found: '01' }))
    )
    const expected = 'a File Properties Object'
    expect(await read(file(extensionOf()))).toEqual(E.left(expect.objectContaining({ at: 30, expected })))
    const short = objectOf(DISK_GUID.fileProperties, new Uint8Array(79))
    expect(await read(file(short))).toEqual(E.left(expect.objectContaining({ at: 30, found: '103 bytes' })))
  })

  it('refuses packets of no bytes and of more than it reads; goes past sizes that differ', async () => {
    const none = await read(file(...children({ packetSize: 0 })))
    expect(none).toEqual(E.left(expect.objectContaining({ type: 'MalformedMedia', at: 30 + 92 })))
    const vast = await read(file(...children({ packetSize: 0x10_0001 })))
    expect(vast).toEqual(E.left(expect.objectContaining({ type: 'UnsupportedMedia', at: 30 + 96 })))
    const header = await good(file(...children({ packetSize: 256, minPacketSize: 128 })))
    expect(header.file.packetSize).toBe(256)
    expect(header.warnings).toEqual([{ offset: 30 + 92, what: 'packet sizes differ: 128 and 256' }])
  })

  it.each([0n, 23n, 5000n, 2n ** 63n])(
    'ends the level at an object of %s bytes, with a warning',
    async (size) => {
      const odd = bytesOf(DISK_GUID.digitalSignature, le(size, 8), '00112233')
      const header = await good(file(...children(), odd))
      expect(header.objects).toHaveLength(3)
      expect(header.streams).toHaveLength(1)
      expect(header.warnings.map(({ offset }) => offset)).toContain(header.size - odd.length)
    }
  )

  it('trusts the size of the Header Extension, not the one of its data', async () => {
    const extension = extensionOf(extendedOf(1, []))
    extension[42] = 1
    const header = await good(file(filePropertiesOf({}), extension, streamPropertiesOf({ number: 1 })))
    expect(header.streams[0]?.extended?.averageFrameTime).toBe(400_000)
    expect(header.warnings).toHaveLength(1)
  })

  it('skips an object between header and data, and refuses what is neither', async () => {
    const unknown = objectOf('ff'.repeat(16), new Uint8Array(70_000))
    const header = await good(bytesOf(headerOf(...children()), unknown, dataOf([])))
    expect(header.data.firstPacketAt).toBe(header.size + unknown.length + 50)
    expect(header.warnings).toHaveLength(1)
    const junk = bytesOf(headerOf(...children()), new Uint8Array(100))
    expect(await read(junk)).toEqual(
      E.left(expect.objectContaining({ type: 'MalformedMedia', at: header.size }))
    )
  })

  it('warns where the header counts its objects wrong, as FFmpeg does beside a marker', async () => {
    const header = await good(fixtureNamed('meta-chapters.wmv').bytes())
    expect(header.objects).toHaveLength(8)
    expect(header.warnings).toEqual([{ offset: 24, what: 'header states 7 objects and has 8' }])
  })
})

describe('streams', () => {
  it('of one number described twice: the first holds', async () => {
    const twice = [
      streamPropertiesOf({ number: 1 }),
      streamPropertiesOf({ number: 1, type: DISK_GUID.video }),
    ]
    const header = await good(file(filePropertiesOf({}), extensionOf(), ...twice))
    expect(header.streams.map(({ kind }) => kind)).toEqual(['audio'])
    expect(header.warnings.map(({ what }) => what)).toEqual(['stream 1 is described twice'])
  })

  it('may stand inside the Extended Stream Properties', async () => {
    const inside = streamPropertiesOf({ number: 9, type: DISK_GUID.command, encrypted: true })
    const header = await good(
      file(
        ...children().slice(0, 1),
        extensionOf(extendedOf(9, [], inside)),
        streamPropertiesOf({ number: 1 })
      )
    )
    expect(
      header.streams.map(({ number, hidden, kind, encrypted }) => [number, hidden, kind, encrypted])
    ).toEqual([
      [1, false, 'audio', false],
      [9, true, 'command', true],
    ])
    expect(header.warnings).toEqual([])
  })

  it('with number 0, or too short to be read, are passed over with a warning', async () => {
    const short = objectOf(DISK_GUID.streamProperties, new Uint8Array(53))
    const header = await good(file(...children(), streamPropertiesOf({ number: 0 }), short))
    expect(header.streams).toHaveLength(1)
    expect(header.warnings).toHaveLength(2)
  })

  it.each([
    ['a short WAVEFORMATEX', { number: 1, specific: '6101' }],
    [
      'WAVEFORMATEX of 16 bytes',
      { number: 1, specific: '61010200 44ac0000 401f0000 74011000'.replace(/ /g, '') },
    ],
    ['a short BITMAPINFOHEADER', { number: 1, type: DISK_GUID.video, specific: '00' }],
  ])('with %s are described as far as they go', async (_, facts) => {
    const header = await good(file(filePropertiesOf({}), extensionOf(), streamPropertiesOf(facts)))
    expect(header.streams).toHaveLength(1)
  })

  it('extended twice: the first holds', async () => {
    const extension = extensionOf(extendedOf(1, [[DISK_GUID.sampleId, 8]]), extendedOf(1, []))
    const header = await good(file(filePropertiesOf({}), extension, streamPropertiesOf({ number: 1 })))
    expect(header.streams[0]?.extended?.extensions).toHaveLength(1)
    expect(header.warnings.map(({ what }) => what)).toEqual(['stream 1 is extended twice'])
  })

  it('an Extended Stream Properties Object that counts more than it has is passed over', async () => {
    const short = extendedOf(1, [[DISK_GUID.sampleId, 8]])
    short[86] = 200
    const header = await good(
      file(filePropertiesOf({}), extensionOf(short), streamPropertiesOf({ number: 1 }))
    )
    expect(header.streams[0]?.extended).toBeUndefined()
    expect(header.warnings).toHaveLength(1)
  })
})

describe('the source', () => {
  it.each(FIXTURES)('$name is read up to its first packet and no further', async (fixture) => {
    const bytes = fixture.bytes()
    const source = memorySource(bytes)
    const header = await readAsfHeader(source)()
    if (E.isLeft(header)) throw new Error('no header')
    const next = new Uint8Array(3)
    await source.read(next)()
    expect(Buffer.from(next).toString('hex')).toBe('820000')
    expect([...next]).toEqual([...bytes.subarray(header.right.data.firstPacketAt).subarray(0, 3)])
  })

  it('may give a few bytes at a time', async () => {
    const bytes = fixtureNamed('h264-aac.asf').bytes()
    const once = await readGood(bytes)
    expect(await readAsfHeader(memorySource(bytes, 1))()).toEqual(E.right(once.header))
  })
})
