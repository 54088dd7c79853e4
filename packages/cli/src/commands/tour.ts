import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Home } from '@custody/core/home'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'
import { samplePlace } from '../options/sample-place'
import { clearKeyAdapter } from '../options/built-in-adapters'
import type { Reporter } from '../output/reporter'
import { exportCommand } from './export'
import { inspect } from './inspect'
import { listLicenses } from './licenses/list-licenses'
import { protectCommand } from './protect'
import { withHome } from './session'
import type { AddCommand } from './run'

/** Files and folders of one tour. */
interface TourPlaces {
  readonly root: string
  readonly home: string
  readonly machineFile: string
  readonly sample: string
  readonly guarded: string
  readonly exported: string
}

/** `custody tour`: the whole story on the shipped sample, in a folder of its own. Asks nothing. */
export const tour = (reporter: Reporter, out: string | undefined): TE.TaskEither<CommandFailure, void> =>
  pipe(
    openPlaces(out),
    TE.chain((places) =>
      pipe(
        withHome({ directory: places.home, machineFile: places.machineFile })((home) => story(reporter, places, home)),
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
      return {
        root,
        home: join(root, 'home'),
        machineFile: join(root, 'machine'),
        sample,
        guarded: join(root, 'protected.asf'),
        exported: join(root, 'clear-key'),
      }
    },
    (error) => failure(EXIT.outside, `cannot prepare the tour: ${error instanceof Error ? error.message : 'unknown'}`)
  )

const story = (reporter: Reporter, places: TourPlaces, home: Home): TE.TaskEither<CommandFailure, void> => {
  const step = (title: string): TE.TaskEither<CommandFailure, void> =>
    TE.fromIO(() => {
      reporter.say('')
      reporter.say(reporter.colours.bold(title))
    })
  return pipe(
    step('1. A clear file of your own'),
    TE.chain(() => inspect(reporter)(places.sample)),
    TE.chain(() => step('2. Protect it: AES in counter mode, protection headers, a signed license in the log')),
    TE.chain(() => protectCommand(reporter, { input: places.sample, output: places.guarded })(home)),
    TE.chain(() => inspect(reporter)(places.guarded)),
    TE.chain(() => step('3. The license, and what it lets you do')),
    TE.chain(() => listLicenses(reporter)(home)),
    TE.chain(() => step('4. Export it to Clear Key: authorised by the license, transcrypted sample by sample')),
    TE.chain(() =>
      exportCommand(reporter, {
        input: places.guarded,
        output: places.exported,
        adapter: clearKeyAdapter,
        scheme: undefined,
        overwrite: true,
        salvage: false,
      })(home)
    )
  )
}

const farewell = (reporter: Reporter, { root, home, machineFile, exported }: TourPlaces): void => {
  const { bold, dim, green } = reporter.colours
  const prefix = `CUSTODY_MACHINE=${machineFile} npx --no-install custody --home ${home}`
  reporter.say('')
  reporter.say(green(`Done. Everything is in ${root}`))
  reporter.say(bold('What happened, from the log:'))
  reporter.say(`  ${prefix} events`)
  reporter.say(bold('The keys for a player:'))
  reporter.say(`  ${prefix} keys reveal ${exported} --yes`)
  reporter.say(bold('Play it: serve the folder and open manifest.mpd in a Clear Key player such as shaka-player, or'))
  reporter.say(`  cat ${join(exported, 'video.mp4')} | ffmpeg -decryption_key KEY -i - -f null -`)
  reporter.say(dim('This home, its keys and its license are throw-away: delete the folder when you are done.'))
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
