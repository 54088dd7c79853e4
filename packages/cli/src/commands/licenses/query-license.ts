import type { CoreFault } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import { RequiredVersion, type KeyId } from '@custody/core/identity'
import type { Allowed, LicenseRefusal, QueryAnswer } from '@custody/core/license'
import { licensesByLid, queryLicense, type LicenseQuery, type StoredLicense } from '@custody/core/vault'
import { InvalidArgumentError } from 'commander'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../../failure/command-failure'
import { coreFailure } from '../../failure/core-failure'
import { EXIT } from '../../failure/exit-code'
import { addDeliveryOptions, deliveryFrom } from '../../options/delivery-option'
import { keyIdArgument } from '../../options/key-id-argument'
import { columns } from '../../output/columns'
import { instant } from '../../output/instant'
import { knownTitle } from '../../output/known-title'
import { rightsLeft, type RightLeft } from '../../output/license-record'
import { rightText } from '../../output/license-sheet'
import type { Reporter } from '../../output/reporter'
import type { AddSubcommand, ParsedOptions } from '../run'
import { withHome } from '../session'

/** A license that a use would take one use from, with the right as it stands before it. */
interface LinkUsed {
  readonly licenseId: string
  readonly issuer: string
  readonly right: RightLeft | undefined
}

/** `custody licenses query KEY_ID ACTION`: whether an action is allowed now, by which license, and what remains; or why not. */
export const queryLicenseCommand =
  (reporter: Reporter, query: LicenseQuery) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      TE.Do,
      TE.bind('answer', () => queryLicense(home)(query)),
      TE.bind('title', () => knownTitle(home)(query.keyId)),
      TE.bind('links', ({ answer: { evaluation } }) => linksUsed(home, query.action, evaluation)),
      TE.mapLeft(coreFailure),
      TE.chain(({ answer, title, links }) => {
        reporter.emit(answerRecord(query, title, answer, links))
        if (answer.evaluation === null) return TE.left(failure(EXIT.refused, ...answer.refusals.map(refusalLine)))
        for (const line of columns(answerSheet(query, title, answer.evaluation, links))) reporter.answer(line)
        return TE.right(undefined)
      })
    )

const linksUsed = (home: Home, action: string, evaluation: Allowed | null): TE.TaskEither<CoreFault, ReadonlyArray<LinkUsed>> =>
  pipe(
    evaluation?.takes ?? [],
    TE.traverseSeqArray(({ issuer, lid }) =>
      pipe(
        licensesByLid(home)(lid),
        TE.map((licenses) => ({
          licenseId: lid,
          issuer,
          right: rightOf(licenses.find((license) => license.issuer === issuer), action),
        }))
      )
    )
  )

const rightOf = (license: StoredLicense | undefined, action: string): RightLeft | undefined =>
  license === undefined ? undefined : rightsLeft(license).find((right) => right.action === action)

const answerRecord = (
  { keyId, action }: LicenseQuery,
  title: string | undefined,
  { allowed, bits, refusals, evaluation }: QueryAnswer,
  links: ReadonlyArray<LinkUsed>
): Readonly<Record<string, unknown>> => ({
  keyId,
  action,
  ...(title === undefined ? {} : { title }),
  allowed,
  bits,
  refusals: refusals.map(({ license, ...refusal }) => ({
    ...refusal,
    ...(license === null ? {} : { licenseId: license.lid, issuer: license.issuer }),
  })),
  ...(evaluation === null
    ? {}
    : {
        licenses: links,
        until: evaluation.until === null ? null : instant(evaluation.until),
        outputLevels: evaluation.oplPresent,
        secureAudioPath: evaluation.sapPresent,
      }),
})

const answerSheet = (
  { keyId, action }: LicenseQuery,
  title: string | undefined,
  { until, oplPresent, sapPresent }: Allowed,
  links: ReadonlyArray<LinkUsed>
): ReadonlyArray<ReadonlyArray<string>> => [
  ['allowed', `${action} of ${title === undefined ? keyId : `"${title}" (${keyId})`}`],
  ...links.flatMap(({ licenseId, issuer, right }, index) => [
    [index === 0 ? 'license' : 'its root', licenseId],
    ['issuer', issuer],
    ...(right === undefined ? [] : [['right', rightText(right)]]),
  ]),
  ...(until === null ? [] : [['until', instant(until)]]),
  ...(oplPresent ? [['levels', 'the output has to meet the levels of the license (LI-15)']] : []),
  ...(sapPresent ? [['sound', 'has to take a secure audio path (LI-15)']] : []),
]

const HEX = 16

const refusalLine = ({ rule, text, bits, license }: LicenseRefusal): string =>
  `refused (${rule}, 0x${bits.toString(HEX)}): ${text}${license === null ? '' : ` [${license.lid}]`}`

const version = (text: string): RequiredVersion => {
  if (RequiredVersion.is(text)) return text
  throw new InvalidArgumentError('Two numbers, as in 2.2.')
}

/** Adds `query`. */
export const addQueryLicense: AddSubcommand = (group, perform) => {
  const command = group
    .command('query <key-id> <action>')
    .description('whether an action is allowed now, by which license; or every reason why not')
    .option('--security-version <version>', 'what the content demands of this computer, as in 2.2', version)
  addDeliveryOptions(command).action(
    perform(
      (options, text = '', action = '') =>
        ({ reporter, places }) =>
          pipe(
            TE.fromEither(keyIdArgument(text)),
            TE.chain((keyId) => withHome(places)(queryLicenseCommand(reporter, queryOf(options, keyId, action))))
          )
    )
  )
}

const queryOf = (options: ParsedOptions, keyId: KeyId, action: string): LicenseQuery => {
  const { securityVersion } = options as { securityVersion?: RequiredVersion }
  const delivery = deliveryFrom(options)
  return {
    keyId,
    action,
    ...(securityVersion === undefined ? {} : { minimumVersion: securityVersion }),
    ...(delivery === undefined ? {} : { delivery }),
  }
}
