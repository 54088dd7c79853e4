import type { Answer, ConsentKind, ConsentPort, Notice } from '@custody/core/consent'

import type { Reporter } from '../output/reporter'
import { askYes, canAsk } from './ask-yes'

/** What the user stated by a flag of the command, by kind of consent: `--yes` for the one, `--individualize` for the other (BR-35). */
export type StatedConsent = Readonly<Partial<Record<ConsentKind, boolean>>>

const WIDTH = 100

/** Breaks a paragraph into lines of at most {@link WIDTH} characters, at its spaces. */
const wrapped = (text: string): ReadonlyArray<string> => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** On standard error, so that an answer for programs stays one. */
const show = (reporter: Reporter, { title, paragraphs, privacy }: Notice): void => {
  reporter.progress(undefined)
  const lines = [title, ...paragraphs.flatMap((text) => ['', ...wrapped(text)]), '', `Privacy statement: ${privacy}`, '']
  for (const line of lines) process.stderr.write(`${line}\n`)
}

const questionOf = ({ accept, decline }: Notice): string => `${accept}? Answer y to go on, anything else to decline (${decline}). [y/N] `

/**
 * Shows each notice and asks on the terminal, or takes what a flag states. Without a terminal and without the flag the answer
 * is no.
 */
export const consentPort = (reporter: Reporter, stated: StatedConsent): ConsentPort => ({
  ask: async (notice): Promise<Answer> => {
    show(reporter, notice)
    if (stated[notice.kind] === true) return { answer: 'given', by: 'flag' }
    if (!canAsk()) return { answer: 'declined', by: 'prompt' }
    return { answer: (await askYes(questionOf(notice))) === 'yes' ? 'given' : 'declined', by: 'prompt' }
  },
})
