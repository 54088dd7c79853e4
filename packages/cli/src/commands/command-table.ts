import type { AddCommand } from './run'

/**
 * Every command by its name, in the order of the help. Each is loaded when it is asked for: a command that is called
 * in loops pays at each start for what it loads.
 */
export const COMMANDS: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['inspect', async () => (await import('./inspect.js')).addInspect],
  ['protect', async () => (await import('./protect.js')).addProtect],
  ['export', async () => (await import('./export.js')).addExport],
  ['keys', async () => (await import('./reveal-keys.js')).addKeys],
  ['licenses', async () => (await import('./licenses.js')).addLicenses],
  ['backup', async () => (await import('./backup.js')).addBackup],
  ['restore', async () => (await import('./restore.js')).addRestore],
  ['individualize', async () => (await import('./individualize.js')).addIndividualize],
  ['acquire', async () => (await import('./acquire.js')).addAcquire],
  ['serve', async () => (await import('./serve.js')).addServe],
  ['authority', async () => (await import('./authority.js')).addAuthority],
  ['events', async () => (await import('./events.js')).addEvents],
  ['explain', async () => (await import('./explain.js')).addExplain],
  ['revocation', async () => (await import('./revocation.js')).addRevocation],
  ['binding', async () => (await import('./binding.js')).addBinding],
  ['verify', async () => (await import('./verify.js')).addVerify],
  ['adapters', async () => (await import('./adapters.js')).addAdapters],
  ['tour', async () => (await import('./tour.js')).addTour],
])

/** Global options that take the next word. */
const WITH_VALUE: ReadonlySet<string> = new Set(['--home', '--authority'])
const VERSION_FLAGS: ReadonlySet<string> = new Set(['--version', '-V'])

/** The names of the commands that a command line needs: one, or all where it names none or an unknown one. */
export const wantedCommands = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (VERSION_FLAGS.has(words[0] ?? '')) return []
  let at = 0
  while (words[at]?.startsWith('-') === true) at += WITH_VALUE.has(words[at] ?? '') ? 2 : 1
  const name = words[at] ?? ''
  return COMMANDS.has(name) ? [name] : [...COMMANDS.keys()]
}
