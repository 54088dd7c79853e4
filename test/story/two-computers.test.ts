import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { jsonLines, loggedData, loggedTypes, runCustody, SAMPLE, type JsonLine, type Outcome } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 120_000
const CLEAR_KEY = 'e2719d58-a985-b3c9-781a-b030af78d30e'

let computers = 0
let place: Place
const authority = (): string => place.at('authority')
/** A computer of its own under the one authority. */
const computer = (): Place => place.withHome(`computer-${String((computers += 1))}`)
const on = (where: Place, ...words: ReadonlyArray<string>): Promise<Outcome> =>
  runCustody(where, ['--authority', authority(), ...words])
const done = async (where: Place, ...words: ReadonlyArray<string>): Promise<Outcome> => {
  const outcome = await on(where, ...words)
  if (outcome.exit !== 0) throw new Error(`custody ${words.join(' ')} ended with ${String(outcome.exit)}: ${outcome.stderr}`)
  return outcome
}
const result = (outcome: Outcome): JsonLine => {
  const last = jsonLines(outcome).at(-1)
  if (last?.['type'] !== 'Result') throw new Error('the last line is no result')
  return last
}
const individualized = async (): Promise<Place> => {
  const made = computer()
  await done(made, 'individualize', '--yes')
  return made
}
const protect = async (where: Place, name: string, rights: unknown, title: string): Promise<string> => {
  const file = where.at(`${name}.json`)
  writeFileSync(file, JSON.stringify(rights))
  const outcome = await done(where, 'protect', SAMPLE, '-o', where.at(`${name}.asf`), '--rights', file, '--title', title, '--json')
  return String(result(outcome)['keyId'])
}
const exportOn = (where: Place, name: string, to: string): Promise<Outcome> =>
  on(where, 'export', where.at(`${name}.asf`), '-o', where.at(to), '--to', 'clear-key')
const filesOf = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file, readFileSync(file).toString('base64')])
  )

