import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { protect } from '../command/exported-sample'
import { filesBelow, namesIn } from '../command/folder-contents'
import { recordOf, type HomeRecord } from '../command/home-record'
import { COMMAND, custody, environmentOf, outcomeOf, runCustody, SAMPLE, type Outcome } from '../command/run-custody'
import { runProgram } from '../command/run-program'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 120_000
const OUTSIDE = 4

const failedOutside = ({ exit, stdout, stderr }: Outcome): void => {
  expect({ exit, stdout }).toEqual({ exit: OUTSIDE, stdout: '' })
  expect(stderr).toMatch(/^custody: [^\n]+\n$/)
}

/** Everything that was there before is there, in its place and unchanged. */
const kept = (before: HomeRecord, after: HomeRecord): void => {
  expect(after.events.slice(0, before.events.length)).toEqual(before.events)
  expect(after.licenses).toEqual(expect.arrayContaining([...before.licenses]))
}

describe('a log that has no room', () => {
  let place: Place

  beforeEach(async () => {
    place = createPlace()
    await protect(place, place.at('guarded.asf'))
  }, LONG)
  afterAll(removePlaces)

  const inShell = async (script: string, words: ReadonlyArray<string>): Promise<Outcome> =>
    outcomeOf(
      await runProgram('sh', ['-c', script, 'sh', process.execPath, COMMAND, ...words], {
        cwd: place.root,
        env: environmentOf(place),
      })
    )

  // Blocks of 512 bytes. At 64 the index of the engine's own journal fits and little else.
  it.each([0, 64, 80, 120])(
    'no file may grow beyond %d blocks: exit 4 names the log, and nothing is lost',
    async (blocks) => {
      const before = await recordOf(place)
      const targets = namesIn(place.root)
      const outcome = await inShell(`ulimit -f ${String(blocks)}; exec "$@"`, ['protect', SAMPLE, '-o', place.at('more.asf')])
      failedOutside(outcome)
      expect(outcome.stderr).toMatch(/cannot|no space/)
      expect(namesIn(place.root)).toEqual(targets)
      kept(before, await recordOf(place))
      expect(await runCustody(place, ['protect', SAMPLE, '-o', place.at('more.asf')])).toMatchObject({ exit: 0, stderr: '' })
    },
    LONG
  )

  it(
    'a small disk that is full: exit 4, nothing lost, and with room it works again',
    async () => {
      const before = await recordOf(place)
      const out = place.at('out')
      mkdirSync(out)
      const script = `
        custody() { "$@" > "$OUT/$NAME" 2> "$OUT/$NAME.error"; echo $? > "$OUT/$NAME.exit"; }
        if [ "$MOUNTED" = yes ]
        then
          dd if=/dev/zero of="$CUSTODY_HOME/filler" bs=4096 2> /dev/null
          NAME=failed custody "$@" protect "$SAMPLE" -o "$OUT/more.asf"
          rm "$CUSTODY_HOME/filler"
        else
          ( ulimit -f 64; NAME=failed custody "$@" protect "$SAMPLE" -o "$OUT/more.asf" )
        fi
        NAME=events custody "$@" events --json
        NAME=licenses custody "$@" licenses --json
        NAME=again custody "$@" protect "$SAMPLE" -o "$OUT/more.asf"
      `
      // A disk of its own in the home's place, where the system lets us mount one; else no file may grow.
      const mounting = `
        cp -a "$CUSTODY_HOME" "$OUT/aside" && mount -t tmpfs -o size=1m tmpfs "$CUSTODY_HOME" || exit 77
        cp -a "$OUT/aside/." "$CUSTODY_HOME" && MOUNTED=yes
      `
      const env = { ...environmentOf(place), OUT: out, SAMPLE }
      const words = ['sh', process.execPath, COMMAND]
      const mounted = await runProgram('unshare', ['-rm', 'sh', '-c', mounting + script, ...words], { env }).catch(() => undefined)
      if (mounted?.exit !== 0) await runProgram('sh', ['-c', `MOUNTED=no; ${script}`, ...words], { env })
      const said = (name: string): string => filesBelow(out).get(name)?.toString('utf8') ?? ''
      failedOutside({ exit: Number(said('failed.exit')), signal: undefined, stdout: said('failed'), lines: [], stderr: said('failed.error') })
      expect(said('failed.error')).toContain(place.home)
      const lines = (name: string): HomeRecord['events'] =>
        said(name).trimEnd().split('\n').map((line) => JSON.parse(line) as HomeRecord['events'][number])
      expect(lines('licenses')).toEqual(before.licenses)
      expect(lines('events').map(({ id }) => id)).toEqual(expect.arrayContaining(before.events.map(({ id }) => id)))
      expect(Number(said('again.exit'))).toBe(0)
    },
    LONG
  )
})

