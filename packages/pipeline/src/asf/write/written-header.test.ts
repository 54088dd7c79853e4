import * as E from 'fp-ts/Either'

import { extendedContentEncryptionObject } from '../header/extended-content-encryption'
import { fixtureNamed } from '../testing/fixtures'
import {
  bytesOf,
  dataOf,
  DISK_GUID,
  extendedOf,
  extensionOf,
  fileOf,
  filePropertiesOf,
  headerOf,
  le,
  objectOf,
  streamPropertiesOf,
} from '../testing/hand-made'
import { memorySink } from '../testing/memory-sink'
import { readGood } from '../testing/read-whole'
import { remux } from '../testing/remux'
import { createAsfWriter } from './create-asf-writer'

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')
const UNKNOWN = 'ee'.repeat(16)
/** @source docs/reference/asf.md §1.2 */
const CONTENT_DESCRIPTION = '75B22633-668E-11CF-A6D9-00AA0062CE6C'

describe('the header of a written file', () => {
  it('keeps metadata, markers, languages and what nobody knows', async () => {
    for (const name of ['meta-chapters.wmv', 'multi-audio.asf']) {
      const { header, receiver } = await readGood(fixtureNamed(name).bytes())
      const again = (await readGood((await remux(header, receiver.samples)).bytes)).header
      const rest = ({ objects, extensionObjects }: typeof header): ReadonlyArray<string> =>
        [...objects, ...extensionObjects]
          .filter(({ guid }) => !/^(8CABDCA1|5FBF03B5)/.test(guid))
          .map(({ bytes }) => hex(bytes))
          .sort()
      expect(rest(again)).toEqual(rest(header))
      expect(again.warnings).toEqual([])
    }
    const unknown = objectOf(UNKNOWN, '0102030405')
    const file = bytesOf(
      headerOf(filePropertiesOf({}), extensionOf(unknown), streamPropertiesOf({ number: 1 }), unknown),
      dataOf([])
    )
    const written = (await remux((await readGood(file)).header, [])).bytes
    const again = (await readGood(written)).header
    expect(again.objects.map(({ bytes }) => hex(bytes))).toContain(hex(unknown))
    expect(again.extensionObjects.map(({ bytes }) => hex(bytes))).toEqual([hex(unknown)])
  })

  it('puts sizes, counts and durations right in both places', async () => {
    const { header, receiver } = await readGood(fixtureNamed('broadcast.asf').bytes())
    const { bytes, report } = await remux(header, receiver.samples)
    const again = (await readGood(bytes)).header
    const { file, data } = again
    expect(file).toMatchObject({
      fileSize: bytes.length,
      packetCount: report.packets,
      broadcast: false,
      seekable: true,
    })
    expect(data.packetCount).toBe(report.packets)
    expect(data.size).toBe(50 + report.packets * file.packetSize)
    expect(file.creationTime).toBe(133_500_000_000_000_000n)
    expect(hex(file.fileId)).toBe(hex(bytes.subarray(data.at + 24, data.at + 40)))
    expect(file.playDuration).toBe(report.duration + file.preroll * 10_000)
    expect(file.sendDuration).toBe(report.duration)
    expect(report.duration / 10_000_000).toBeCloseTo(4, 1)
  })

  it('keeps how long a picture stands that is the only one', async () => {
    const { header, receiver } = await readGood(fixtureNamed('one-second-still.asf').bytes())
    expect(receiver.samples).toHaveLength(1)
    const { bytes, report } = await remux(header, receiver.samples)
    expect(report.duration).toBe(10_000_000)
    expect((await readGood(bytes)).header.file.playDuration).toBe(header.file.playDuration)
  })

  it('takes another title and keeps the other texts of the Content Description', async () => {
    const { header, receiver } = await readGood(fixtureNamed('meta-chapters.wmv').bytes())
    const again = (await readGood((await remux(header, receiver.samples, { title: 'Ein Film' })).bytes)).header
    expect(header.description?.title).not.toBe('')
    expect(again.description).toEqual({ ...header.description, title: 'Ein Film' })
  })

  it('gets a Content Description for a title where the template had none', async () => {
    const { header, receiver } = await readGood(fixtureNamed('h264-aac.asf').bytes())
    const bare = { ...header, objects: header.objects.filter(({ guid }) => guid !== CONTENT_DESCRIPTION) }
    const again = (await readGood((await remux(bare, receiver.samples, { title: 'Ein Film' })).bytes)).header
    expect(again.description?.title).toBe('Ein Film')
  })

  it('drops what speaks of the old bytes, and says so', async () => {
    const signature = objectOf(DISK_GUID.digitalSignature, '02000000 01000000 ff')
    const parameters = objectOf(DISK_GUID.indexParameters, le(1000, 4), le(0, 2))
    const extended = extendedOf(1, [[DISK_GUID.sampleDuration, 2]])
    const file = bytesOf(
      headerOf(
        filePropertiesOf({}),
        extensionOf(parameters, extended),
        streamPropertiesOf({ number: 1 }),
        signature
      ),
      dataOf([])
    )
    const { bytes, report } = await remux((await readGood(file)).header, [])
    const again = (await readGood(bytes)).header
    expect(again.objects).toHaveLength(3)
    expect(again.extensionObjects).toHaveLength(1)
    expect(again.streams[0]?.extended?.extensions).toEqual([])
    expect(report.losses).toHaveLength(3)
  })

  it('of a stream whose spread audio was put in order no longer says that it is spread', async () => {
    const spread = `03${le(24, 2)}${le(8, 2)}${le(1, 2)}00`
    const streams = [
      { number: 1, spread },
      { number: 2, spread, encrypted: true },
    ]
    const { header } = await readGood(fileOf([], {}, streams))
    const again = (await readGood((await remux(header, [], { encryptedStreams: new Set([2]) })).bytes)).header
    expect(again.streams.map(({ spread: left }) => left)).toEqual([
      undefined,
      { span: 3, packet: 24, chunk: 8 },
    ])
  })

  it('is found a Header Extension where the template had none', async () => {
    const file = bytesOf(headerOf(filePropertiesOf({}), streamPropertiesOf({ number: 1 })), dataOf([]))
    const again = (await readGood((await remux((await readGood(file)).header, [])).bytes)).header
    expect(again.warnings).toEqual([])
  })
})

