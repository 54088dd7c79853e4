import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { corpusFolder, whenInstalled } from '../../../../../test/gate/when-installed'
import { createWarningLog } from '../../media/warning-log'
import { probeFormat } from '../testing/ffmpeg'
import { FIXTURES, fixtureNamed } from '../testing/fixtures'
import type { Piece } from '../testing/hand-made'
import {
  bytesOf,
  dataOf,
  extendedOf,
  extensionOf,
  filePropertiesOf,
  headerOf,
  le,
  objectOf,
  streamPropertiesOf,
} from '../testing/hand-made'
import { HEADER_SAMPLES, LANGUAGE_LIST, SAMPLE_PREROLL } from '../testing/header-samples'
import { readGood, readWhole } from '../testing/read-whole'
import type { HeaderDetails } from './asf-details'
import { headerDetails } from './asf-details'

/** A file whose header has one object more, in the header or its extension. */
const fileWith = (object: Uint8Array, inside: 'header' | 'extension', first: ReadonlyArray<Piece> = []): Uint8Array =>
  bytesOf(
    headerOf(
      filePropertiesOf({ preroll: SAMPLE_PREROLL }),
      extensionOf(...first, ...(inside === 'extension' ? [object] : [])),
      streamPropertiesOf({ number: 1 }),
      ...(inside === 'header' ? [object] : [])
    ),
    dataOf([])
  )

interface Told {
  readonly details: HeaderDetails
  readonly warnings: ReadonlyArray<{ readonly offset: number; readonly what: string }>
}

const tell = async (bytes: Uint8Array): Promise<Told> => {
  const warnings = createWarningLog()
  const { header } = await readGood(bytes)
  return { details: headerDetails(header, warnings), warnings: warnings.list() }
}

const SILENT: Omit<HeaderDetails, 'objects' | 'bitrate'> = {
  codecs: [],
  names: [],
  chapters: [],
  scripts: [],
  attributes: [],
  exclusions: [],
  priorities: [],
  sharing: [],
  links: [],
}

describe('what the objects of a header say', () => {
  it.each(HEADER_SAMPLES)('%s', async (name, inside, object, said) => {
    const { details, warnings } = await tell(fileWith(object, inside, [LANGUAGE_LIST]))
    expect(warnings).toEqual([])
    expect(details).toMatchObject({ ...SILENT, ...said })
    expect(details.objects).toContainEqual({
      name,
      at: expect.any(Number),
      bytes: object.length,
      depth: inside === 'header' ? 1 : 2,
    })
  })

  it.each(HEADER_SAMPLES)('%s, cut at any byte, is read as far as it goes, with a warning that has its place', async (name, inside, object) => {
    for (let length = 24; length < object.length; length += 1) {
      const cut = bytesOf(object.subarray(0, 16), le(length, 8), object.subarray(24, length))
      const bytes = fileWith(cut, inside)
      const { warnings } = await tell(bytes)
      const at = Buffer.from(bytes).indexOf(cut)
      expect(warnings).toEqual([{ offset: at + length, what: `${name} ends within its fields` }])
    }
  })

  it('twice in one header, both count', async () => {
    const [, , object] = HEADER_SAMPLES.find(([name]) => name === 'Advanced Mutual Exclusion') ?? []
    if (object === undefined) throw new Error('no such object')
    const { details } = await tell(fileWith(object, 'extension', [object]))
    expect(details.exclusions).toHaveLength(2)
  })

  it('Extended Stream Properties: names of a stream in several languages', async () => {
    const text = (words: string): string => Buffer.from(`${words}\0`, 'utf16le').toString('hex')
    const plain = extendedOf(1, [])
    const names = `${le(0, 2)}${le(10, 2)}${text('Main')}${le(1, 2)}${le(8, 2)}${text('Hla')}${le(9, 2)}${le(0, 2)}`
    const named = bytesOf(plain.subarray(0, 16), le(plain.length + names.length / 2, 8), plain.subarray(24, 84), le(3, 2), le(0, 2), names)
    const { details, warnings } = await tell(fileWith(named, 'extension', [LANGUAGE_LIST]))
    expect(warnings).toEqual([])
    expect(details.names).toEqual([
      { track: 1, name: 'Main', language: 'en' },
      { track: 1, name: 'Hla', language: 'cs' },
      { track: 1, name: '' },
    ])
  })

  it('lists objects in the order of the file, by their name or their GUID', async () => {
    const unknown = objectOf('ff'.repeat(16), 'ab')
    const { details } = await tell(fileWith(unknown, 'extension'))
    expect(details.objects.map(({ name, at, bytes, depth }) => [name, at, bytes, depth])).toEqual([
      ['File Properties', 30, 104, 1],
      ['Header Extension', 134, 46 + 25, 1],
      ['FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF', 180, 25, 2],
      ['Stream Properties', 205, 78 + 18, 1],
    ])
  })

  it('of one kind no more are read than a memory of any size bears', async () => {
    const object = objectOf('dc29e2d6da35d111903400a0c90349be', '00'.repeat(16), le(1, 2), le(1, 2))
    const bytes = bytesOf(
      headerOf(filePropertiesOf({}), extensionOf(), streamPropertiesOf({ number: 1 }), ...Array.from({ length: 40 }, () => object)),
      dataOf([])
    )
    const { details, warnings } = await tell(bytes)
    expect(details.exclusions).toHaveLength(32)
    expect(warnings.map(({ what }) => what)).toEqual(['more than 32 objects of the kind Bitrate Mutual Exclusion'])
    expect(warnings[0]?.offset).toBe(30 + 104 + 46 + 78 + 18 + 32 * object.length)
  })

  it('a list that counts more than is ever read ends with a warning, not with the memory', async () => {
    const object = objectOf('dc29e2d6da35d111903400a0c90349be', '00'.repeat(16), le(20_000, 2), new Uint8Array(40_000))
    const { details, warnings } = await tell(fileWith(object, 'header'))
    expect(details.exclusions[0]?.groups).toHaveLength(4096)
    expect(warnings.map(({ what }) => what)).toEqual(['Bitrate Mutual Exclusion counts more items than are read'])
  })
})

