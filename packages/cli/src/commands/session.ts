import { systemClock } from '@custody/core/clock'
import type { CoreFault } from '@custody/core/fault'
import { openHome, renewHome, type Home, type HomeOptions } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'
import { copySecret, type Secret } from '@custody/core/secret'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import type { HomePlaces } from '../options/home-place'

/**
 * Opens the home for one piece of work and closes it afterwards, however the work ends. What it appended is anchored
 * then; that this cannot be done is no failure of the work, but a log that was cut off is told.
 */
export const withHome = (places: HomePlaces): WithHome => withOpened(openHome(optionsFor(places)))

/** The same for a home whose keys do not open here: it gets new ones first, and is another computer from then on (BR-29). */
export const withRenewedHome = (places: HomePlaces): WithHome => withOpened(renewHome(optionsFor(places)))

type WithHome = <A>(work: (home: Home) => TE.TaskEither<CommandFailure, A>) => TE.TaskEither<CommandFailure, A>

/** What was typed or read for a home, until the command ends: it may open the home several times. */
const known = new WeakMap<HomePlaces, Promise<Secret | undefined>>()

const passphraseOf = async (places: HomePlaces): Promise<Secret | undefined> => {
  const tell = (line: string): void => void process.stderr.write(`custody: ${line}\n`)
  const asked = known.get(places) ?? import('../options/passphrase-option.js').then((it) => it.homePassphrase(places.passphraseFile, tell))
  known.set(places, asked)
  const found = await asked
  return found && copySecret(found)
}

const optionsFor = (places: HomePlaces): HomeOptions => ({
  directory: places.directory,
  machineFile: places.machineFile,
  passphrase: () => passphraseOf(places),
  clock: systemClock,
  random: systemRandom,
})

const withOpened =
  (opening: TE.TaskEither<CoreFault, Home>): WithHome =>
  (work) =>
    pipe(
      opening,
      TE.mapLeft(coreFailure),
      TE.chain((home) => async () => {
        try {
          return await work(home)()
        } finally {
          await anchor(home)
          home.close()
        }
      })
    )

const anchor = async (home: Home): Promise<void> => {
  const anchored = await home.anchor()
  if (E.isRight(anchored)) return
  const { type } = anchored.left
  if (type !== 'LogTruncated' && type !== 'LogBroken') return
  for (const line of coreFailure(anchored.left).lines) process.stderr.write(`custody: warning: ${line}; see custody verify\n`)
}