describe('protecting', () => {
  it('marks streams, also hidden ones, and no others', async () => {
    const inside = streamPropertiesOf({ number: 9, type: DISK_GUID.command })
    const streams = [{ number: 1, encrypted: true }, { number: 2 }]
    const { header } = await readGood(fileOf([], {}, streams, [extendedOf(9, [], inside)]))
    const again = (await readGood((await remux(header, [], { encryptedStreams: new Set([2, 9]) })).bytes))
      .header
    expect(again.streams.map(({ number, encrypted }) => [number, encrypted])).toEqual([
      [1, false],
      [2, true],
      [9, true],
    ])
    expect(again.streams.map(({ hidden }) => hidden)).toEqual([false, false, true])
  })

  it('puts the protection objects in place of those of the template', async () => {
    const old = objectOf(DISK_GUID.contentEncryption, '00'.repeat(16))
    const oldAdvanced = objectOf('338505438169e6499b74ad12cb86d58c', '0000')
    const file = bytesOf(
      headerOf(filePropertiesOf({}), extensionOf(oldAdvanced), old, streamPropertiesOf({ number: 1 })),
      dataOf([])
    )
    const fresh = extendedContentEncryptionObject(bytesOf('3c00 5700'))
    const advanced = objectOf('338505438169e6499b74ad12cb86d58c', '0100')
    const changes = { protectionObjects: [fresh], extensionObjects: [advanced] }
    const again = (await readGood((await remux((await readGood(file)).header, [], changes)).bytes)).header
    expect(again.protection.map(({ kind, data }) => [kind, hex(data)])).toEqual([
      ['extended-content-encryption', '040000003c005700'],
      ['advanced-content-encryption', '0100'],
    ])
  })

  it('declares the sample ID of its streams, whether they were extended or not', async () => {
    const streams = [{ number: 1 }, { number: 2, type: DISK_GUID.video }, { number: 3 }]
    const { header } = await readGood(fileOf([], {}, streams, [extendedOf(2, [])]))
    const again = (await readGood((await remux(header, [], { sampleIds: new Set([1, 2]) })).bytes)).header
    const declared = again.streams.map(({ extended }) =>
      extended?.extensions.map(({ system, size }) => `${system} ${size}`)
    )
    const id = '6698B84E-0AFA-4330-AEB2-1C0A98D7A44D 8'
    expect(declared).toEqual([[id], [id], undefined])
    expect(again.extensionObjects).toHaveLength(2)
    expect(again.streams[1]?.extended?.averageFrameTime).toBe(400_000)
  })
})

