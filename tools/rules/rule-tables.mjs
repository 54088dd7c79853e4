const ROW = /^\|\s*((BR|IN|LI|IM|EX|ND|RV|EV|P)-|R)(\d+)\s*\|(.*)\|\s*$/
const STATUS = /^[DIU](?![a-z])/

/** Cells of a table row; an escaped bar stays inside its cell. */
const cells = (text) => text.split(/(?<!\\)\|/).map((cell) => cell.trim())

/**
 * Reads the rules of a reference page: each table row whose first cell is a rule id.
 * Status letters are those of the third column where the table has one, else an empty text.
 *
 * @throws Error when two rows define one id, because rules are never renumbered or repeated.
 */
export const readRules = (markdown) => {
  const rules = new Map()
  for (const line of markdown.split('\n')) {
    const row = ROW.exec(line)
    if (row === null) continue
    const id = `${row[1]}${row[3]}`
    if (rules.has(id)) throw new Error(`rule ${id} is defined twice`)
    const [text = '', third = ''] = cells(row[4])
    rules.set(id, { id, group: row[2] ?? 'R', text, status: STATUS.test(third) ? third : '' })
  }
  return [...rules.values()]
}
