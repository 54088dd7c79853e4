import { writeSync } from 'node:fs'
import { systemClock } from '@custody/core/clock'
import { openHome } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import * as E from 'fp-ts/Either'

import { exportMedia } from '../../../transfer/export-media'
import { clearKey } from '../adapter'

/** What the program is started with, as JSON. */
export interface ExportArguments {
  readonly directory: string
  readonly machineFile: string
  readonly input: string
  readonly output: string
  /** Bytes between two checkpoints. */
  readonly bytes: number
}

const STANDARD_OUTPUT = 1

/** A program: exports one file, and tells each event by its type and each batch that is written as `progress`, a line each. */
const main = async ({ input, output, bytes, ...place }: ExportArguments): Promise<void> => {
  const say = (line: string): void => void writeSync(STANDARD_OUTPUT, `${line}\n`)
  const opened = await openHome({ ...place, clock: systemClock, random: systemRandom })()
  if (E.isLeft(opened)) throw new Error(opened.left.type)
  const home = opened.right
  const registered = [clearKey.describe.systemId]
  const checkpoints = { bytes, milliseconds: 0 }
  const onProgress = (): void => {
    say('progress')
  }
  exportMedia({ home, registered, onSettled: () => home.close() })({ input, directory: output, adapter: clearKey, checkpoints, onProgress })
    .subscribe({
      next: ({ type }) => {
        say(type)
      },
      error: (error: unknown) => {
        say(`failed ${JSON.stringify(error)}`)
      },
    })
}

void main(JSON.parse(process.argv[3] ?? '') as ExportArguments)