describe('the steps of a writer', () => {
  const options = async (packetSize: number): Promise<Parameters<typeof createAsfWriter>[0]> => ({
    sink: memorySink(),
    header: (await readGood(fileOf([]))).header,
    packetSize,
    encryptedStreams: new Set(),
    sampleIds: new Set([1]),
    protectionObjects: [],
    extensionObjects: [],
    fileId: new Uint8Array(16),
    creationTime: 0n,
  })
  const sample = { stream: 1, bytes: new Uint8Array(100), offset: 0, size: 100, time: 0, flags: 1 }

  it('come in order', async () => {
    const writer = createAsfWriter(await options(128))
    expect(await writer.flush()()).toEqual(E.left({ type: 'WrongState', expected: 'begun', found: 'new' }))
    expect(() => writer.addSample(sample)).toThrow('a writer that is new')
    expect(E.isRight(await writer.begin()())).toBe(true)
    expect(await writer.begin()()).toEqual(E.left({ type: 'WrongState', expected: 'new', found: 'begun' }))
    expect(E.isRight(await writer.finish()())).toBe(true)
    expect(await writer.finish()()).toEqual(
      E.left({ type: 'WrongState', expected: 'begun', found: 'finished' })
    )
  })

  it.each([0, 63, 65_537, 100.5])('do not begin with packets of %d bytes', async (size) => {
    const fault = { type: 'UnsupportedMedia', at: undefined, what: `writing packets of ${size} bytes` }
    expect(await createAsfWriter(await options(size)).begin()()).toEqual(E.left(fault))
  })

  it('refuse a sample that breaks the contract', async () => {
    const writer = createAsfWriter(await options(128))
    await writer.begin()()
    const id = { sampleId: new Uint8Array(8) }
    expect(() => writer.addSample({ ...sample, ...id, stream: 2 })).toThrow('stream 2')
    expect(() => writer.addSample(sample)).toThrow('without its sample ID')
    expect(() => writer.addSample({ ...sample, ...id, offset: 1 })).toThrow('outside its bytes')
    expect(() => writer.addSample({ ...sample, ...id, time: NaN })).toThrow('NaN')
    expect(() => writer.addSample({ ...sample, ...id, units: [50, 51] })).toThrow('units of 101 bytes')
    expect(() => writer.addSample({ ...sample, ...id, units: [writer.largestUnit(1) + 1] })).toThrow(
      'unit of 95 bytes'
    )
    writer.addSample({ ...sample, ...id, units: [writer.largestUnit(1), 100 - writer.largestUnit(1)] })
  })
})

describe('units of a cipher', () => {
  it('are one payload each, so that a file can be written anew without its key', async () => {
    const { header, receiver } = await readGood(fixtureNamed('tiny-packets-256.asf').bytes())
    const units = receiver.samples.map(({ writes }) => writes)
    for (const packetSize of [256, 300, 5000]) {
      const dress = <S>(one: S, index: number): S & { units: ReadonlyArray<number> } => ({
        ...one,
        units: units[index] ?? [],
      })
      const { bytes } = await remux(header, receiver.samples, { packetSize, dress })
      const again = await readGood(bytes)
      for (const { number } of header.streams) {
        const of = (samples: typeof receiver.samples): unknown =>
          samples
            .filter(({ track }) => track === number)
            .map(({ writes, bytes: data }) => [writes, hex(data)])
        expect(of(again.receiver.samples)).toEqual(of(receiver.samples))
      }
    }
  })
})
