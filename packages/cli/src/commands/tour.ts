import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConsentPort } from '@custody/core/consent'
import type { Home } from '@custody/core/home'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { consentPort } from '../consent/consent-port'
import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'
import type { HomePlaces } from '../options/home-place'
import { samplePlace } from '../options/sample-place'
import { clearKeyAdapter } from '../options/built-in-adapters'
import type { Reporter } from '../output/reporter'
import { servicePlace, withServices, type Services } from '../services/connect-services'
import { backupCommand } from './backup'
import { exportCommand } from './export'
import { individualizeCommand } from './individualize'
import { inspect } from './inspect'
import { listLicenses } from './licenses/list-licenses'
import { protectCommand } from './protect'
import { restoreCommand } from './restore'
import { withHome } from './session'
import type { AddCommand } from './run'

/** Files and folders of one tour. */
interface TourPlaces {
  readonly root: string
  /** Two computers, each with a machine secret of its own, and one authority for both. */
  readonly first: HomePlaces
  readonly second: HomePlaces
  readonly authority: string
  readonly sample: string
  readonly guarded: string
  readonly backup: string
  readonly exported: string
}

/** `custody tour`: the whole story on the shipped sample, in a folder of its own. Asks nothing. */
export const tour = (reporter: Reporter, out: string | undefined): TE.TaskEither<CommandFailure, void> =>
  pipe(
    openPlaces(out),
    TE.chain((places) =>
      pipe(
        withServices(servicePlace(undefined, places.first))((services) =>
          pipe(
            withHome(places.first)(firstComputer(reporter, places, services)),
            TE.chain(() => withHome(places.second)(secondComputer(reporter, places, services)))
          )
        ),
        TE.map(() => {
          farewell(reporter, places)
        })
      )
    )
  )

const openPlaces = (out: string | undefined): TE.TaskEither<CommandFailure, TourPlaces> =>
  TE.tryCatch(
    async () => {
      const root = out ?? (await mkdtemp(join(tmpdir(), 'custody-tour-')))
      const sample = join(root, 'sample.asf')
      await cp(samplePlace(), sample)
      const authority = join(root, 'authority')
      const computer = (name: string): HomePlaces => ({
        directory: join(root, `${name}-computer`),
        machineFile: join(root, `${name}-machine`),
        authority,
      })
      return {
        root,
        first: computer('first'),
        second: computer('second'),
        authority,
        sample,
        guarded: join(root, 'protected.asf'),
        backup: join(root, 'backup'),
        exported: join(root, 'clear-key'),
      }
    },
    (error) => failure(EXIT.outside, `cannot prepare the tour: ${error instanceof Error ? error.message : 'unknown'}`)
  )

const stepOf =
  ({ say, colours }: Reporter) =>
  (title: string): TE.TaskEither<CommandFailure, void> =>
    TE.fromIO(() => {
      say('')
      say(colours.bold(title))
    })

const stated = (reporter: Reporter): ConsentPort => consentPort(reporter, { individualize: true })

/** The tour asks nobody: it shows each notice and states consent for homes that are thrown away. */
const STATED = '(the tour states consent for its own throw-away computers)'

const firstComputer =
  (reporter: Reporter, { sample, guarded, backup, authority }: TourPlaces, services: Services) =>
  (home: Home): TE.TaskEither<CommandFailure, void> => {
    const step = stepOf(reporter)
    return pipe(
      step('1. A clear file of your own'),
      TE.chain(() => inspect(reporter)(sample)),
      TE.chain(() => step('2. Protect it: AES in counter mode, protection headers, a signed license in the log')),
      TE.chain(() => protectCommand(reporter, { input: sample, output: guarded, title: 'A sample of your own' })(home)),
      TE.chain(() => inspect(reporter)(guarded)),
      TE.chain(() => step('3. The license, and what it lets you do')),
      TE.chain(() => listLicenses(reporter)(home)),
      TE.chain(() => step(`4. Individualize the first computer ${STATED}`)),
      TE.chain(() => individualizeCommand(reporter, { force: false, consent: stated(reporter) }, services)(home)),
      TE.chain(() => step('5. Back the license up: nobody can open a key in it without the license management service')),
      TE.chain(() =>
        backupCommand(reporter, { directory: backup, overwrite: true, check: true, guard: undefined, authority })(home)
      )
    )
  }

const secondComputer =
  (reporter: Reporter, { guarded, backup, exported }: TourPlaces, services: Services) =>
  (home: Home): TE.TaskEither<CommandFailure, void> => {
    const step = stepOf(reporter)
    return pipe(
      step(`6. A second computer, individualized for itself ${STATED}`),
      TE.chain(() => individualizeCommand(reporter, { force: false, consent: stated(reporter) }, services)(home)),
      TE.chain(() => step(`7. Restore there: the service counts on how many computers a license lives ${STATED}`)),
      TE.chain(() =>
        restoreCommand(
          reporter,
          { directory: backup, yes: true, individualize: true, salvage: false, guard: undefined },
          services
        )(home)
      ),
      TE.chain(() => listLicenses(reporter)(home)),
      TE.chain(() => step('8. Export there to Clear Key: authorised by the license, transcrypted sample by sample')),
      TE.chain(() =>
        exportCommand(reporter, {
          input: guarded,
          output: exported,
          adapter: clearKeyAdapter,
          scheme: undefined,
          overwrite: true,
          salvage: false,
        })(home)
      )
    )
  }

const farewell = (reporter: Reporter, { root, second, exported }: TourPlaces): void => {
  const { bold, dim, green } = reporter.colours
  const prefix = `CUSTODY_MACHINE=${second.machineFile} npx --no-install custody --home ${second.directory}`
  reporter.say('')
  reporter.say(green(`Done. Everything is in ${root}`))
  reporter.say(bold('What happened on the second computer, from its log:'))
  reporter.say(`  ${prefix} events`)
  reporter.say(bold('The keys for a player:'))
  reporter.say(`  ${prefix} keys reveal ${exported} --yes`)
  reporter.say(bold('Play it: serve the folder and open manifest.mpd in a Clear Key player such as shaka-player, or'))
  reporter.say(`  cat ${join(exported, 'video.mp4')} | ffmpeg -decryption_key KEY -i - -f null -`)
  reporter.say(dim('These computers, their keys and licenses are throw-away: delete the folder when you are done.'))
  reporter.emit({ type: 'Result', folder: root })
}

/** Adds `tour`. */
export const addTour: AddCommand = (program, perform) => {
  program
    .command('tour')
    .description('the whole story on the shipped sample')
    .option('--out <dir>', 'folder for what it makes (default: a new temporary one)')
    .action(
      perform(
        ({ out }) =>
          ({ reporter }) =>
            tour(reporter, typeof out === 'string' ? out : undefined)
      )
    )
}
