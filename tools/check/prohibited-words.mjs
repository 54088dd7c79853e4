import { lineAt } from './tracked-files.mjs'

/** Spelt in halves, so that this file does not break its own rule. */
const FOLDERS = ['wo' + 'rk', 'tm' + 'p', 'ro' + 'ot', 'ho' + 'me', 'Us' + 'ers', 'var/fol' + 'ders'].join('|')
const REGISTRIES = ['registry[.]npm' + 'js', 'registry[.]yarn' + 'pkg', 'npm[.]pkg[.]git' + 'hub', 'jf' + 'rog[.]', 'artifact' + 'ory']

const RULES = [
  [new RegExp(String.raw`(?<![\w.~$})*-])/(?:${FOLDERS})/[\w.$-]`, 'g'), 'a path of somebody\'s machine'],
  [new RegExp(String.raw`\b[A-Z]:\\\\?Users\\`, 'g'), 'a path of somebody\'s machine'],
  [new RegExp(`(?:${REGISTRIES.join('|')})`, 'g'), 'the address of a package registry'],
  [/-----BEGIN (?:RSA |EC )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}/g, 'a private key'],
]

/** What does not belong into a repository: where it was written, and whence its packages came. */
export const prohibitedWords = (files) =>
  files.flatMap(({ path, text }) =>
    RULES.flatMap(([pattern, what]) =>
      [...text.matchAll(pattern)].map((found) => `${path}:${lineAt(text, found.index)}: ${what}: ${found[0]}`)
    )
  )
