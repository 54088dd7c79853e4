import { COMMANDS, wantedCommands } from './command-table'

const ALL = [...COMMANDS.keys()]

describe('the commands that a command line loads', () => {
  it.each([
    ['the one that it names', ['events', '--json'], ['events']],
    ['behind global options', ['--json', '--home', 'licenses', '--quiet', 'events', 'export'], ['events']],
    ['behind an option with its value in one word', ['--home=licenses', 'events'], ['events']],
    ['none for the version', ['--version'], []],
    ['all for an unknown one', ['evnts', 'export'], ALL],
    ['all for the help', ['--help'], ALL],
    ['all for the help of one', ['help', 'events'], ALL],
    ['all for nothing', [], ALL],
    ['all where the value of an option is missing', ['--home'], ALL],
  ])('%s', (_, words, wanted) => {
    expect(wantedCommands(words)).toEqual(wanted)
  })
})
