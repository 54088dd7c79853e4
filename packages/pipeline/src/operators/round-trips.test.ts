import { FIXTURES, fixtureNamed } from '../asf/testing/fixtures'
import { readGood } from '../asf/testing/read-whole'
import { cocktailUnder } from '../cipher/cocktail/cocktail'
import type { ReadRow } from '../batch/testing/read-batch'
import { independentCtr } from './protection/testing/independent-ctr'
import { annexBUnits, lengthPrefixedUnits } from './protection/testing/nal-lists'
import { temporaryHome, type TemporaryHome } from './protection/testing/temporary-home'
import { asfToMp4, fileIn, keyFor, mp4ToAsf, protectFixture, rowsOf, trackKey, type AsfScheme } from './testing/legs'
import { createHash } from 'node:crypto'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Opens rows by code that shares nothing with the operators. */
const opened = ({ iv, bytes, ranges }: ReadRow, scheme: AsfScheme): Uint8Array => {
  const { key } = keyFor(scheme)
  if (scheme === 'mce') return independentCtr(key, iv, bytes)
  const clear = bytes.slice()
  const cipher = cocktailUnder(createHash('sha1').update(Buffer.from(key, 'hex')).digest())
  let at = 0
  for (const [, unit] of ranges) {
    cipher.decrypt(clear, at, at + unit)
    at += unit
  }
  return clear
}

describe('round trips', () => {
  let places: ReadonlyArray<TemporaryHome>
  beforeEach(async () => {
    places = [await temporaryHome(), await temporaryHome(), await temporaryHome()]
  })
  afterEach(() => {
    for (const { remove } of places) remove()
  })
  const place = (index: number): TemporaryHome => {
    const found = places[index]
    if (found === undefined) throw new Error('no such home')
    return found
  }

  describe.each(['mce', 'cocktail'] as const)('ASF to ASF under %s', (scheme) => {
    it.each(FIXTURES)('$name: the samples are the same', async ({ name, bytes }) => {
      const clear = (await readGood(bytes())).receiver.samples
      const asf = await protectFixture(place(0), name, scheme)
      const { tracks } = await fileIn(asf)
      // Under `mce` the NAL units have lengths (ADR 46).
      const isPicture = (track: number): boolean => scheme === 'mce' && tracks.get(track)?.codec === 'h264'
      const rows = await rowsOf(asf, scheme)
      const units = (row: ReadRow): ReadonlyArray<string> =>
        isPicture(row.track) ? lengthPrefixedUnits(opened(row, scheme)) : [hex(opened(row, scheme))]
      expect(rows.map((row) => [row.track, row.time, row.flags, units(row)])).toEqual(
        clear.map(({ track, time, flags, bytes: sample }) => [track, time, flags, isPicture(track) ? annexBUnits(sample) : [hex(sample)]])
      )
    })
  })

  describe.each(['cenc', 'cens', 'cbc1', 'cbcs'] as const)('ASF to MP4 to ASF under %s', (scheme) => {
    it.each(['mce', 'cocktail'] as const)('of h264-aac.asf, protected with %s', async (asfScheme) => {
      const name = 'h264-aac.asf'
      const clear = (await readGood(fixtureNamed(name).bytes())).receiver.samples
      const asf = await protectFixture(place(0), name, asfScheme)
      const files = await asfToMp4(place(1), asf, { from: asfScheme, to: scheme })
      for (const [number, mp4] of files) {
        const back = await mp4ToAsf(place(2), mp4, { sources: [trackKey(number)], to: asfScheme })
        const rows = await rowsOf(back, asfScheme)
        const wanted = clear.filter(({ track }) => track === number)
        const picture = (await fileIn(asf)).tracks.get(number)?.kind === 'video'
        expect(rows.map((row) => (picture ? lengthPrefixedUnits(opened(row, asfScheme)) : [hex(opened(row, asfScheme))]))).toEqual(
          wanted.map(({ bytes }) => (picture ? annexBUnits(bytes) : [hex(bytes)]))
        )
        expect(rows.map(({ flags }) => flags)).toEqual(wanted.map(({ flags }) => flags))
      }
    })
  })
})
