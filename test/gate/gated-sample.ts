import { whenInstalled, type Tool } from './when-installed'

/** Run by when-installed.test.ts in a Jest of its own, with tools missing and not; `TOOL` names the one. */
const tool = (process.env['TOOL'] ?? 'ffmpeg') as Tool

const { describe: describeGated, it: itGated } = whenInstalled(tool)

itGated('runs alone', () => undefined)
describeGated('in a group', () => {
  it('runs first', () => undefined)
  it('runs second', () => undefined)
})
