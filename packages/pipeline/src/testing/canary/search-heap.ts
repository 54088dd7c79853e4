import { Session } from 'node:inspector'
import { types } from 'node:util'
import { getHeapSnapshot } from 'node:v8'

import type { CanaryHit, CanaryIndex } from './canary-index'

/** More than the longest run that has to be seen in one piece. */
const OVERLAP = 128

/**
 * Looks for secret bytes in the heap of this process, after a collection of its garbage: in a snapshot as V8 writes it, which
 * has strings (of long ones the first 1,024 characters) and names but no bytes of buffers; and in all array buffers and typed
 * arrays that are alive, whoever holds them.
 *
 * Memory that was freed is in neither: see `searchMemory`.
 */
export const searchHeap = async (index: CanaryIndex): Promise<ReadonlyArray<CanaryHit>> => [
  ...(await searchSnapshot(index)),
  ...searchLiveBuffers(index),
]

const searchSnapshot = async (index: CanaryIndex): Promise<ReadonlyArray<CanaryHit>> => {
  const hits: CanaryHit[] = []
  let rest = new Uint8Array(0)
  for await (const chunk of getHeapSnapshot()) {
    const bytes = chunk as Uint8Array
    const joined = new Uint8Array(rest.length + bytes.length)
    joined.set(rest)
    joined.set(bytes, rest.length)
    hits.push(...index.findIn(joined, 'heap snapshot'))
    rest = joined.slice(-OVERLAP)
  }
  return hits
}

const HANDED = Symbol.for('custody.testing.handed')
const HAND_OVER = 'function () { ArrayBuffer[Symbol.for("custody.testing.handed")]?.(this) }'

const searchLiveBuffers = (index: CanaryIndex): ReadonlyArray<CanaryHit> => {
  const seen = new Set<ArrayBufferLike>(index.own)
  return [...liveObjects('ArrayBuffer'), ...liveObjects('SharedArrayBuffer'), ...liveObjects('Uint8Array')].flatMap((value) => {
    const buffer = types.isUint8Array(value) ? value.buffer : value
    // Prototypes of classes beneath are listed too, and are no buffers.
    if (!types.isAnyArrayBuffer(buffer) || seen.has(buffer)) return []
    seen.add(buffer)
    return index.findIn(new Uint8Array(buffer), 'an array buffer on the heap')
  })
}

/**
 * All objects with that prototype, as the inspector of this process lists them. They are handed over by the constructor, which
 * runners that give each test file a global object of its own leave the same.
 */
const liveObjects = (constructor: 'ArrayBuffer' | 'SharedArrayBuffer' | 'Uint8Array'): ReadonlyArray<object> => {
  const session = new Session()
  session.connect()
  const place = ArrayBuffer as unknown as Record<symbol, unknown>
  let found: ReadonlyArray<object> | undefined
  place[HANDED] = (objects: ReadonlyArray<object>) => {
    found = [...objects]
  }
  try {
    session.post('Runtime.evaluate', { expression: `${constructor}.prototype` }, (_error, { result }) => {
      session.post('Runtime.queryObjects', { prototypeObjectId: result.objectId ?? '' }, (_fault, { objects }) => {
        session.post('Runtime.callFunctionOn', { objectId: objects.objectId ?? '', functionDeclaration: HAND_OVER })
      })
    })
  } finally {
    place[HANDED] = undefined
    session.disconnect()
  }
  if (found === undefined) throw new Error(`the inspector of this process does not list objects of ${constructor}`)
  return found
}
