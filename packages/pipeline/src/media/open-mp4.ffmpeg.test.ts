import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../test/gate/when-installed'
import { openFileSource } from '../io/file-source'
import { demuxMp4 } from '../isobmff/read/demux-mp4'
import { collectingMp4Receiver } from '../isobmff/testing/collecting-mp4-receiver'
import { encodeTrack, SOUND } from '../isobmff/testing/encoded-track'
import { memorySource } from '../isobmff/testing/memory-source'
import { openMedia } from './media-file'

whenInstalled('ffmpeg').describe('an MP4 file whose header stands behind its samples', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-open-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is opened from a file, and gives its samples; from a pipe it is refused with the place', async () => {
    const { path, samples } = encodeTrack(folder, 'a.mp4', ...SOUND, '-c:a', 'aac')
    const source = await openFileSource(path)()
    if (E.isLeft(source)) throw new Error(JSON.stringify(source.left))
    const file = await openMedia(source.right)()
    if (E.isLeft(file)) throw new Error(JSON.stringify(file.left))
    expect(file.right.description).toMatchObject({ container: 'mp4', tracks: [{ codec: 'aac' }] })
    const receiver = collectingMp4Receiver()
    expect(await demuxMp4(file.right.source, receiver)()).toMatchObject(E.right({ samples: samples.length }))
    expect(receiver.samples.map(({ bytes }) => bytes)).toEqual(samples.map(({ bytes }) => bytes))
    await source.right.close()()
    const bytes = readFileSync(path)
    const piped = await openMedia(memorySource(bytes))()
    expect(piped).toMatchObject(E.left({ type: 'UnsupportedMedia', at: bytes.indexOf('mdat') - 4 }))
  })
})
