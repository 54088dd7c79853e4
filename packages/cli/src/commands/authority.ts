import { isOtherLog } from '@custody/core/anchor'
import { systemClock } from '@custody/core/clock'
import { keyIdFromText } from '@custody/core/identity'
import { systemRandom } from '@custody/core/random'
import { wipeSecret } from '@custody/core/secret'
import type { Authority } from '@custody/services/authority'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import { readKeyFile } from '../options/key-file'
import { withPassphrase } from '../options/passphrase-option'
import { readRights } from '../options/rights-option'
import type { HomePlaces } from '../options/home-place'
import type { Reporter } from '../output/reporter'
import { anchorsBeside, authorityFailure } from '../services/authority-anchors'
import type { AddCommand, AddSubcommand } from './run'

/** What `custody authority export` and `import` were told. */
export interface AuthorityFile {
  /** Folder of the authority. */
  readonly authority: string
  readonly file: string
  /** File with the passphrase; asked for on the terminal when left out. */
  readonly passphrase: unknown
}

const needed = (): CommandFailure => failure(EXIT.usage, 'a passphrase is needed')

/** `custody authority export`: the authority's keys and log as one file under a passphrase. */
export const exportAuthorityCommand = (
  reporter: Reporter,
  { authority, file, passphrase }: AuthorityFile
): TE.TaskEither<CommandFailure, void> =>
  withPassphrase(passphrase ?? true, 'Passphrase for the copy: ')((secret) =>
    secret === undefined
      ? TE.left(needed())
      : pipe(
          TE.fromTask(() => import('@custody/services/authority')),
          TE.flatMap(({ exportAuthority }) =>
            pipe(exportAuthority({ directory: authority, file, passphrase: secret, random: systemRandom }), TE.mapLeft(coreFailure))
          ),
          TE.map(() => {
            reporter.say(`${file} holds the authority's keys and log; keep it apart from the backups, and its passphrase apart from both`)
            reporter.emit({ type: 'Result', file })
          })
        )
  )

/** `custody authority import`: an authority from such a file, where there is none yet. */
export const importAuthorityCommand = (
  reporter: Reporter,
  { authority, file, passphrase }: AuthorityFile
): TE.TaskEither<CommandFailure, void> =>
  withPassphrase(passphrase ?? true, 'Passphrase of the copy: ')((secret) =>
    secret === undefined
      ? TE.left(needed())
      : pipe(
          TE.fromTask(() => import('@custody/services/authority')),
          TE.flatMap(({ importAuthority }) =>
            pipe(
              importAuthority({ directory: authority, file, passphrase: secret, random: systemRandom }),
              TE.mapLeft((fault) =>
                fault.type === 'SealBroken'
                  ? failure(EXIT.badInput, `${file} does not open: another passphrase, or a damaged file`)
                  : coreFailure(fault)
              )
            )
          ),
          TE.map(() => {
            reporter.say(`${authority} holds the authority of ${file}`)
            reporter.emit({ type: 'Result', authority })
          })
        )
  )

const closeAnchored = async (authority: Authority): Promise<void> => {
  await authority.anchor()
  authority.close()
}

/** `custody authority accept`: takes a log of the services that was cut off or put back as it is. */
export const acceptLog = (
  reporter: Reporter,
  { authority: directory, machineFile }: Pick<HomePlaces, 'authority' | 'machineFile'>
): TE.TaskEither<CommandFailure, void> =>
  async () => {
    const [{ openAuthority }, anchors] = await Promise.all([import('@custody/services/authority'), anchorsBeside(machineFile)])
    const options = { directory, anchors, clock: systemClock, random: systemRandom }
    const first = await openAuthority(options)()
    const isDoubtful = E.isLeft(first) && isOtherLog(first.left)
    const opened = isDoubtful ? await openAuthority({ ...options, acceptLog: true })() : first
    if (E.isLeft(opened)) return E.left(coreFailure(opened.left))
    await closeAnchored(opened.right)
    reporter.say(isDoubtful ? 'the log is taken as it is, which stands in it; what came after is forgotten' : 'the log fits its anchors')
    reporter.emit({ type: 'Result', accepted: isDoubtful })
    return E.right(undefined)
  }

