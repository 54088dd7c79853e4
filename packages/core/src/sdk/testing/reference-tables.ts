import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const REFERENCE = join(__dirname, '../../../../../docs/reference')

/** The text of one section of a page of the reference, from its heading (`### 2.1`) to the next heading. */
export const referenceSection = (heading: string, name = 'domain.md'): string => {
  const page = readFileSync(join(REFERENCE, name), 'utf8')
  const from = page.indexOf(`\n${heading} `)
  if (from < 0) throw new RangeError(`the reference has no section ${heading}`)
  const to = page.indexOf('\n##', from + 1)
  return page.slice(from, to < 0 ? undefined : to)
}

/** The rows of all tables of a text as cells, without heads and rules. */
export const tableRows = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    const isRow = line.startsWith('|') && !line.startsWith('|---') && lines[index + 1]?.startsWith('|---') !== true
    return isRow ? [line.slice(1, -1).split('|').map((cell) => cell.trim())] : []
  })
}