describe('two computers and the services behind them', () => {
  beforeAll(() => {
    place = createPlace()
  })
  afterAll(() => {
    removePlaces()
  })

  it(
    'BR-24, BR-30: backs up on one computer and restores on others, up to the limit, which names where to go',
    async () => {
      const first = await individualized()
      await protect(first, 'film', { rights: [{ action: 'Play', count: 3 }, { action: 'Copy', inclusion: [CLEAR_KEY] }, { action: 'Backup' }] }, 'A film')
      const closed = await protect(first, 'closed', { rights: [{ action: 'Play' }] }, 'A secret meeting')
      const backup = place.at('backup')
      const made = await done(first, 'backup', backup, '--json')
      expect(result(made)).toMatchObject({ licenses: 1, restricted: 1 })
      const told = await done(first, 'backup', backup, '--overwrite')
      expect(told.stdout).toContain('A secret meeting')
      expect(told.stdout).toContain(closed)
      expect(told.stderr).toContain('authority export')
      expect([...filesOf(backup).values()].some((text) => Buffer.from(text, 'base64').includes('A secret meeting'))).toBe(false)
      for (let count = 1; count <= 3; count++) {
        const other = await individualized()
        expect(result(await done(other, 'restore', backup, '--yes', '--json'))).toMatchObject({ restored: 1, refused: 0 })
        expect((await exportOn(other, 'film', `export-${String(count)}`)).exit).toBe(0)
        expect(await loggedData(other, 'LicenseRestored')).toMatchObject([{ computers: count }])
        // The same computer once more is no other one.
        expect(result(await done(other, 'restore', backup, '--yes', '--json'))).toMatchObject({ restored: 0, held: 1, refused: 0 })
      }
      const last = await individualized()
      const refused = await on(last, 'restore', backup, '--yes')
      expect(refused).toMatchObject({ exit: 1 })
      expect(refused.stderr).toContain('BR-30')
      expect(refused.stderr).toMatch(/open https?:\/\//)
      expect(await loggedTypes(last)).toContain('RestoreFailed')
      expect((await exportOn(last, 'film', 'export-5')).exit).toBe(1)
      // The computer that the backup comes from is free, and keeps its license (BR-27, BR-40).
      expect(result(await done(first, 'restore', backup, '--yes', '--json'))).toMatchObject({ restored: 0, held: 1, refused: 0 })
    },
    LONG
  )

  it(
    'BR-7: leaves a backup untouched that is there already',
    async () => {
      const first = await individualized()
      await protect(first, 'one', { rights: [{ action: 'Play' }, { action: 'Backup' }] }, 'One')
      const backup = place.at('untouched')
      await done(first, 'backup', backup)
      const before = filesOf(backup)
      const again = await on(first, 'backup', backup)
      expect(again).toMatchObject({ exit: 1 })
      expect(again.stderr).toContain('BR-7')
      expect(filesOf(backup)).toEqual(before)
    },
    LONG
  )

  it(
    'IN-12, BR-34: nothing is asked of a service before consent, which a flag states or a terminal',
    async () => {
      const first = computer()
      const upgrade = await on(first, 'individualize')
      expect(upgrade).toMatchObject({ exit: 1 })
      expect(upgrade.stderr).toContain('docs/explanation/privacy.md')
      expect(upgrade.stderr).toContain('--yes (IN-12)')
      expect(await loggedTypes(first)).toEqual(expect.arrayContaining(['ConsentRecorded', 'IndividualizationDeclined']))
      expect((await on(first, 'backup', place.at('never'))).exit).toBe(1)
      await done(first, 'individualize', '--yes')
      await done(first, 'protect', SAMPLE, '-o', first.at('consent.asf'))
      await done(first, 'backup', place.at('consented'))
      const restore = await on(first, 'restore', place.at('consented'))
      expect(restore).toMatchObject({ exit: 1 })
      expect(restore.stderr).toContain('--yes (BR-34)')
      const types = await loggedTypes(first)
      expect(types).toContain('RestoreDeclined')
      expect(types).not.toContain('RestoreConnecting')
    },
    LONG
  )

  it(
    'IN-8: an upgrade as needed ends without one where the newest is installed, a forced one does not',
    async () => {
      const first = await individualized()
      expect(result(await done(first, 'individualize', '--yes', '--json'))).toMatchObject({ installed: '2.9.0.1', changed: false })
      expect(result(await done(first, 'individualize', '--yes', '--force', '--json'))).toMatchObject({ epoch: 2, changed: true })
    },
    LONG
  )

  it(
    'IN-3, IN-5, IN-13, IN-15: content that asks for an upgrade waits for it, other content does not',
    async () => {
      const first = computer()
      const rights = [{ action: 'Copy', inclusion: [CLEAR_KEY] }]
      await protect(first, 'plain', { rights }, 'Plain')
      await protect(first, 'strict', { rights, minimumSecurityVersion: '2.5' }, 'Strict')
      const refused = await exportOn(first, 'strict', 'strict-export')
      expect(refused).toMatchObject({ exit: 1 })
      expect(refused.stderr).toContain('IN-3')
      expect(refused.stderr).toContain('custody individualize')
      expect((await exportOn(first, 'plain', 'plain-export')).exit).toBe(0)
      await done(first, 'individualize', '--yes')
      expect((await exportOn(first, 'strict', 'strict-export')).exit).toBe(0)
    },
    LONG
  )

  it(
    'IN-18: a home that was copied to another machine opens no key, and says what mends it, which does',
    async () => {
      const first = await individualized()
      await protect(first, 'own', { rights: [{ action: 'Copy', inclusion: [CLEAR_KEY] }, { action: 'Backup' }] }, 'Own')
      const backup = place.at('before-the-copy')
      await done(first, 'backup', backup)
      const copy = computer()
      cpSync(first.home, copy.home, { recursive: true })
      const closed = await exportOn(copy, 'own', 'copied-export')
      expect(closed).toMatchObject({ exit: 1 })
      expect(closed.stderr).toContain('IN-18')
      expect(closed.stderr).toContain('individualize, then restore')
      expect((await on(copy, 'licenses')).exit).toBe(0)
      await done(copy, 'individualize', '--yes')
      await done(copy, 'restore', backup, '--yes')
      expect((await exportOn(copy, 'own', 'copied-export')).exit).toBe(0)
      // The original is as it was.
      expect((await exportOn(first, 'own', 'original-export')).exit).toBe(0)
    },
    LONG
  )

  it(
    'BR-39: a damaged backup is told with file and byte and restores nothing, or its whole lines with --salvage',
    async () => {
      const first = await individualized()
      for (const name of ['x', 'y', 'z']) await protect(first, name, { rights: [{ action: 'Play' }, { action: 'Backup' }] }, name)
      const backup = place.at('damaged')
      await done(first, 'backup', backup)
      const documents = [...filesOf(backup).keys()].find((file) => file.endsWith('.ndjson')) ?? ''
      const bytes = readFileSync(documents)
      const at = Math.floor(bytes.length / 2)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      writeFileSync(documents, bytes)
      const other = await individualized()
      const strict = await on(other, 'restore', backup, '--yes')
      expect(strict).toMatchObject({ exit: 3 })
      expect(strict.stderr).toMatch(/documents-00001\.ndjson at byte \d+/)
      expect(await loggedTypes(other)).not.toContain('RestoreConnecting')
      const salvaged = await on(other, 'restore', backup, '--yes', '--salvage', '--json')
      expect(salvaged).toMatchObject({ exit: 1 })
      expect(salvaged.stderr).toContain('BR-39')
      expect(result(salvaged)).toMatchObject({ restored: 2, refused: 1 })
    },
    LONG
  )

  it(
    'protocols 3: a guarded backup restores with its passphrase only',
    async () => {
      const first = await individualized()
      await protect(first, 'guarded', { rights: [{ action: 'Play' }, { action: 'Backup' }] }, 'Guarded')
      const [backup, right, wrong] = [place.at('guarded'), place.at('right.txt'), place.at('wrong.txt')]
      writeFileSync(right, 'correct horse\n')
      writeFileSync(wrong, 'battery staple\n')
      await done(first, 'backup', backup, '--guard', right)
      const other = await individualized()
      expect(await on(other, 'restore', backup, '--yes')).toMatchObject({ exit: 1 })
      const guessed = await on(other, 'restore', backup, '--yes', '--guard', wrong)
      expect(guessed).toMatchObject({ exit: 1 })
      expect(guessed.stderr).toContain('GuardWrong')
      expect(result(await done(other, 'restore', backup, '--yes', '--guard', right, '--json'))).toMatchObject({ restored: 1 })
    },
    LONG
  )
  it(
    'BR-30: who restored a backup shows to its source, which asks; the folder of a backup and the question exclude each other',
    async () => {
      const first = await individualized()
      await protect(first, 'counted', { rights: [{ action: 'Play' }, { action: 'Backup' }] }, 'Counted')
      const backup = place.at('counted')
      await done(first, 'backup', backup)
      expect(jsonLines(await done(first, 'restore', '--history', '--json'))).toMatchObject([{ computers: [] }])
      const other = await individualized()
      await done(other, 'restore', backup, '--yes')
      const [asked, seen] = await Promise.all([first, other].map(async (one) => jsonLines(await done(one, 'restore', '--history', '--json'))[0]))
      expect(asked).toMatchObject({ computers: [{ mid: seen?.['mid'], licenses: 1 }] })
      expect(seen).toMatchObject({ computers: [{ mid: asked?.['mid'], licenses: 1 }] })
      expect((await done(first, 'restore', '--history')).stdout).toContain(String(seen?.['mid']))
      for (const words of [['restore'], ['restore', backup, '--history']]) expect(await on(first, ...words)).toMatchObject({ exit: 2 })
      expect(await on(computer(), 'restore', '--history')).toMatchObject({ exit: 1 })
    },
    LONG
  )

  it(
    'RV-6, RV-8, RV-12: a renewal looks for revoked components, asks before anything is fetched, and says when there is nothing newer',
    async () => {
      const first = await individualized()
      const clear = await done(first, 'revocation', 'renew', '--json')
      expect(result(clear)).toMatchObject({ renewal: 'Clear' })
      const keyId = await protect(first, 'newer', { rights: [{ action: 'Play' }], minimumRevocationVersion: '900' }, 'Newer')
      const unasked = await on(first, 'revocation', 'renew', keyId)
      expect(unasked).toMatchObject({ exit: 1 })
      expect(unasked.stderr).toContain('--yes (RV-12)')
      expect(await loggedTypes(first)).not.toContain('RevocationRefreshBegun')
      const old = await on(first, 'revocation', 'renew', keyId, '--yes')
      expect(old).toMatchObject({ exit: 1 })
      expect(old.stderr).toContain('900')
      expect(await loggedTypes(first)).toContain('RevocationRefreshEnded')
      expect(await loggedData(first, 'ConsentRecorded')).toEqual(
        expect.arrayContaining([expect.objectContaining({ kind: 'renew', answer: 'given' })])
      )
      expect(await on(first, 'revocation', 'renew', 'no-key-id')).toMatchObject({ exit: 2 })
    },
    LONG
  )
})
