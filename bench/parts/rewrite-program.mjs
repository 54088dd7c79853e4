/**
 * The program that is measured: reads an ASF file and writes its samples into another. Bundled into one file before it runs.
 *
 * usage: node rewrite-program.js FILE.asf OUTPUT.asf [--durable]
 */
import { open } from 'node:fs/promises'

import { demuxAsf } from '../../packages/pipeline/src/asf/demux/demux-asf.ts'
import { readAsfHeader } from '../../packages/pipeline/src/asf/header/read-asf-header.ts'
import { createAsfWriter } from '../../packages/pipeline/src/asf/write/create-asf-writer.ts'
import { openFileSink } from '../../packages/pipeline/src/io/file-sink.ts'
import { openFileSource } from '../../packages/pipeline/src/io/file-source.ts'
import { NO_ROOM } from '../../packages/pipeline/src/media/sample-receiver.ts'

const FIRST_ROOM = 0x1_0000
/** Bytes of samples between two flushes: the packets that they make fit into the blocks that the writer keeps. */
const FLUSH = 7 * 2 ** 18
const STREAMS = 128

const must = (answer) => {
  if (answer._tag === 'Left') throw new Error(JSON.stringify(answer.left))
  return answer.right
}

const nothing = () => undefined

/** Each stream has one sample open at a time and its own room. */
const writingReceiver = (writer) => {
  const open = Array.from({ length: STREAMS }, (_, stream) => ({ stream, bytes: new Uint8Array(), offset: 0, size: 0, time: 0, flags: 0 }))
  let waiting = 0
  return {
    cancelled: () => false,
    begin: (track, size, time, flags) => {
      if (waiting > FLUSH) return NO_ROOM
      const sample = open[track]
      if (sample.bytes.length < size) sample.bytes = new Uint8Array(Math.max(FIRST_ROOM, 2 * size))
      sample.size = size
      sample.time = time
      sample.flags = flags
      return track
    },
    ready: async () => {
      must(await writer.flush()())
      waiting = 0
    },
    protection: nothing,
    write: (track, bytes, from, length, into) => open[track].bytes.set(bytes.subarray(from, from + length), into),
    complete: (track) => {
      writer.addSample(open[track])
      waiting += open[track].size
    },
    drop: nothing,
  }
}

/** Bytes go to the file and no further, as with ffmpeg: when they reach the disk is left to the system. */
const plainSink = async (path) => {
  const file = await open(path, 'wx')
  const done = (work) => async () => {
    await work()
    return { _tag: 'Right', right: undefined }
  }
  return {
    place: path,
    write: (chunks) => done(() => file.writev(chunks)),
    patch: (at, bytes) => done(() => file.write(bytes, 0, bytes.length, at)),
    commit: () => done(() => file.close()),
  }
}

const main = async () => {
  const [input, output, durable] = process.argv.slice(2)
  const source = must(await openFileSource(input)())
  const header = must(await readAsfHeader(source)())
  const sink = durable === undefined ? await plainSink(output) : must(await openFileSink(output, { overwrite: false })())
  const none = { encryptedStreams: new Set(), sampleIds: new Set(), protectionObjects: [], extensionObjects: [] }
  const writer = createAsfWriter({ ...none, sink, header, fileId: header.file.fileId, creationTime: header.file.creationTime })
  must(await writer.begin()())
  must(await demuxAsf(source, header, writingReceiver(writer))())
  const { packets, bytes } = must(await writer.finish()())
  must(await sink.commit()())
  must(await source.close()())
  console.log(packets, bytes)
}

main()
