import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspectMedia } from '@custody/pipeline/inspect'
import { openFileSource } from '@custody/pipeline/io'
import type { MediaReport } from '@custody/pipeline/media'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray } from 'rxjs'

import { readAsfProtection } from '../systems/windows-media/asf-protection'
import { protectMedia } from './protect-media'
import { temporaryHome } from './testing/temporary-home'

const FIXTURES = join(__dirname, '../../../../test/fixtures/asf')
const KEY_ID_LENGTH = 32
/** A twenty-fifth of a second in 100 ns. */
const SAMPLE_UNITS = 400_000

describe('a protected file of which no license is at hand', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-unlicensed-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** Protects a fixture in a home that is gone afterwards, with its licenses. */
  const protectedCopy = async (input: string): Promise<string> => {
    const place = await temporaryHome()
    try {
      const output = join(place.folder, 'protected.asf')
      await lastValueFrom(protectMedia({ home: place.home, registered: [] })({ input, output, scheme: 'mce' }).pipe(toArray()))
      copyFileSync(output, join(folder, 'protected.asf'))
      return join(folder, 'protected.asf')
    } finally {
      place.remove()
    }
  }
  const inspected = async (path: string): Promise<MediaReport> => {
    const source = await openFileSource(path)()
    if (E.isLeft(source)) throw new Error(source.left.type)
    const report = await inspectMedia(source.right)()
    await source.right.close()()
    if (E.isLeft(report)) throw new Error(report.left.type)
    return report.right
  }

  it.each(['h264-aac.asf', 'meta-chapters.wmv'])('LI-73: metadata and header of %s stay readable', async (name) => {
    const clear = join(FIXTURES, name)
    const [before, after] = [await inspected(clear), await inspected(await protectedCopy(clear))]
    expect(after.description.title).toBe(before.description.title)
    // The muxer states it by the last sample, so it may differ by one.
    expect(Math.abs(after.duration - before.duration)).toBeLessThan(SAMPLE_UNITS)
    const told = ({ description, counts }: MediaReport) =>
      description.tracks.map(({ number, kind, codec, video, audio }) => ({
        ...{ number, kind, codec, video, audio },
        samples: counts.find((count) => count.number === number)?.samples,
      }))
    expect(told(after)).toEqual(told(before))
    expect(after.description.tracks.some(({ encrypted }) => encrypted)).toBe(true)
    const protection = readAsfProtection(after.description)
    expect(E.isRight(protection) && protection.right?.keyId).toHaveLength(KEY_ID_LENGTH)
  })
})
