import { setTimeout as pass } from 'node:timers/promises'

/** A sink that waits after each write for as long as its bytes take at a rate. */
export const slowSink = (sink, bytesPerSecond) => ({
  ...sink,
  write: (chunks) => async () => {
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    const answer = await sink.write(chunks)()
    await pass((bytes / bytesPerSecond) * 1000)
    return answer
  },
})
