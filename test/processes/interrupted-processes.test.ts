import { mkdirSync } from 'node:fs'

import { runCustody, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'
import { kills } from '../gate/kills'
import { problemsAfter, setAt, STEPS, wordsOf, type Step, type StepScene } from './computer-steps'
import { countedComputers, countProblems } from './counted-computers'
import { inspectHome } from './inspected-home'
import { runOperator, type RunningOperator } from './running-operator'
import { sourceComputer, type SourceComputer } from './source-computer'

const EVERYDAY = 4
const LICENSES = 520
const PACKAGE = 600 * 1024
const SETUP = 180_000
/** Milliseconds for each interrupt, on a machine that does much else. */
const EACH = 60_000
const INTERRUPTED = 130

/** What a cancelled run of a step leaves in the log. */
const CANCELLED: Readonly<Record<Step, string>> = {
  individualize: 'IndividualizationCancelled',
  restore: 'RestoreCancelled',
  backup: 'BackupCancelled',
  'backup-again': 'BackupCancelled',
}

describe('runs that are interrupted', () => {
  let root: Place
  let operator: RunningOperator
  let source: SourceComputer
  let computers = 0

  beforeAll(async () => {
    root = createPlace()
    operator = await runOperator(root.at('authority'), PACKAGE)
    source = await sourceComputer(root, operator.url, LICENSES)
  }, SETUP)
  afterAll(async () => {
    await operator.close()
    removePlaces()
  })

  const sceneOf = (): StepScene => {
    const name = `computer-${String((computers += 1))}`
    mkdirSync(root.at(`${name}-backups`))
    return { place: root.withHome(name), backup: root.at(`${name}-backups`, 'backup'), source }
  }

  /** Runs a step, and interrupts it once it has printed so many lines. */
  const interrupted = (step: Step, scene: StepScene, lines: number): Promise<Outcome> => {
    const service = step.startsWith('backup') ? [] : ['--service', operator.url]
    return runCustody(scene.place, ['--json', ...wordsOf(step, scene), ...service], {
      onStart: (child) => {
        let seen = 0
        child.stdout?.on('data', (part: Buffer) => {
          const before = seen
          seen += part.toString('latin1').split('\n').length - 1
          if (before < lines && seen >= lines) child.kill('SIGINT')
        })
      },
    })
  }

  /** Lines of a step that is not interrupted, and what it comes to. */
  const finished = async (step: Step, scene: StepScene): Promise<number> => {
    const outcome = await interrupted(step, scene, Infinity)
    const after = await inspectHome(scene.place)
    const problems = await problemsAfter(step, scene, after)
    expect({ step, exit: outcome.exit, said: outcome.stderr, problems }).toMatchObject({ exit: 0, problems: [] })
    return outcome.lines.length
  }

  it(
    'R18: end with 130 and their cancellation in the log, leave nothing, and the next run goes through',
    async () => {
      const first = sceneOf()
      const lines = new Map<Step, number>()
      for (const step of STEPS) lines.set(step, await finished(step, first))
      const restoredOn = [(await inspectHome(first.place)).mid ?? '']
      for (let left = kills(EVERYDAY); left > 0; ) {
        const scene = sceneOf()
        // A backup and the next one say their cancellation in the same words.
        let before = 0
        for (const step of STEPS) {
          const old = (await setAt(scene.backup))?.set
          const at = 1 + Math.floor(Math.random() * ((lines.get(step) ?? 1) - 1))
          const { exit, signal, stderr } = await interrupted(step, scene, at)
          const now = await inspectHome(scene.place)
          const all = now.events.filter(({ type }) => Object.values(CANCELLED).includes(type)).length
          const cancelled = all - before
          before = all
          // Past its commit point a run ends as if nothing had been said; the interrupt counts all the same.
          const ended = cancelled === 1 ? [] : await problemsAfter(step, scene, now)
          expect({ step, at, stderr, problems: [...now.problems, ...ended] }).toMatchObject({ problems: [] })
          // Once the run has settled the system's own answer to a signal holds again.
          expect([0, INTERRUPTED, 'SIGINT']).toContain(exit ?? signal)
          if (cancelled === 1) {
            left -= 1
            expect({ exit, set: (await setAt(scene.backup))?.set }).toEqual({ exit: INTERRUPTED, set: old })
          }
          if (cancelled === 1 || step !== 'backup') await finished(step, scene)
        }
        restoredOn.push((await inspectHome(scene.place)).mid ?? '')
      }
      const { computers: counted } = await countedComputers(operator.authority.store)()
      expect(countProblems(counted, source.licenses, [source.mid, ...restoredOn])).toEqual([])
    },
    kills(EVERYDAY) * EACH
  )
})
