import { readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

import { makeFolder, replaceFile, systemCode, writing } from '@custody/core/device'
import type { Random } from '@custody/core/random'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import type { AuthorityAnchors } from './authority-anchors'

/** Anchors that a file keeps. */
export const KEPT_ANCHORS = 16
/** Two processes may write at once, and the later write wins; so many times the other one looks again. */
const ATTEMPTS = 3

const Kept = t.type({ v: t.literal(1), anchors: t.array(t.string) }, 'kept anchors')

/** A file that is none keeps nothing: whoever could damage it could remove it too. Throws the file system's error. */
const readKept = async (file: string): Promise<ReadonlyArray<string>> => {
  const text = await readFile(file, 'utf8')
  const kept = Kept.decode(
    E.getOrElseW(() => undefined)(
      E.tryCatch(
        () => JSON.parse(text) as unknown,
        () => undefined
      )
    )
  )
  return E.isRight(kept) ? kept.right.anchors : []
}

const keptOrNone = (file: string): Promise<ReadonlyArray<string>> => readKept(file).catch(() => [])

/**
 * Keeps the newest anchors of a services' log in a file. It shows what happens to the log alone, so it belongs on another medium
 * than the log, or at least into another folder.
 */
export const fileAnchors = (file: string, random: Random): AuthorityAnchors => ({
  forget: writing(file, () => rm(file, { force: true })),
  keep: (anchor) =>
    writing(file, async () => {
      await makeFolder(dirname(file))
      for (let attempts = 0; attempts < ATTEMPTS; attempts += 1) {
        const anchors = await keptOrNone(file)
        if (anchors.includes(anchor)) return
        await replaceFile(file, JSON.stringify({ v: 1, anchors: [...anchors, anchor].slice(-KEPT_ANCHORS) }), random)
      }
    }),
  newest: async () => {
    try {
      return E.right(await readKept(file))
    } catch (error) {
      const code = systemCode(error)
      return code === 'ENOENT' ? E.right([]) : E.left({ type: 'HomeUnwritable', place: file, code })
    }
  },
})
