import manifest from '../package.json'

/** The version of the command, as its package states it. */
export const VERSION: string = manifest.version
