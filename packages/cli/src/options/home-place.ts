import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where a home and the secret of its machine lie. */
export interface HomePlaces {
  readonly directory: string
  readonly machineFile: string
  /** Folder of the embedded services, their log and their keys. */
  readonly authority: string
  /** File with the passphrase of a home that has one; without it the terminal is asked. */
  readonly passphraseFile?: string
}

/** The options and variables that name them. */
export interface PlaceOptions {
  /** `--home`. */
  readonly home?: string
  /** `--authority`. */
  readonly authority?: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * The home and machine file that a command uses.
 *
 * @source docs/reference/command-line.md; XDG Base Directory Specification 0.8 for the state folder.
 */
export const homePlaces = ({ home, authority, environment }: PlaceOptions): HomePlaces => {
  const state = given(environment['XDG_STATE_HOME']) ?? join(homedir(), '.local', 'state')
  const passphraseFile = given(environment['CUSTODY_PASSPHRASE_FILE'])
  const directory = given(home) ?? given(environment['CUSTODY_HOME']) ?? join(homedir(), '.custody')
  return {
    directory,
    authority: given(authority) ?? given(environment['CUSTODY_AUTHORITY']) ?? `${directory}-authority`,
    machineFile: given(environment['CUSTODY_MACHINE']) ?? join(state, 'custody', 'machine'),
    ...(passphraseFile !== undefined && { passphraseFile }),
  }
}

/** An empty variable is as none. */
const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text)
