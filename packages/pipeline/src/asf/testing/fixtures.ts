import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(__dirname, '../../../../..')
const FOLDER = join(ROOT, 'test/fixtures/asf')

/** One file that is read and written in tests. */
export interface Fixture {
  readonly name: string
  readonly path: string
  /** Reads the file anew. */
  readonly bytes: () => Uint8Array
}

const fixture = (name: string): Fixture => {
  const path = join(FOLDER, name)
  return { name, path, bytes: () => new Uint8Array(readFileSync(path)) }
}

/** The plain ASF files. */
export const FIXTURES: ReadonlyArray<Fixture> = readdirSync(FOLDER)
  .filter((name) => /\.(asf|wmv|wma)$/.test(name))
  .sort()
  .map(fixture)

/** A fixture by its name. */
export const fixtureNamed = (name: string): Fixture => fixture(name)

/** What FFmpeg counted in each file: name, then packets and bytes of each stream as the manifest has them. */
export const manifestCounts = (): ReadonlyArray<readonly [name: string, counts: string]> => {
  const manifest = readFileSync(join(FOLDER, 'MANIFEST.md'), 'utf8')
  const rows = manifest.matchAll(/^\| (\S+\.(?:asf|wmv|wma)) \| ((?:\w+, \d+, \d+(?:; )?)+) \|$/gm)
  return [...rows].map(([, name = '', counts = '']) => [name, counts.replace(/\w+, (\d+, \d+)/g, '$1')])
}

/** One of the hand-made files that FFmpeg confirmed. */
export interface AsfVector {
  readonly id: string
  readonly file: string
  readonly expectedObjects: ReadonlyArray<{ readonly timeMs: number; readonly data: string }>
  readonly sampleIds?: ReadonlyArray<string>
}

/** The hand-made files. */
export const asfVectors = (): ReadonlyArray<AsfVector> =>
  (
    JSON.parse(readFileSync(join(ROOT, 'test/vectors/asf-samples.json'), 'utf8')) as {
      readonly files: AsfVector[]
    }
  ).files
