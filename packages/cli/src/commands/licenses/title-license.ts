import { eraseTitle, setTitle } from '@custody/core/catalog'
import type { StoredEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import { keyIdFromText, type KeyId } from '@custody/core/identity'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../../failure/command-failure'
import { coreFailure } from '../../failure/core-failure'
import { EXIT } from '../../failure/exit-code'
import { eventLine } from '../../output/event-line'
import type { Reporter } from '../../output/reporter'
import type { AddSubcommand } from '../run'
import { withHome } from '../session'

/** What `custody licenses title` was told: a text, or to forget the one that is there. */
export interface TitleOptions {
  readonly keyId: string
  readonly text: string | undefined
  readonly erase: boolean
}

/** `custody licenses title`: gives the content under a key ID a name, or forgets it. */
export const titleLicense =
  (reporter: Reporter, options: TitleOptions) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      TE.fromEither(keyIdFromText(options.keyId)),
      TE.mapLeft(wrongUse),
      TE.chain((keyId) => changed(reporter, home, keyId, options))
    )

const changed = (
  reporter: Reporter,
  home: Home,
  keyId: KeyId,
  { text, erase }: TitleOptions
): TE.TaskEither<CommandFailure, void> => {
  if (erase === (text !== undefined)) return TE.left(failure(EXIT.usage, 'a title, or --erase'))
  return pipe(
    text === undefined ? eraseTitle(home)(keyId) : setTitle(home)(keyId, text),
    TE.bimap(wrongUse, (events) => {
      for (const event of events) reporter.emit(eventLine(event))
      reporter.emit({ type: 'Result', keyId })
      reporter.say(sentence(keyId, text, events))
    })
  )
}

const sentence = (keyId: KeyId, text: string | undefined, events: ReadonlyArray<StoredEvent>): string => {
  if (text !== undefined) return `${keyId} is called "${text}"`
  return events.length === 0
    ? `${keyId} has no title`
    : `the titles of ${keyId} are erased; copies of the home that were made before still hold them`
}

/** What was typed and does not fit is wrong use; everything else is told as ever. */
const wrongUse = (fault: CoreFault): CommandFailure =>
  fault.type === 'BadInput'
    ? failure(EXIT.usage, `${fault.where}: expected ${fault.expected}, found ${fault.found}`)
    : coreFailure(fault)

/** Adds `title` to the group of licenses. */
export const addTitleLicense: AddSubcommand = (group, perform) => {
  group
    .command('title <key-id> [text]')
    .description('name the content under a key ID, so that a license can be told from another')
    .option('--erase', 'forget every title that the key ID had')
    .action(
      perform(
        ({ erase }, keyId = '', ...texts) =>
          ({ reporter, places }) =>
            withHome(places)(titleLicense(reporter, { keyId, text: texts.at(0), erase: erase === true }))
      )
    )
}
