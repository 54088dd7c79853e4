import { join } from 'node:path'

/** The sample that ships with the command, beside the folder that the bundle is built to. */
export const samplePlace = (): string => join(__dirname, '..', 'sample', 'sample.asf')
