import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { ROOT } from './packages.mjs'

const BINARY = /\.(asf|wmv|wma|mp4|m4s|bin|png|jpg|gz|tgz|asfstream)$/

/** What is in the repository or about to be: tracked files and new ones that are not ignored. */
export const trackedFiles = () =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(ROOT, path)))

/** The text files among them, with their text. */
export const trackedTexts = () =>
  trackedFiles()
    .filter((path) => !BINARY.test(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'))

/** The number of the line in which an offset lies, from 1. */
export const lineAt = (text, offset) => text.slice(0, offset).split('\n').length