describe('a home without the right to write', () => {
  let place: Place

  beforeEach(async () => {
    place = createPlace()
    await protect(place, place.at('guarded.asf'))
  }, LONG)
  afterAll(removePlaces)

  const isRoot = process.getuid?.() === 0

  /** Runs the command as somebody for whom modes count: root without the right to pass over them. */
  const asUser = async (words: ReadonlyArray<string>, from: Place = place): Promise<Outcome> => {
    if (!isRoot) return runCustody(from, words)
    const plain = ['--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all', process.execPath, COMMAND, ...words]
    return outcomeOf(await runProgram('setpriv', plain, { cwd: from.root, env: environmentOf(from) }))
  }
  /** Runs work while files and folders have a mode. */
  const underMode = async <A>(mode: number, paths: ReadonlyArray<string>, work: () => Promise<A>): Promise<A> => {
    const before = paths.map((path) => statSync(path).mode)
    for (const path of paths) chmodSync(path, mode)
    try {
      return await work()
    } finally {
      paths.forEach((path, index) => {
        chmodSync(path, before[index] ?? mode)
      })
    }
  }

  it(
    'a home that cannot be made: exit 4 names it',
    async () => {
      const folder = place.at('closed')
      mkdirSync(folder)
      const outcome = await underMode(0o500, [folder], () => asUser(['licenses'], { ...place, home: join(folder, 'home') }))
      failedOutside(outcome)
      expect(outcome.stderr).toContain(folder)
      expect(outcome.stderr).toContain('EACCES')
      expect(namesIn(folder)).toEqual([])
    },
    LONG
  )

  it(
    'a log that may only be read: exit 4 names it, and nothing of it changes',
    async () => {
      const before = await recordOf(place)
      const database = join(place.home, 'events.db')
      const bytes = filesBelow(place.home)
      const protecting = (): Promise<Outcome> => asUser(['protect', SAMPLE, '-o', place.at('more.asf')])
      const outcome = await underMode(0o500, [place.home, database], protecting)
      failedOutside(outcome)
      expect(outcome.stderr).toContain(database)
      expect(outcome.stderr).toContain('EACCES')
      expect(filesBelow(place.home)).toEqual(bytes)
      expect(await recordOf(place)).toEqual(before)
      expect(namesIn(place.root)).not.toContain('more.asf')
    },
    LONG
  )

  it(
    'keys and secrets that may not be read: exit 4, and not that they are damaged',
    async () => {
      const before = await recordOf(place)
      for (const secret of [place.machine, join(place.home, 'keystore'), join(place.home, 'config.json')]) {
        const outcome = await underMode(0, [secret], () => asUser(['protect', SAMPLE, '-o', place.at('more.asf')]))
        failedOutside(outcome)
        expect({ secret, stderr: outcome.stderr }).toEqual({ secret, stderr: expect.stringContaining(secret) as unknown })
        expect(outcome.stderr).not.toContain('damaged')
      }
      expect(await recordOf(place)).toEqual(before)
      await custody(place, 'licenses')
    },
    LONG
  )
})
