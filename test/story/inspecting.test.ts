import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { protect } from '../command/exported-sample'
import { custody, FIXTURES, jsonLines, runCustody, SAMPLE, type JsonLine } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'
import { asfObject, counted, withProtection } from '../media/header-objects'

const LONG = 60_000

/** Second published pair of key ID and key, in both orders. @source docs/reference/content-ciphers.md §6 */
const KEY_ID = '6f651ae1dbe44434bcb4690d1564c41c'
const KEY_ID_BASE64 = '4Rplb+TbNES8tGkNFWTEHA=='
const URL = 'http://licenses.test/acquire?a=1'

const ascii = (text: string): Buffer => Buffer.from(`${text}\0`, 'latin1')
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')

/** Content Encryption Object, the header of DRM version 1. @source docs/reference/asf.md §3 */
const versionOne = (url = URL, keyId = KEY_ID_BASE64): Buffer =>
  asfObject(
    'fbb3112223bdd211b4b700a0c955fc6e',
    ...[Buffer.alloc(16, 7), ascii('DRM'), ascii(keyId), ascii(url)].map(counted)
  )

/** Extended Content Encryption Object with the header of DRM versions 7 and 9. @source docs/reference/third-party-systems.md §3 */
const versionSeven = (url = URL.replace('&', '&amp;')): Buffer =>
  asfObject(
    '14e68a292226174cb935dae07ee9289c',
    counted(
      utf16(
        '<WRMHEADER version="2.0.0.0"><DATA><SECURITYVERSION>2.2</SECURITYVERSION><CID>WMID:246083143</CID>' +
          `<LAINFO>${url}</LAINFO><KID>${KEY_ID_BASE64}</KID><CHECKSUM>j0YI04QqgQ==</CHECKSUM><Price>0.99</Price></DATA>` +
          '<SIGNATURE><HASHALGORITHM type="SHA"></HASHALGORITHM><SIGNALGORITHM type="MSDRM"></SIGNALGORITHM>' +
          '<VALUE>XQd7zeXfy5PO75w41ZoOAIEn0ga5nubBzlXf8udrZASTNOKEUwUzGQ==</VALUE></SIGNATURE></WRMHEADER>'
      )
    )
  )