/** What `custody authority offer` was told. */
export interface OfferOptions {
  readonly authority: string
  /** File of the machine secret: anchors of the log lie beside it. */
  readonly machineFile: string
  readonly keyId: string
  readonly keyFile: string
  readonly rights: string
  readonly title: string | undefined
  /** Given on a page only. */
  readonly page: boolean
}

/** `custody authority offer`: lets the license server give out licenses for content whose key the operator holds. */
export const offer = (reporter: Reporter, options: OfferOptions): TE.TaskEither<CommandFailure, void> =>
  pipe(
    TE.Do,
    TE.bind('keyId', () =>
      TE.fromEither(
        pipe(
          keyIdFromText(options.keyId),
          E.mapLeft(({ expected, found }) => failure(EXIT.usage, `key ID: expected ${expected}, found ${found}`))
        )
      )
    ),
    TE.bind('conditions', () => readRights(options.rights)),
    TE.bind('contentKey', () => readKeyFile(options.keyFile)),
    TE.flatMap(({ keyId, conditions, contentKey }) => async () => {
      const [{ openAuthority }, { offerContent }, anchors] = await Promise.all([
        import('@custody/services/authority'),
        import('@custody/services/license'),
        anchorsBeside(options.machineFile),
      ])
      const opened = await openAuthority({ directory: options.authority, anchors, clock: systemClock, random: systemRandom })()
      try {
        if (E.isLeft(opened)) return E.left(authorityFailure(opened.left))
        const { title, page } = options
        const made = await offerContent(opened.right)({
          keyId,
          contentKey,
          conditions,
          mode: page ? 'non-silent' : 'silent',
          ...(title !== undefined && { title }),
        })()
        return pipe(
          made,
          E.bimap(coreFailure, () => {
            reporter.say(`the license server gives licenses for key ID ${keyId}`)
            reporter.emit({ type: 'Result', keyId })
          })
        )
      } finally {
        wipeSecret(contentKey)
        if (E.isRight(opened)) await closeAnchored(opened.right)
      }
    })
  )

const addCopies: AddSubcommand = (group, perform) => {
  const copies = [
    ['export', 'write keys and log to a file under a passphrase', exportAuthorityCommand],
    ['import', 'make the authority from such a file', importAuthorityCommand],
  ] as const
  for (const [name, description, work] of copies) {
    group
      .command(`${name} <file>`)
      .description(description)
      .option('--passphrase <file>', 'read the passphrase from a file (- for standard input) instead of asking')
      .action(
        perform(
          ({ passphrase }, file = '') =>
            ({ reporter, places: { authority } }) =>
              work(reporter, { authority, file, passphrase })
        )
      )
  }
}

const addOffer: AddSubcommand = (group, perform) => {
  group
    .command('offer <keyId>')
    .description('let the license server give out licenses for content')
    .requiredOption('--key-file <file>', 'its content key (- for standard input)')
    .requiredOption('--rights <file>', 'rights file: what the licenses grant')
    .option('--title <text>', 'what its page calls the content')
    .option('--page', 'on a page only, where a person has to ask for it')
    .action(
      perform(
        ({ keyFile, rights, title, page }, keyId = '') =>
          ({ reporter, places: { authority, machineFile } }) =>
            offer(reporter, {
              authority,
              machineFile,
              keyId,
              keyFile: String(keyFile),
              rights: String(rights),
              title: typeof title === 'string' ? title : undefined,
              page: page === true,
            })
      )
    )
}

const addAccept: AddSubcommand = (group, perform) => {
  group
    .command('accept')
    .description('take the log of the services as it is, after it was cut off or put back')
    .action(
      perform(
        () =>
          ({ reporter, places }) =>
            acceptLog(reporter, places)
      )
    )
}

/** Adds `authority`. */
export const addAuthority: AddCommand = (program, perform) => {
  const group = program.command('authority').description('the embedded services’ own keys and log')
  addCopies(group, perform)
  addOffer(group, perform)
  addAccept(group, perform)
}
