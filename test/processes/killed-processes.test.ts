import { mkdirSync } from 'node:fs'

import { runCustody, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'
import { kills } from '../gate/kills'
import {
  consentsIn,
  hasOpenRun,
  individualizationsIn,
  problemsAfter,
  problemsBetween,
  setAt,
  STEPS,
  wordsOf,
  type Step,
  type StepScene,
} from './computer-steps'
import { countedComputers, countProblems } from './counted-computers'
import { disturbedRun } from './disturbed-run'
import { mountsDisks } from './full-disk'
import { inspectHome, type InspectedHome } from './inspected-home'
import { runOperator, type RunningOperator } from './running-operator'
import { sourceComputer, type SourceComputer } from './source-computer'

const EVERYDAY = 25
/** Computers whose runs are killed side by side. */
const LANES = 2
/** More than one batch, so that a restore can be cut off between two. */
const LICENSES = 520
const PACKAGE = 600 * 1024
const SETUP = 180_000
/** Milliseconds for each kill, on a machine that does much else. */
const EACH = 15_000

const mounted = mountsDisks()
const disks = mounted ? 'on a small disk of its own' : 'with no file beyond a size (no disk can be mounted here)'

describe(`runs that are killed or disturbed, ${disks}`, () => {
  let root: Place
  let operator: RunningOperator
  let source: SourceComputer
  const took = new Map<Step, number>()
  let begins = 0
  let computers = 0
  const restoredOn: string[] = []
  /** Individualizations that each computer began. */
  const begun = new Map<string, number>()

  const timed = async (place: Place, words: ReadonlyArray<string>): Promise<number> => {
    const started = performance.now()
    const outcome = await runCustody(place, words)
    expect(outcome).toMatchObject({ exit: 0 })
    return performance.now() - started
  }
  const sceneOf = (): StepScene => {
    const name = `computer-${String((computers += 1))}`
    const place = root.withHome(name)
    mkdirSync(place.home)
    const backups = root.at(`${name}-backups`)
    mkdirSync(backups)
    return { place, backup: `${backups}/backup`, source }
  }
  const serviceOf = (step: Step): string | undefined => (step.startsWith('backup') ? undefined : operator.url)
  const allWords = (step: Step, scene: StepScene): ReadonlyArray<string> => {
    const service = serviceOf(step)
    return [...wordsOf(step, scene), ...(service === undefined ? [] : ['--service', service])]
  }

  beforeAll(async () => {
    root = createPlace()
    operator = await runOperator(root.at('authority'), PACKAGE)
    source = await sourceComputer(root, operator.url, LICENSES)
    begins = await timed(root, ['--version'])
    const scene = sceneOf()
    for (const step of STEPS) took.set(step, await timed(scene.place, allWords(step, scene)))
    restoredOn.push((await inspectHome(scene.place)).mid ?? '')
  }, SETUP)
  afterAll(async () => {
    await operator.close()
    removePlaces()
  })

  const disturb = (step: Step, scene: StepScene) => {
    const { place, backup } = scene
    const backups = backup.replace(/\/backup$/, '')
    return disturbedRun({
      place,
      words: wordsOf(step, scene),
      service: serviceOf(step),
      disk: serviceOf(step) === undefined && Math.random() < 1 / 2 ? backups : place.home,
      written: [place.home, backups],
      begins,
      ends: took.get(step) ?? 0,
      mounted,
    })
  }

  /** A backup that had its last word when it was killed is over: it is in the way of another one (BR-7). */
  const isDone = (step: Step, { exit, stderr }: Outcome, between: InspectedHome): boolean =>
    exit === 0 || (step === 'backup' && !hasOpenRun(step, between.events) && stderr.includes('BR-7'))

  const resume = async (step: Step, scene: StepScene, between: InspectedHome): Promise<ReadonlyArray<string>> => {
    const outcome = await runCustody(scene.place, allWords(step, scene))
    const after = await inspectHome(scene.place)
    const again = hasOpenRun(step, between.events) && consentsIn(after.events) > consentsIn(between.events)
    return [
      ...(isDone(step, outcome, between) ? [] : [`the next run ended with ${String(outcome.exit)}: ${outcome.stderr}`]),
      ...(again ? ['consent was asked for once more'] : []),
    ]
  }

  /** One step of one computer. @returns whether anything happened to it. */
  const live = async (step: Step, scene: StepScene): Promise<boolean> => {
    const before = await inspectHome(scene.place)
    const old = await setAt(scene.backup)
    const { what, landed, outcome } = await disturb(step, scene)
    const between = await inspectHome(scene.place)
    const cutOff = await problemsBetween(step, scene, before, between, old?.set)
    const resumed = outcome.exit === 0 ? [] : await resume(step, scene, between)
    const after = await inspectHome(scene.place)
    const done = await problemsAfter(step, scene, after)
    const home = scene.place.home
    expect({ home, step, what, cutOff, resumed, done }).toEqual({ home, step, what, cutOff: [], resumed: [], done: [] })
    if (step === 'restore' && after.mid !== undefined) restoredOn.push(after.mid)
    if (after.mid !== undefined) begun.set(after.mid, individualizationsIn(after.events))
    return landed
  }

  it(
    'leave the store as before or after, go on without a person, and count each computer once',
    async () => {
      let left = kills(EVERYDAY)
      // The first that finds something ends the others too.
      let failed = false
      const lane = async (): Promise<void> => {
        while (left > 0 && !failed) {
          const scene = sceneOf()
          for (const step of STEPS) {
            if (left <= 0 || failed) return
            left -= 1
            if (!(await live(step, scene))) left += 1
          }
        }
      }
      const lanes = Array.from({ length: LANES }, () =>
        lane().catch((error: unknown) => {
          failed = true
          throw error
        })
      )
      for (const ended of await Promise.allSettled(lanes)) if (ended.status === 'rejected') throw ended.reason
      const { computers: counted, epochs } = await countedComputers(operator.authority.store)()
      expect(countProblems(counted, source.licenses, [source.mid, ...restoredOn])).toEqual([])
      // However often a run was cut off and its request came again, the service certified it once.
      const certified = [...epochs].map(([mid, made]) => ({ mid, certificates: made.length, runs: begun.get(mid) ?? 1 }))
      expect(certified.filter(({ certificates, runs }) => certificates > runs)).toEqual([])
    },
    kills(EVERYDAY) * EACH
  )
})
