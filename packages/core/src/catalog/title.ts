import * as E from 'fp-ts/Either'

import { badInput, type BadInput } from '../identity/bad-input'

/** Most characters (code points) of a title. */
export const LONGEST_TITLE = 256

/** Controls, line and paragraph separators, and halves of characters. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u
const UNFIT_RUN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\s]+/gu

/** Takes a text as a title: 1 to 256 characters, none of them a control or a line break. @errors `BadInput`. */
export const checkTitle = (text: string): E.Either<BadInput, string> => {
  const characters = [...text].length
  if (characters < 1 || characters > LONGEST_TITLE) {
    return E.left(badInput('title', `1 to ${LONGEST_TITLE} characters`, `${characters} characters`))
  }
  return UNFIT.test(text) ? E.left(badInput('title', 'no control characters', 'one')) : E.right(text)
}

/**
 * Makes a title of what a media file has for one, which follows no rules of ours: controls and white space become one
 * space, the end is cut off. Nothing for a text with nothing to read in it.
 */
export const titleFromMedia = (text: string): string | undefined => {
  const readable = text.replace(UNFIT_RUN, ' ').trim()
  const title = [...readable].slice(0, LONGEST_TITLE).join('').trim()
  return title === '' ? undefined : title
}
