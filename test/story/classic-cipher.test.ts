import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { exportSample, protect } from '../command/exported-sample'
import { custody, FIXTURES, jsonLines, runCustody, SAMPLE } from '../command/run-custody'
import { outputOf } from '../command/run-program'
import { createPlace, removePlaces } from '../command/temporary-place'
import { whenInstalled } from '../gate/when-installed'
import { pictureHashes, sampleHashes } from '../media/picture-hashes'

const LONG = 60_000
const CLASSIC = join(FIXTURES, 'wmv2-wma2.wmv')

/** MD5 of each decoded picture and piece of sound. */
const frames = async (path: string, ...options: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const words = ['-nostdin', '-v', 'error', ...options, '-i', path, '-map', '0', '-f', 'framemd5', '-']
  const text = (await outputOf('ffmpeg', words)).toString('utf8')
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).sort()
}

describe('content under the classic cipher', () => {
  afterAll(removePlaces)

  whenInstalled('ffmpeg').it(
    'is shown by FFmpeg with the revealed key, frame for frame',
    async () => {
      const place = createPlace()
      const guarded = place.at('guarded.wmv')
      const { keyId } = await protect(place, guarded, { input: CLASSIC, options: ['--scheme', 'cocktail'] })
      const [, key = ''] = (await custody(place, 'keys', 'reveal', keyId, '--yes')).lines[0]?.split(':') ?? []
      expect(key).toMatch(/^[0-9a-f]{14}$/)
      const cipherKey = createHash('sha1').update(Buffer.from(key, 'hex')).digest('hex')
      const clear = await frames(CLASSIC)
      expect(clear.length).toBeGreaterThan(100)
      expect(await frames(guarded, '-cryptokey', cipherKey)).toEqual(clear)
    },
    LONG
  )

  whenInstalled('ffmpeg').it(
    'is exported as any other: the pictures and the sound of the clear source',
    async () => {
      const { video, audio } = await exportSample(createPlace(), SAMPLE, ['--scheme', 'cocktail'])
      expect(await pictureHashes(video)).toEqual(await pictureHashes({ path: SAMPLE }))
      expect(await sampleHashes(audio, '0:a')).toEqual(await sampleHashes({ path: SAMPLE }, '0:a'))
    },
    LONG
  )

  it('names neither AES nor sample IDs in its headers', async () => {
    const place = createPlace()
    const guarded = place.at('guarded.wmv')
    const { keyId } = await protect(place, guarded, { input: CLASSIC, options: ['--scheme', 'cocktail'] })
    const [report] = jsonLines(await custody(place, '--json', 'inspect', guarded))
    const kinds = (report?.['protection'] as ReadonlyArray<{ readonly kind: string }>).map(({ kind }) => kind)
    expect(kinds).toEqual(['content-encryption', 'extended-content-encryption'])
    expect(JSON.stringify(report)).toContain(keyId)
  })

  it.each([
    ['a key of 16 bytes', '--key-file', '00'.repeat(16)],
    ['a key seed', '--key-seed-file', '00'.repeat(30)],
  ])('%s does not fit the cipher, and nothing is written', async (_, option, digits) => {
    const place = createPlace()
    writeFileSync(place.at('key'), digits)
    const words = ['protect', CLASSIC, '-o', place.at('guarded.wmv'), '--scheme', 'cocktail', option, place.at('key')]
    const { exit, stderr } = await runCustody(place, words)
    expect(exit).toBe(3)
    expect(stderr).toContain('7 bytes')
    expect(existsSync(place.at('guarded.wmv'))).toBe(false)
  })
})
