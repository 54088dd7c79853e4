import type { Tool } from '../gate/when-installed'
import { fencedBlocks, type FencedBlock } from './fenced-blocks'

/** Commands of a page that are to be run, and what they are to show. */
export interface MarkedCommands {
  readonly line: number
  readonly text: string
  /** Exit code of the last command. */
  readonly exit: number
  readonly needs: Tool | undefined
  /** The block `text output` behind them. */
  readonly output: string | undefined
}

const valueOf = ({ marks }: FencedBlock, name: string): string | undefined =>
  marks.find((mark) => mark.startsWith(`${name}=`))?.slice(name.length + 1)

const isOutput = (block: FencedBlock | undefined): block is FencedBlock =>
  block?.language === 'text' && block.marks.includes('output')

/** The blocks marked `sh run`, in order; `exit=N` and `needs=TOOL` may follow the mark. */
export const markedCommands = (page: string): ReadonlyArray<MarkedCommands> =>
  fencedBlocks(page).flatMap((block, index, all) => {
    if (block.language !== 'sh' || !block.marks.includes('run')) return []
    const next = all[index + 1]
    return [
      {
        line: block.line,
        text: block.text,
        exit: Number(valueOf(block, 'exit') ?? '0'),
        needs: valueOf(block, 'needs') as Tool | undefined,
        output: isOutput(next) ? next.text : undefined,
      },
    ]
  })

/** What differs from run to run: ids, keys, thumbprints and times. */
const CHANGING: ReadonlyArray<readonly [RegExp, string]> = [
  [/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, '<uuid>'],
  [/\b[0-9a-f]{32}\b/g, '<hex>'],
  [/(?<=license-)[\w-]{43}(?=-<uuid>)/g, '<thumbprint>'],
  [/\d{4}-\d{2}-\d{2}T[\d:]{8}(?:\.\d+)?Z/g, '<time>'],
]

/** A text without what differs from run to run. */
export const withoutChanging = (text: string): string =>
  CHANGING.reduce((left, [pattern, name]) => left.replace(pattern, name), text)

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether a page shows what was printed. `…` stands for any text within a line, and alone on a line for any lines. */
export const shows = (page: string, printed: string): boolean => {
  const lines = withoutChanging(page).split('\n')
  const pattern = lines.map((line) => (line === '…' ? '[\\s\\S]*' : line.split('…').map(escaped).join('.*')))
  return new RegExp(`^${pattern.join('\n')}$`).test(withoutChanging(printed))
}

const scriptOf = ({ line, text, exit }: MarkedCommands, index: number): string =>
  [
    exit === 0 ? 'set -e' : 'set +e',
    `{`,
    text.trimEnd(),
    `} > "$SHOWN/${String(index)}" 2>&1`,
    exit === 0 ? '' : `code=$?; test "$code" -eq ${String(exit)} || { echo "line ${String(line)}: exit $code" >&2; exit 99; }`,
  ].join('\n')

/** One script of all blocks: variables and folders go from block to block; what each prints goes to a file of its own. */
export const scriptOfAll = (blocks: ReadonlyArray<MarkedCommands>): string =>
  `set -u\n${blocks.map(scriptOf).join('\n')}\n`
