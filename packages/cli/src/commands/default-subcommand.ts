import type { Command } from 'commander'

/**
 * Adds the subcommand that its group alone means too. The parser hands it whatever is no subcommand, so that a mistyped one
 * would be told to be a word too many of a command that nobody wrote.
 */
export const defaultSubcommand = (group: Command, name: string): Command =>
  group
    .command(name, { isDefault: true })
    .allowExcessArguments(true)
    .hook('preAction', (_, subcommand) => {
      const [word] = subcommand.args
      if (word !== undefined) group.error(`error: unknown command '${word}'`, { exitCode: 1, code: 'commander.unknownCommand' })
    })
