import { runCustody, type Outcome } from '../command/run-custody'
import type { Place } from '../command/temporary-place'
import { onFullDisk } from './full-disk'
import { tearLastWrite } from './torn-write'
import { openUnreliableLink, type Mishap } from './unreliable-link'

/** A run of the command to which something happens. */
export interface DisturbedRun {
  readonly place: Place
  /** Words of the command; the address of the services goes after them, where there is one. */
  readonly words: ReadonlyArray<string>
  readonly service: string | undefined
  /** Folder on whose disk room can run out; must exist. */
  readonly disk: string
  /** Folders in which a last write can be torn. */
  readonly written: ReadonlyArray<string>
  /** Milliseconds that the command takes to begin, and to end, undisturbed. */
  readonly begins: number
  readonly ends: number
  /** Whether disks can be mounted. */
  readonly mounted: boolean
}

/** What happened to a run, in words, and how it ended. */
export interface DisturbedOutcome {
  readonly what: string
  /** Whether anything did: a kill may come too late. */
  readonly landed: boolean
  readonly outcome: Outcome
}

const MISHAPS: ReadonlyArray<Mishap> = ['reply-lost', 'doubled', 'cut']
/** Requests of one run, as a rule. */
const REQUESTS = 6
const MOST_ROOM = 400
/** Shares of the runs, of 1: the rest is killed. */
const ON_FULL_DISKS = 0.12
const OVER_BAD_LINKS = 0.24

const below = (most: number): number => Math.floor(Math.random() * most)

const delayed = (run: DisturbedRun): number => {
  const { begins, ends } = run
  return begins / 2 + Math.random() * (ends - begins / 2)
}

/** A link on which the request with one of these numbers meets with something, or a service's own address. */
const overLink = async <A>(
  { service }: DisturbedRun,
  mishaps: number,
  work: (words: ReadonlyArray<string>, told: () => string) => Promise<A>
): Promise<A> => {
  if (service === undefined) return work([], () => 'no link')
  const plan = new Map(Array.from({ length: mishaps }, () => [below(REQUESTS), MISHAPS[below(MISHAPS.length)] ?? 'cut']))
  let asked = 0
  const link = await openUnreliableLink(service, () => plan.get(asked++) ?? 'none')
  try {
    return await work(['--service', link.url], () => `link ${JSON.stringify(link.seen)}`)
  } finally {
    await link.close()
  }
}

const mishapsIn = (told: string): boolean => /"(reply-lost|doubled|cut)":[1-9]/.test(told)

const killed = (run: DisturbedRun, mishaps: number): Promise<DisturbedOutcome> =>
  overLink(run, mishaps, async (more, told) => {
    const after = delayed(run)
    const outcome = await runCustody(run.place, [...run.words, ...more], {
      onStart: (child) => {
        const timer = setTimeout(() => child.kill('SIGKILL'), after)
        child.on('close', () => clearTimeout(timer))
      },
    })
    const landed = outcome.signal === 'SIGKILL'
    const torn = landed && Math.random() < 1 / 2 ? run.written.flatMap((folder) => tearLastWrite(folder, Math.random()) ?? []) : []
    return { what: `killed after ${Math.round(after)} ms, torn ${JSON.stringify(torn)}, ${told()}`, landed, outcome }
  })

const onDisk = (run: DisturbedRun): Promise<DisturbedOutcome> =>
  overLink(run, 0, async (more) => {
    const { place, words, disk: folder, mounted } = run
    const room = below(MOST_ROOM)
    const outcome = await onFullDisk(place, { folder, room, mounted }, [...words, ...more])
    return { what: `${room} KiB of room in ${folder}: exit ${String(outcome.exit)} ${outcome.stderr}`, landed: outcome.exit !== 0, outcome }
  })

const overBadLink = (run: DisturbedRun): Promise<DisturbedOutcome> =>
  overLink(run, 2, async (more, told) => {
    const outcome = await runCustody(run.place, [...run.words, ...more])
    return { what: `${told()}: exit ${String(outcome.exit)} ${outcome.stderr}`, landed: mishapsIn(told()), outcome }
  })

/** Runs a command and kills it, takes its disk's room away, or carries its requests over a bad link; which, is drawn. */
export const disturbedRun = (run: DisturbedRun): Promise<DisturbedOutcome> => {
  const drawn = Math.random()
  if (drawn < ON_FULL_DISKS) return onDisk(run)
  if (drawn < OVER_BAD_LINKS && run.service !== undefined) return overBadLink(run)
  return killed(run, below(2))
}
