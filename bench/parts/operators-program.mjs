/**
 * The program that is measured: moves a file through the operators of the pipeline, under a grant of a home of its own whose
 * log is in memory. Bundled into one file before it runs.
 *
 * usage: node operators-program.js protect CLEAR.asf OUTPUT.asf SCHEME
 *        node operators-program.js rewrap PROTECTED.asf OUTPUT.asf FROM TO
 *        node operators-program.js export PROTECTED.asf FOLDER FROM [BYTES_PER_SECOND]
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom } from 'rxjs'

import { keepHeapSmall } from '../../packages/cli/src/memory/keep-heap-small.ts'
import { openFileSink } from '../../packages/pipeline/src/io/file-sink.ts'
import { openFileSource } from '../../packages/pipeline/src/io/file-source.ts'
import { createPool } from '../../packages/pipeline/src/lease/pool.ts'
import { runPipeline } from '../../packages/pipeline/src/lease/run-pipeline.ts'
import { openAsf } from '../../packages/pipeline/src/media/open-asf.ts'
import { demuxClear, demuxContent } from '../../packages/pipeline/src/operators/demux.ts'
import { mux } from '../../packages/pipeline/src/operators/mux/mux.ts'
import { protect } from '../../packages/pipeline/src/operators/protection/protect.ts'
import { transcrypt } from '../../packages/pipeline/src/operators/protection/transcrypt.ts'
import { mp4Form } from '../../packages/pipeline/src/operators/protection/transcrypt-target.ts'
import { restoreTimes } from '../../packages/pipeline/src/operators/restore-times.ts'
import { succeed, temporaryHome } from '../../packages/pipeline/src/testing/home/temporary-home.ts'
import { slowSink } from './slow-sink.mjs'

/** Throw-away values. */
const KEYS = {
  mce: { keyId: '0a'.repeat(16), key: '5a'.repeat(8) + 'c3'.repeat(8) },
  cocktail: { keyId: '0b'.repeat(16), key: '07'.repeat(3) + '5e'.repeat(4) },
}
const trackKey = (number) => ({
  keyId: number.toString(16).padStart(2, '0').repeat(16),
  key: (0x40 + number).toString(16).repeat(16),
})
const COUNTERS = 1n << 28n
const FILE_ID = new Uint8Array(16).fill(0xab)

const asfTarget = (file, sink, scheme) => ({
  ...{ container: 'asf', sink, model: file, scheme, protectionObjects: [], extensionObjects: [] },
  ...{ fileId: FILE_ID, creationTime: file.header.file.creationTime },
})

/** Streams under one key have counters that do not meet. */
const asfProtection = (file, scheme, index = 0) => {
  const { keyId } = KEYS[scheme]
  if (scheme === 'cocktail') return { scheme, keyId, packetSize: file.header.file.packetSize }
  return { scheme, keyId, counters: { from: 1n + BigInt(index) * COUNTERS, to: BigInt(index + 1) * COUNTERS } }
}

const protectFile = async (place, file, [output, scheme]) => {
  const { keyId, key } = KEYS[scheme]
  const { grant } = await place.protection(await place.license(keyId, key))
  const sink = await succeed(openFileSink(output, { overwrite: false }))
  const pool = createPool()
  const written = mux(asfTarget(file, sink, scheme))
  await lastValueFrom(runPipeline(pool, demuxClear(file, pool), protect(grant, asfProtection(file, scheme)), written))
  await succeed(sink.commit())
}

const granted = async (place, from, targets) => {
  await place.license(KEYS[from].keyId, KEYS[from].key)
  return (await place.exporting(KEYS[from].keyId, targets)).grant
}

const rewrapFile = async (place, file, [output, from, to]) => {
  const grant = await granted(place, from, [KEYS[to]])
  const sink = await succeed(openFileSink(output, { overwrite: false }))
  const tracks = [...file.tracks.keys()].map((number, index) => [number, { ...asfProtection(file, to, index), form: 'whole' }])
  const pool = createPool()
  const written = mux(asfTarget(file, sink, to))
  const samples = demuxContent(file, pool, { scheme: from })
  await lastValueFrom(runPipeline(pool, samples, transcrypt(grant, { tracks: new Map(tracks) }), written))
  await succeed(sink.commit())
}

const exportFile = async (place, file, [folder, from, bytesPerSecond]) => {
  const found = [...file.tracks.values()]
  const grant = await granted(place, from, found.map(({ number }) => trackKey(number)))
  mkdirSync(folder)
  const counters = { from: 1n, to: COUNTERS }
  const outputs = []
  for (const track of found) {
    const fast = await succeed(openFileSink(join(folder, `${track.number}.mp4`), { overwrite: false }))
    const sink = bytesPerSecond === undefined ? fast : slowSink(fast, Number(bytesPerSecond))
    outputs.push({ track, keyId: trackKey(track.number).keyId, sink })
  }
  const tracks = outputs.map(({ track, keyId }) => [track.number, { scheme: 'cenc', keyId, counters, form: mp4Form(track) }])
  const protection = { scheme: 'cenc', ivSize: 8 }
  const files = outputs.map(({ track, keyId, sink }) => [track.number, { file: '', sink, protection: { ...protection, keyId }, pssh: [] }])
  const pool = createPool()
  const samples = demuxContent(file, pool, { scheme: from })
  const written = mux({ container: 'cmaf', tracks: new Map(files) })
  await lastValueFrom(runPipeline(pool, samples, transcrypt(grant, { tracks: new Map(tracks) }), restoreTimes, written))
  for (const { sink } of outputs) await succeed(sink.commit())
}

const WAYS = { protect: protectFile, rewrap: rewrapFile, export: exportFile }

const main = async () => {
  const [way, input, ...rest] = process.argv.slice(2)
  keepHeapSmall()
  const place = await temporaryHome({ inMemory: true })
  try {
    const source = await succeed(openFileSource(input))
    await WAYS[way](place, await succeed(openAsf(source)), rest)
    await succeed(source.close())
  } finally {
    place.remove()
  }
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
