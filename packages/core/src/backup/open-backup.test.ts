import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import type { TrustDocument } from '../authority/trust-document'
import { publicJwk } from '../certificate/public-key-jwk'
import { fail, succeed } from '../home/testing/temporary-home'
import { openBackup, type OpenedBackup } from './open-backup'
import { leafOf } from './leaf'
import { lineText } from './line-text'
import { MANIFEST, POINTER, segmentName, setFolder } from './set-files'
import { signManifest } from './sign-manifest'
import { temporaryFolder, testDevice, writeTestSet, type WrittenSet } from './testing/written-set'

const strict = (directory: string) => openBackup(directory, { salvage: false })
const salvaging = (directory: string) => openBackup(directory, { salvage: true })

const linesOf = async (backup: OpenedBackup) => {
  const lines: string[] = []
  const damaged: number[] = []
  for await (const segment of backup.segments()) {
    lines.push(...segment.lines.map((line) => Buffer.from(line).toString()))
    damaged.push(...segment.damaged)
  }
  return { lines, damaged }
}

const lidsIn = (lines: ReadonlyArray<string>) => lines.map((line) => (JSON.parse(line) as { readonly lid: string }).lid)

const MINUTES = 300_000

describe('opening a backup', () => {
  const device = testDevice()
  let place: ReturnType<typeof temporaryFolder>
  let whole: string
  let copy: string
  let written: WrittenSet
  beforeEach(async () => {
    place = temporaryFolder()
    whole = join(place.folder, 'whole')
    copy = join(place.folder, 'copy')
    written = await writeTestSet(whole, device)
    cpSync(whole, copy, { recursive: true })
  })
  afterEach(() => place.remove())

  const segment = (number: number) => join(setFolder(written.set), segmentName(number))
  const leaves = () => join(setFolder(written.set), 'leaves.bin')
  const manifest = () => join(setFolder(written.set), MANIFEST)
  const lids = () => written.licenses.map(({ lid }) => lid)
  const lines = (number: number) => readFileSync(join(whole, segment(number)), 'utf8').split('\n').slice(0, -1)

  it('gives all lines of a whole set, segment by segment', async () => {
    const backup = await succeed(strict(whole))
    expect(backup).toMatchObject({ set: written.set, damages: [], unlisted: [], sourceProved: false })
    const found = await linesOf(backup)
    expect(lidsIn(found.lines)).toEqual(lids())
    expect(found.damaged).toEqual([])
    expect(backup.manifest.segments.map((one) => one.lines)).toEqual([3, 2])
  })

  it('takes a set without licenses', async () => {
    await writeTestSet(copy, device, { count: 0 })
    expect(await linesOf(await succeed(strict(copy)))).toEqual({ lines: [], damaged: [] })
  })

  /** Every file of the set with its size. */
  const files = () =>
    readdirSync(whole, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(whole, name)).isFile())
      .map((name) => ({ name, bytes: readFileSync(join(whole, name)) }))

  /** The license whose line holds a byte of a segment; the line feed is part of its line. */
  const lidAt = (bytes: Buffer, at: number): string => {
    const start = at === 0 ? 0 : bytes.lastIndexOf('\n', at - 1) + 1
    return lidsIn([bytes.subarray(start, bytes.indexOf('\n', at)).toString()])[0] ?? ''
  }

  it('R10, BR-39: names file, place and license for each byte that is flipped', async () => {
    written = await writeTestSet(whole, device, { count: 2, perSegment: 1, set: written.set })
    rmSync(copy, { recursive: true })
    cpSync(whole, copy, { recursive: true })
    for (const { name, bytes } of files()) {
      for (let at = 0; at < bytes.length; at += 1) {
        const flipped = Buffer.from(bytes)
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (at % 8)), at)
        writeFileSync(join(copy, name), flipped)
        const fault = await fail(strict(copy))
        if (name === POINTER) expect(fault).toMatchObject({ type: 'BackupPointerDamaged', sets: [written.set] })
        else {
          expect(fault).toMatchObject({ type: 'BackupDamaged', file: name })
          if (fault.type !== 'BackupDamaged') throw new Error(fault.type)
          expect(fault.offset).toBeLessThanOrEqual(at)
          if (name.endsWith('.ndjson')) {
            expect(fault.lids).toEqual([lidAt(bytes, at)])
          } else expect(fault.lids).toEqual([])
        }
      }
      writeFileSync(join(copy, name), bytes)
    }
    await succeed(strict(copy))
  }, MINUTES)

  it('R10: a reader who compares no digests takes a flipped byte (the twin)', () => {
    const [first = ''] = lines(1)
    const flipped = first.replace('"gen":1', '"gen":3')
    expect(flipped).not.toBe(first)
    expect(JSON.parse(flipped)).toMatchObject({ n: 1, gen: 3 })
  })

  it('BR-39: with salvage gives the other lines of a damaged segment, and names the damaged one', async () => {
    const [first = '', second = '', third = ''] = lines(1)
    for (const text of [
      [first, second.replace('"gen":1', '"gen":2'), third].join('\n') + '\n',
      [first, `${second.slice(0, 100)}\n${second.slice(101)}`, third].join('\n') + '\n',
      [first, third].join('\n') + '\n',
    ]) {
      writeFileSync(join(copy, segment(1)), text)
      const backup = await succeed(salvaging(copy))
      const found = await linesOf(backup)
      expect(lidsIn(found.lines)).toEqual(lids().filter((_, index) => index !== 1))
      expect(found.damaged).toEqual([2])
      expect(backup.damages).toHaveLength(1)
      expect(backup.damages[0]).toMatchObject({ file: segment(1), offset: first.length + 1 })
    }
  })

  it('BR-39: names both licenses whose lines ran together', async () => {
    writeFileSync(join(copy, segment(1)), readFileSync(join(whole, segment(1)), 'latin1').replace('\n', ' '))
    expect(await fail(strict(copy))).toMatchObject({ file: segment(1), offset: 0, lids: lids().slice(0, 2) })
    expect((await linesOf(await succeed(salvaging(copy)))).damaged).toEqual([1, 2])
  })

  it('BR-39: names truncated files, and gives what is whole of them with salvage', async () => {
    const size = statSync(join(whole, segment(2))).size
    for (const length of [0, 1, size - 1, lines(2)[0]?.length ?? 0]) {
      cpSync(join(whole, segment(2)), join(copy, segment(2)))
      truncateSync(join(copy, segment(2)), length)
      expect(await fail(strict(copy))).toMatchObject({ type: 'BackupDamaged', file: segment(2) })
      expect((await linesOf(await succeed(salvaging(copy)))).lines.slice(0, 3)).toEqual(lines(1))
    }
    cpSync(join(whole, segment(2)), join(copy, segment(2)))
    truncateSync(join(copy, leaves()), 33)
    expect(await fail(strict(copy))).toMatchObject({ type: 'BackupDamaged', file: leaves(), offset: 32 })
    expect((await linesOf(await succeed(salvaging(copy)))).damaged).toEqual([])
  })

  it('BR-39: names missing files', async () => {
    for (const name of [segment(1), segment(2), leaves(), manifest()]) {
      rmSync(join(copy, name))
      expect(await fail(strict(copy))).toMatchObject({ type: 'BackupDamaged', file: name, offset: 0 })
      cpSync(join(whole, name), join(copy, name))
    }
    rmSync(join(copy, segment(1)))
    expect((await linesOf(await succeed(salvaging(copy)))).damaged).toEqual([1, 2, 3])
  })

  it('BR-39: without pointer and sets nothing is there', async () => {
    expect(await fail(strict(join(place.folder, 'none')))).toMatchObject({ type: 'BackupMissing' })
    mkdirSync(join(place.folder, 'empty'))
    expect(await fail(salvaging(join(place.folder, 'empty')))).toMatchObject({ type: 'BackupMissing' })
  })

  it('BR-39: names bytes that were added', async () => {
    for (const name of files().map((file) => file.name)) {
      writeFileSync(join(copy, name), Buffer.concat([readFileSync(join(whole, name)), Buffer.from('\n')]))
      expect(await fail(strict(copy))).toMatchObject(
        name === POINTER ? { type: 'BackupPointerDamaged' } : { type: 'BackupDamaged', file: name }
      )
      cpSync(join(whole, name), join(copy, name))
    }
  })

  it('reports files that the manifest does not list, and reads none of them', async () => {
    writeFileSync(join(copy, setFolder(written.set), 'documents-00003.ndjson'), 'x')
    writeFileSync(join(copy, 'notes.txt'), 'x')
    const backup = await succeed(strict(copy))
    expect(backup.unlisted).toEqual(['notes.txt', segment(3)])
    expect((await linesOf(backup)).lines).toHaveLength(5)
  })

  it('BR-39: refuses swapped segments, doubled lines, and lines in another order', async () => {
    cpSync(join(whole, segment(1)), join(copy, segment(2)))
    cpSync(join(whole, segment(2)), join(copy, segment(1)))
    expect(await fail(strict(copy))).toMatchObject({ type: 'BackupDamaged', file: segment(1) })
    cpSync(join(whole, segment(2)), join(copy, segment(2)))
    const [first = '', second = '', third = ''] = lines(1)
    writeFileSync(join(copy, segment(1)), [first, second, second, third, ''].join('\n'))
    expect(await fail(strict(copy))).toMatchObject({ file: segment(1), offset: first.length + second.length + 2, lids: [] })
    expect((await linesOf(await succeed(salvaging(copy)))).lines).toEqual([...lines(1), ...lines(2)])
    writeFileSync(join(copy, segment(1)), [second, first, third, ''].join('\n'))
    expect(await fail(strict(copy))).toMatchObject({ file: segment(1) })
  })

  it('with salvage takes no line on the word of leaves that are not the signed ones', async () => {
    const forged = lineText(1, { lid: written.licenses[0]?.lid ?? '', keyId: '00'.repeat(16), gen: 9, doc: 'a.b.c' })
    writeFileSync(join(copy, segment(1)), [forged, ...lines(1).slice(1), ''].join('\n'))
    writeFileSync(join(copy, leaves()), Buffer.concat([leafOf(1, forged), readFileSync(join(whole, leaves())).subarray(32)]))
    const found = await linesOf(await succeed(salvaging(copy)))
    expect(found.damaged).toEqual([1, 2, 3])
    expect(found.lines).toEqual(lines(2))
  })

  it('a set under another name is not the one that the pointer names', async () => {
    const other = '01890a5d-ac96-774b-bcce-b302099a8057'
    renameSync(join(copy, setFolder(written.set)), join(copy, setFolder(other)))
    expect(await fail(strict(copy))).toMatchObject({ type: 'BackupPointerDamaged', sets: [] })
    const pointer = readFileSync(join(copy, POINTER), 'utf8').replace(written.set, other)
    writeFileSync(join(copy, POINTER), pointer)
    expect(await fail(strict(copy))).toMatchObject({ type: 'BackupDamaged', why: 'of another set' })
    expect(await fail(salvaging(copy))).toMatchObject({ type: 'BackupDamaged', why: 'of another set' })
  })

  it('salvages the only set where the pointer is lost, and none of several', async () => {
    rmSync(join(copy, POINTER))
    expect(await fail(strict(copy))).toMatchObject({ type: 'BackupPointerDamaged', sets: [written.set] })
    expect((await succeed(salvaging(copy))).set).toBe(written.set)
    const more = await writeTestSet(copy, device)
    rmSync(join(copy, POINTER))
    const sets = [written.set, more.set].sort()
    expect(await fail(strict(copy))).toMatchObject({ type: 'BackupPointerDamaged', sets })
    expect(await fail(salvaging(copy))).toMatchObject({ type: 'BackupAmbiguous', sets })
  })

  it('R10: refuses the manifest of another device, by signature and by the authority’s word', async () => {
    const backup = await succeed(strict(whole))
    const stranger = testDevice()
    const replace = (jws: string) => writeFileSync(join(copy, manifest()), jws)
    const { v: _, ...draft } = backup.manifest
    replace(signManifest(stranger.signing, draft))
    rmSync(join(copy, POINTER))
    expect(await fail(salvaging(copy))).toMatchObject({ type: 'BackupPointerDamaged', sets: [] })
    // With the stranger's own credential it is whole in itself; a home of the authority knows better.
    const credential = testDevice(undefined, device.authority)
    replace(signManifest(credential.signing, { ...draft, source: { mid: credential.mid, credential: credential.credential, epoch: 1 } }))
    const trust = {
      authority: device.authority,
      keys: [{ use: 'individualization-signing', key: publicJwk(device.service) }],
    } as unknown as TrustDocument
    expect((await succeed(salvaging(copy))).sourceProved).toBe(false)
    expect(await succeed(openBackup(copy, { salvage: true, trust }))).toMatchObject({ sourceProved: false })
    expect(await succeed(openBackup(whole, { salvage: false, trust }))).toMatchObject({ sourceProved: true })
    const kid = await openBackup(whole, { salvage: false, trust: { ...trust, authority: credential.authority } })()
    expect(E.isRight(kid)).toBe(true)
  })

  it('BR-39: what changes after the opening is not given', async () => {
    const backup = await succeed(strict(copy))
    writeFileSync(join(copy, segment(2)), 'x')
    await expect(linesOf(backup)).rejects.toMatchObject({ fault: { type: 'BackupDamaged', file: segment(2) } })
  })
})
