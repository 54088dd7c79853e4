import { createInterface } from 'node:readline'

/** What came of a question: an interrupt is neither a yes nor a no. */
export type YesAnswer = 'yes' | 'no' | 'interrupted'

/** Whether somebody is there to answer. */
export const canAsk = (): boolean => process.stdin.isTTY

/** Asks on the terminal. Nothing but `y` or `yes` is a yes: the end of input and any other answer mean no. */
export const askYes = async (question: string): Promise<YesAnswer> => {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await new Promise<YesAnswer>((resolve) => {
      lines.once('SIGINT', () => {
        resolve('interrupted')
      })
      // Without this the question would stay open, and the process would end as if all were done.
      lines.once('close', () => {
        resolve('no')
      })
      lines.question(question, (answer) => {
        resolve(/^y(es)?$/i.test(answer.trim()) ? 'yes' : 'no')
      })
    })
  } finally {
    lines.close()
  }
}