describe('inspecting files of Windows Media DRM', () => {
  let place: Place
  beforeAll(() => {
    place = createPlace()
  })
  afterAll(removePlaces)

  const inspected = async (bytes: Buffer): Promise<JsonLine> => {
    const path = place.at('file.asf')
    writeFileSync(path, bytes)
    const [report] = jsonLines(await custody(place, 'inspect', '--json', path))
    return report ?? {}
  }

  it.each([
    ['wma2-stereo-44k.wma', 1],
    ['wmv2-wma2.wmv', 2],
  ])('DRM version 1 in %s', async (name, streams) => {
    const clear = readFileSync(join(FIXTURES, name))
    const report = await inspected(withProtection(clear, versionOne()))
    expect(report).toMatchObject({
      streams: Array.from({ length: streams }, () => ({ encrypted: true })),
      protection: [
        {
          kind: 'content-encryption',
          at: Number(clear.readBigUInt64LE(16)),
          keyIds: [KEY_ID],
          scheme: 'cocktail',
          licenseUrl: URL,
        },
      ],
      warnings: [],
    })
  }, LONG)

  it('DRM versions 1 and 7 in one file: check value, security version, content ID, attributes, signature', async () => {
    const clear = readFileSync(join(FIXTURES, 'wmv2-wma2.wmv'))
    const { protection, warnings } = await inspected(withProtection(clear, versionOne(), versionSeven()))
    expect(warnings).toEqual([])
    expect(protection).toMatchObject([
      { kind: 'content-encryption', keyIds: [KEY_ID] },
      {
        kind: 'extended-content-encryption',
        keyIds: [KEY_ID],
        scheme: 'cocktail',
        version: '2.0.0.0',
        licenseUrl: URL,
        securityVersion: '2.2',
        contentId: 'WMID:246083143',
        checksums: [{ keyId: KEY_ID, algorithm: 'COCKTAIL', checksum: 'j0YI04QqgQ==' }],
        attributes: [{ name: 'Price', value: '0.99' }],
        signed: true,
      },
    ])
  }, LONG)

  it('a header that cannot be read has a warning with its byte, and the others are read', async () => {
    const clear = readFileSync(join(FIXTURES, 'wmv2-wma2.wmv'))
    const broken = versionSeven('<')
    const end = Number(clear.readBigUInt64LE(16))
    const { protection, warnings } = await inspected(withProtection(clear, broken, versionOne()))
    expect(protection).toMatchObject([{ kind: 'extended-content-encryption', keyIds: [] }, { keyIds: [KEY_ID], licenseUrl: URL }])
    const [warning] = warnings as ReadonlyArray<{ readonly offset: number; readonly what: string }>
    expect(warning?.what).toMatch(/^expected well-formed XML without a DOCTYPE, found /)
    expect(warning?.offset).toBeGreaterThan(end + 28)
    expect(warning?.offset).toBeLessThan(end + broken.length)
  }, LONG)

  it('warns where two headers name different keys', async () => {
    const clear = readFileSync(join(FIXTURES, 'wma2-stereo-44k.wma'))
    const other = versionOne(URL, 'BAMCAQYFCAcJCqq7zN3u/w==')
    const { warnings } = await inspected(withProtection(clear, versionSeven(), other))
    expect(warnings).toEqual([
      { offset: Number(clear.readBigUInt64LE(16)) + versionSeven().length, what: expect.stringContaining('another key ID') as unknown },
    ])
  }, LONG)

  it('shows a license URL that would take over the terminal, and no terminal obeys it', async () => {
    const path = place.at('hostile.wma')
    const url = 'http://x.test/\u001b]0;owned\u0007\u009b2J'
    writeFileSync(path, withProtection(readFileSync(join(FIXTURES, 'wma2-stereo-44k.wma')), versionOne(url)))
    const told = await custody(place, 'inspect', path)
    expect(told.stdout).toContain('license from http://x.test/\\u001b]0;owned\\u0007\\u009b2J')
    const json = await custody(place, 'inspect', '--json', path)
    expect(jsonLines(json)[0]).toMatchObject({ protection: [{ licenseUrl: url }] })
    for (const { stdout } of [told, json]) expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  }, LONG)

  it('chapters, attributes and bit rates are shown to people', async () => {
    const { lines } = await custody(place, 'inspect', join(FIXTURES, 'meta-chapters.wmv'))
    expect(lines).toEqual(
      expect.arrayContaining([
        'asf, 4.064 s, "Custody fixture"',
        expect.stringMatching(/^1 +video +wmv1 +176x144 +~232754 +60 +118239 +5 +clear$/),
        'chapter at 1.000 s: Middle',
        'WM/TrackNumber: 7',
      ])
    )
  }, LONG)
})

describe('a file that was cut', () => {
  let place: Place
  beforeAll(() => {
    place = createPlace()
  })
  afterAll(removePlaces)

  /** Bytes that are left, in the middle of the packets of the sample. */
  const LEFT = 80_000

  it('is inspected as far as it goes, refused by protect and export, and taken with --salvage, which marks the result', async () => {
    const cut = place.at('cut.asf')
    writeFileSync(cut, readFileSync(SAMPLE).subarray(0, LEFT))
    const [before] = jsonLines(await custody(place, 'inspect', '--json', cut))
    expect(await runCustody(place, ['protect', cut, '-o', place.at('taken.asf')])).toMatchObject({ exit: 3, stdout: '' })
    const taken = await custody(place, '--json', 'protect', cut, '-o', place.at('taken.asf'), '--salvage')
    expect(jsonLines(taken).at(-1)).toMatchObject({ type: 'Result', warnings: expect.any(Number) as unknown })
    const [after] = jsonLines(await custody(place, 'inspect', '--json', place.at('taken.asf')))
    const counts = (report: JsonLine | undefined) =>
      (report?.['streams'] as ReadonlyArray<JsonLine>).map(({ samples, bytes, keyFrames }) => ({ samples, bytes, keyFrames }))
    const [pictures, sound] = counts(before)
    // A start code of three bytes became a length of four (ADR 46).
    expect(counts(after)).toEqual([{ ...pictures, bytes: Number(pictures?.bytes) + 1 }, sound])
    expect(after).toMatchObject({ warnings: [] })

    const guarded = place.at('guarded.asf')
    await protect(place, guarded)
    const half = place.at('half.asf')
    writeFileSync(half, readFileSync(guarded).subarray(0, LEFT))
    const words = ['export', half, '-o', place.at('exported'), '--to', 'clear-key']
    expect(await runCustody(place, words)).toMatchObject({ exit: 3, stdout: '' })
    const salvaged = await custody(place, '--json', ...words, '--salvage')
    expect(jsonLines(salvaged).at(-1)).toMatchObject({ type: 'Result', warnings: expect.any(Number) as unknown })
  }, LONG)
})
