/** A fenced block of a page. */
export interface FencedBlock {
  /** First word after the fence, as `sh`. */
  readonly language: string
  /** The words after it: `run`, `exit=1`, `needs=ffmpeg`, `output`. */
  readonly marks: ReadonlyArray<string>
  readonly text: string
  /** Number of the line after the fence, from 1. */
  readonly line: number
}

const FENCE = /^```(\S+)(?: (.*))?\n([\s\S]*?)^```$/gm

/** The fenced blocks of a page that name a language, in order. */
export const fencedBlocks = (page: string): ReadonlyArray<FencedBlock> =>
  [...page.matchAll(FENCE)].map(({ 1: language = '', 2: marks = '', 3: text = '', index }) => ({
    language,
    marks: marks.split(' ').filter((mark) => mark !== ''),
    text,
    line: page.slice(0, index).split('\n').length + 1,
  }))