interface Probed {
  readonly format: { readonly tags?: Readonly<Record<string, string>> }
  readonly chapters: ReadonlyArray<{ readonly start_time: string; readonly tags: { readonly title: string } }>
}

/** Known differences: FFmpeg adds an `encoder` of its own reading, counts tracks from 1, and keeps 32 of 64 bits of a time. */
const CONVERTED = new Set(['track', 'WM/Track', 'encoder', 'WM/EncodingTime'])

const comparesWithProbe = async (path: string): Promise<number> => {
  const reading = await readWhole(new Uint8Array(readFileSync(path)), { salvage: true })
  if (E.isLeft(reading)) return 0
  const { header } = reading.right
  const { attributes, chapters } = headerDetails(header, createWarningLog())
  const texts = [...attributes.map(({ value }) => value), ...Object.values(header.description ?? {})].map((value) =>
    typeof value === 'boolean' ? String(Number(value)) : String(value)
  )
  const probed = probeFormat(path) as Probed
  const { tags = {} } = probed.format
  for (const [name, value] of Object.entries(tags)) {
    if (CONVERTED.has(name)) continue
    // Of several values of one name FFmpeg makes one text.
    for (const part of [value].flatMap((whole) => (texts.includes(whole) ? [whole] : whole.split(';')))) {
      expect({ path, name, texts }).toEqual({ path, name, texts: expect.arrayContaining([part]) })
    }
  }
  expect(chapters.map(({ time, title }) => [time / 10_000_000, title])).toEqual(
    probed.chapters.map((chapter) => [Number(chapter.start_time), chapter.tags.title])
  )
  return Object.keys(tags).length + chapters.length
}

whenInstalled('ffmpeg').describe('attributes and chapters, against FFmpeg', () => {
  it.each(FIXTURES)('$name', ({ path }) => comparesWithProbe(path))

  it('there is something to compare', async () => {
    expect(await comparesWithProbe(fixtureNamed('meta-chapters.wmv').path)).toBeGreaterThan(9)
  })

  whenInstalled('corpus').it('of files of other encoders', async () => {
    const folder = join(corpusFolder() ?? '', 'asf-wild')
    let compared = 0
    for (const name of readdirSync(folder).filter((each) => /\.(asf|wma|wmv)$/.test(each))) {
      compared += await comparesWithProbe(join(folder, name))
    }
    expect(compared).toBeGreaterThan(190)
  })
})
