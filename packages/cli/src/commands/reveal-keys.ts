import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Home } from '@custody/core/home'
import { keyIdFromText, type KeyId } from '@custody/core/identity'
import { wipeSecret } from '@custody/core/secret'
import { revealKeys, secretDigits, type RevealedKey } from '@custody/core/vault'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'
import * as t from 'io-ts'

import { askYes, canAsk } from '../consent/ask-yes'
import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import type { Reporter } from '../output/reporter'
import type { AddCommand } from './run'
import { withHome } from './session'

/** What `custody keys reveal` was told. */
export interface RevealOptions {
  /** Folder of an export, or a key ID. */
  readonly what: string
  /** The owner has said yes beforehand. */
  readonly yes: boolean
}

const ExportRecord = t.type({ tracks: t.array(t.type({ keyId: t.string })) }, 'export.json')

/** `custody keys reveal`: shows keys of the owner's own content. Asks first, and is recorded. */
export const revealKeysCommand =
  (reporter: Reporter, { what, yes }: RevealOptions) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      keyIdsOf(what),
      TE.chainFirst(() => consent(reporter, yes)),
      TE.chain((keyIds) =>
        pipe(
          revealKeys(home)(keyIds),
          TE.mapLeft((fault) =>
            fault.type === 'BadInput'
              ? failure(EXIT.refused, `this home has no key of its own content with ${fault.where} ${fault.found} (LI-1)`)
              : coreFailure(fault)
          )
        )
      ),
      TE.chainIOK((keys) => () => {
        for (const key of keys) print(reporter, key)
      })
    )

const keyIdsOf = (what: string): TE.TaskEither<CommandFailure, ReadonlyArray<KeyId>> => {
  const direct = keyIdFromText(what)
  if (E.isRight(direct)) return TE.right([direct.right])
  const file = join(what, 'export.json')
  return pipe(
    TE.tryCatch(
      () => readFile(file, 'utf8'),
      () => failure(EXIT.usage, `${what} is neither a key ID nor a folder with an export.json`)
    ),
    TE.chainEitherK((text) => E.tryCatch(() => JSON.parse(text) as unknown, () => notARecord(file))),
    TE.chainEitherK((json) => (ExportRecord.is(json) ? E.right(json.tracks) : E.left(notARecord(file)))),
    TE.chainEitherK(E.traverseArray(({ keyId }) => pipe(keyIdFromText(keyId), E.mapLeft(() => notARecord(file))))),
    TE.map((keyIds) => [...new Set(keyIds)])
  )
}

const notARecord = (file: string): CommandFailure =>
  failure(EXIT.badInput, `${file}: expected the record of an export, found something else`)

const QUESTION = 'This shows content keys on the screen. Whoever sees them can open the media. Go on? [y/N] '

/** The end of input and any other answer mean no; an interrupt ends the command. */
const consent = (reporter: Reporter, yes: boolean): TE.TaskEither<CommandFailure, void> => async () => {
  if (yes) return E.right(undefined)
  if (!canAsk()) return E.left(failure(EXIT.refused, 'keys are shown only with --yes, or on a terminal after a question'))
  reporter.progress(undefined)
  switch (await askYes(QUESTION)) {
    case 'yes':
      return E.right(undefined)
    case 'no':
      return E.left(failure(EXIT.refused, 'declined'))
    case 'interrupted':
      return E.left(failure(EXIT.interrupted, 'cancelled'))
  }
}

/** What stands before, between and after key ID and key: a line for people, or an object for programs. */
const LINE = { before: '', between: ':', after: '\n' }
const OBJECT = { before: '{"keyId":"', between: '","key":"', after: '"}\n' }

/** One key, written as bytes that are wiped at once. */
const print = ({ json }: Reporter, revealed: RevealedKey): void => {
  const { before, between, after } = json ? OBJECT : LINE
  const digits = secretDigits(revealed)
  wipeSecret(revealed.key)
  const encoder = new TextEncoder()
  const parts = [encoder.encode(`${before}${revealed.keyId}${between}`), digits, encoder.encode(after)]
  const line = new Uint8Array(new ArrayBuffer(parts.reduce((sum, { length }) => sum + length, 0)))
  let at = 0
  for (const part of parts) {
    line.set(part, at)
    at += part.length
  }
  digits.fill(0)
  process.stdout.write(line, () => {
    line.fill(0)
  })
}

/** Adds `keys` and its subcommand. */
export const addKeys: AddCommand = (program, perform) => {
  program
    .command('keys')
    .description('keys of your own content')
    .command('reveal <what>')
    .description('show the keys of an export folder or of a key ID, one kid:key per line')
    .option('--yes', 'do not ask')
    .action(
      perform(
        ({ yes }, what = '') =>
          ({ reporter, places }) =>
            withHome(places)(revealKeysCommand(reporter, { what, yes: yes === true }))
      )
    )
}
