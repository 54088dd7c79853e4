import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { exportSample, type ExportedSample, type ExportedTrack } from '../command/exported-sample'
import { REPOSITORY, SAMPLE } from '../command/run-custody'
import { runProgram } from '../command/run-program'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'
import { whenInstalled } from '../gate/when-installed'
import { makeClearReference } from '../media/clear-reference'
import { ffprobe, pictureHashes } from '../media/picture-hashes'

const LONG = 60_000
const COMMON_SYSTEM = '1077efecc0b24d02ace33c1e52e2fb4b'
/** Between picture times of 25 a second, one in each part of the file, so that rounding decides nothing. */
const MOMENTS = '0.5,1.02,3.7'
const TONE = '500'

/** What the player check prints. */
interface Played {
  readonly played: boolean
  readonly failure: string | null
  readonly error: string | null
  readonly keyIdsFrom: string | null
  readonly starts: number
  readonly encryptedEvents: ReadonlyArray<{
    readonly pssh: ReadonlyArray<{ readonly systemId: string; readonly version: number; readonly kids: ReadonlyArray<string> }>
  }>
}

interface Attempt {
  readonly exit: number | undefined
  readonly said: Played
}

const play = async (...words: ReadonlyArray<string>): Promise<Attempt> => {
  const { exit, stdout, stderr } = await runProgram(process.execPath, [join(REPOSITORY, 'test/players/eme-play.mjs'), ...words])
  if (stdout.length === 0) throw new Error(stderr)
  return { exit, said: JSON.parse(stdout.toString('utf8')) as Played }
}

const media = ({ path, mime }: ExportedTrack): ReadonlyArray<string> => ['--media', path, '--mime', mime]
const key = ({ keyId, key: value }: ExportedTrack): ReadonlyArray<string> => ['--key', `${keyId}=${value}`]

whenInstalled('ffmpeg').describe('the Clear Key export in a player', () => {
  whenInstalled('chromium').describe('in Chromium', () => {
    let place: Place
    let made: ExportedSample
    let reference: string
    /** These only wait for the end of their time, so they do it beside the other tests. */
    let waiting: Readonly<Record<'withAnotherKeyId' | 'withoutKey', Promise<Attempt>>>

    beforeAll(async () => {
      place = createPlace()
      made = await exportSample(place)
      reference = place.at('reference.mp4')
      await makeClearReference(SAMPLE, { elementary: place.at('clear.h264'), plain: place.at('plain.mp4'), output: reference })
      const { exit } = await play('--media', reference, '--mime', made.video.mime, '--sample-at', MOMENTS, '--seconds', '0.5', '--out', place.at('ref.json'))
      expect(exit).toBe(0)
      const other = ['--key', `${randomBytes(16).toString('hex')}=${made.video.key}`]
      waiting = {
        withAnotherKeyId: play(...media(made.video), ...other, '--expect-fail', 'no-key', '--timeout', '5'),
        withoutKey: play(...media(made.video), '--expect-fail', 'no-key,stalled', '--timeout', '5'),
      }
    }, LONG)
    afterAll(async () => {
      await Promise.allSettled(Object.values(waiting))
      removePlaces()
    })

    it('is compared with a reference that shows the pictures of the clear source', async () => {
      expect(await pictureHashes({ path: reference })).toEqual(await pictureHashes({ path: SAMPLE }))
      const { frames } = await ffprobe<{ readonly frames: ReadonlyArray<{ readonly pts_time?: string }> }>(
        { path: reference },
        '-show_entries',
        'frame=pts_time'
      )
      const times = frames.flatMap(({ pts_time }) => (pts_time === undefined ? [] : [Number(pts_time)]))
      expect(times).toEqual(Array.from({ length: 125 }, (_, index) => index / 25))
    })

    it(
      'shows the pictures of the clear source and sounds its tone, with key IDs from the pssh',
      async () => {
        const words = [...media(made.video), ...media(made.audio), ...key(made.video), ...key(made.audio)]
        const proofs = ['--require-pssh', '--sample-at', MOMENTS, '--same-as', place.at('ref.json'), '--tone', TONE]
        const { exit, said } = await play(...words, '--scheme', 'cenc', ...proofs)
        expect(said).toMatchObject({ played: true, error: null, keyIdsFrom: 'pssh', starts: 0 })
        expect(exit).toBe(0)
        const boxes = said.encryptedEvents.flatMap(({ pssh }) => pssh)
        expect(boxes.every(({ systemId, version }) => systemId === COMMON_SYSTEM && version === 1)).toBe(true)
        expect(boxes.flatMap(({ kids }) => kids).sort()).toEqual([made.audio.keyId, made.video.keyId].sort())
      },
      LONG
    )

    it(
      'shows the same pictures under cbcs',
      async () => {
        const { video, audio } = await exportSample(place, SAMPLE, [], 'cbcs')
        const words = [...media(video), ...media(audio), ...key(video), ...key(audio), '--require-pssh']
        const { exit, said } = await play(...words, '--scheme', 'cbcs', '--sample-at', MOMENTS, '--same-as', place.at('ref.json'), '--tone', TONE)
        expect(said).toMatchObject({ played: true, error: null, keyIdsFrom: 'pssh', starts: 0 })
        expect(exit).toBe(0)
      },
      LONG
    )

    it(
      'ends with a decode error when the key is a wrong one',
      async () => {
        const wrong = ['--key', `${made.video.keyId}=${randomBytes(16).toString('hex')}`]
        const { exit, said } = await play(...media(made.video), ...wrong, '--scheme', 'cenc', '--expect-fail', 'decode')
        expect(said).toMatchObject({ played: false, failure: 'decode' })
        expect(exit).toBe(0)
      },
      LONG
    )

    it(
      'waits for a key when it is given that of another key ID',
      async () => {
        const { exit, said } = await waiting.withAnotherKeyId
        expect(said).toMatchObject({ played: false, failure: 'no-key' })
        expect(exit).toBe(0)
      },
      LONG
    )

    it(
      'does not play without any key',
      async () => {
        const { exit, said } = await waiting.withoutKey
        expect(said.played).toBe(false)
        expect(exit).toBe(0)
      },
      LONG
    )

    it(
      'is told apart from another picture: a reference with other hashes fails the check',
      async () => {
        const other = place.at('other.json')
        writeFileSync(other, JSON.stringify({ pictures: [{ at: 0.5, hash: '00' }] }))
        const words = [...media(made.video), ...key(made.video), '--scheme', 'cenc', '--sample-at', '0.5', '--same-as', other, '--seconds', '0.5']
        const { exit, said } = await play(...words)
        expect(said).toMatchObject({ played: false, failure: 'content' })
        expect(exit).toBe(1)
      },
      LONG
    )
  })
})
