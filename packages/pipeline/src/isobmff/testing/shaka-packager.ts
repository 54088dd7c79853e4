import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const REPOSITORY = join(__dirname, '../../../../..')
const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'osx' }
/** The program itself: the script of the package hides its exit code. */
const PACKAGER = join(
  REPOSITORY,
  'node_modules/shaka-packager/bin',
  `packager-${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`
)

/** Rewrites one track of a file by Shaka Packager with the given arguments, and answers the new file. */
export const packagedByShaka = (path: string, kind: 'video' | 'audio', ...args: ReadonlyArray<string>): Uint8Array => {
  const output = `${path}.shaka.mp4`
  execFileSync(PACKAGER, [`in=${path},stream=${kind},output=${output}`, ...args, '--quiet'], { stdio: ['ignore', 'pipe', 'pipe'] })
  return readFileSync(output)
}
