/** The programs that are measured side by side, and how each is started. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const CUSTODY = join(ROOT, 'packages', 'cli', 'bin', 'custody.js')
/** Throw-away values for the peers; ours makes a content key of its own. */
const KEY = '000102030405060708090a0b0c0d0e0f'
const KEY_ID = '101112131415161718191a1b1c1d1e1f'
const READ_WHOLE =
  'const f=require("node:fs"),d=f.openSync(process.argv[1]),b=Buffer.alloc(1<<20);while(f.readSync(d,b)>0);'
const PACKAGERS = {
  'linux-x64': 'packager-linux-x64',
  'linux-arm64': 'packager-linux-arm64',
  'darwin-x64': 'packager-osx-x64',
  'darwin-arm64': 'packager-osx-arm64',
}

const firstLine = (command, args) => {
  const asked = spawnSync(command, args, { encoding: 'utf8' })
  return asked.error === undefined ? `${asked.stdout}${asked.stderr}`.split('\n')[0] : undefined
}

/** The version of ffmpeg on the path, undefined without one. */
export const ffmpegVersion = () => firstLine('ffmpeg', ['-version'])?.replace(/^ffmpeg version (\S+).*/, '$1')

/** The packager itself, not the Node program around it, whose start would be counted too. */
const packagerPath = () => {
  const name = PACKAGERS[`${process.platform}-${process.arch}`]
  const path = name === undefined ? undefined : join(ROOT, 'node_modules', 'shaka-packager', 'bin', name)
  return path !== undefined && existsSync(path) ? path : undefined
}

/** The version of Shaka Packager among the development dependencies, undefined without one for this system. */
export const packagerVersion = () => {
  const path = packagerPath()
  return path === undefined ? undefined : firstLine(path, ['--version'])?.replace(/^packager version /, '')
}

/** Where the home of a run lies, as the command is told. */
export const homeIn = (folder) => ({
  CUSTODY_HOME: join(folder, 'home'),
  CUSTODY_MACHINE: join(folder, 'machine'),
  NO_COLOR: '1',
})

/** The command with the words given, in a home of the run's own. */
const custody = (folder, ...words) => ({ command: process.execPath, args: [CUSTODY, '--quiet', ...words], env: homeIn(folder) })

/** Protects a clear file. */
export const protect = (folder, clear, output) => custody(folder, 'protect', clear, '-o', output)

/** Exports a file that was protected in the same folder. */
export const exporting = (folder, input, output, scheme = 'cenc') =>
  custody(folder, 'export', input, '-o', output, '--to', 'clear-key', '--scheme', scheme)

/** The command's shortest answer, which it gives without its bundle when it is asked for nothing else. */
export const version = (...others) => ({ command: process.execPath, args: [CUSTODY, ...others, '--version'] })

const custodyExport = (folder, media, scheme) => ({
  name: `custody export, ${scheme}`,
  does: `protected ASF: authorise, decrypt, re-encrypt (${scheme}), fragmented MP4 per track, DASH and HLS`,
  start: (output) => exporting(folder, media.protected, output, scheme),
})

const custodyProtect = (folder, media) => ({
  name: 'custody protect',
  does: 'clear ASF: license, encrypt, protected ASF',
  start: (output) => protect(folder, media.clear, `${output}.asf`),
})

const ffmpegStep = (media) => ({
  name: 'ffmpeg',
  does: 'clear ASF: remux and encrypt (cenc) in one step, one progressive MP4',
  start: (output) => ({
    command: 'ffmpeg',
    args: [
      ...['-nostdin', '-v', 'fatal', '-i', media.clear, '-c', 'copy', '-encryption_scheme', 'cenc-aes-ctr'],
      ...['-encryption_key', KEY, '-encryption_kid', KEY_ID, '-f', 'mp4', `${output}.mp4`],
    ],
  }),
})

const shakaPackager = (media) => ({
  name: 'shaka-packager',
  does: 'ready-made clear MP4: encrypt (cenc), fragmented MP4 per track',
  start: (output) => ({
    command: packagerPath(),
    args: [
      `in=${media.clearMp4},stream=video,output=${output}-video.mp4`,
      `in=${media.clearMp4},stream=audio,output=${output}-audio.mp4`,
      ...['--quiet', '--protection_scheme', 'cenc', '--clear_lead', '0', '--enable_raw_key_encryption'],
      ...['--keys', `label=:key_id=${KEY_ID}:key=${KEY}`],
    ],
  }),
})

const bareRead = (media) => ({
  name: 'node, bare read',
  does: 'clear ASF: read to the end, nothing else',
  start: () => ({ command: process.execPath, args: ['-e', READ_WHOLE, media.clear] }),
})

/** Makes the clear MP4 that Shaka Packager starts from; not measured. */
export const makeClearMp4 = ({ clear, clearMp4 }) => {
  const args = ['-nostdin', '-v', 'fatal', '-i', clear, '-c', 'copy', '-f', 'mp4', clearMp4]
  const made = spawnSync('ffmpeg', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (made.status !== 0) throw new Error(`ffmpeg could not make ${clearMp4}`)
}

/** The programs that are here, ours first, and of those that are not, what is missing. */
export const programs = (folder, media) => {
  const ffmpeg = ffmpegVersion() !== undefined
  const packager = packagerVersion() !== undefined
  const missing = []
  if (!ffmpeg) missing.push('ffmpeg is not installed: its step is left out')
  if (!packager) missing.push('shaka-packager is not installed for this system: it is left out')
  else if (!ffmpeg) missing.push('shaka-packager is left out: ffmpeg, which makes its clear MP4, is not installed')
  return {
    missing,
    needsClearMp4: ffmpeg && packager,
    found: [
      custodyExport(folder, media, 'cenc'),
      custodyExport(folder, media, 'cbcs'),
      custodyProtect(folder, media),
      ...(ffmpeg ? [ffmpegStep(media)] : []),
      ...(ffmpeg && packager ? [shakaPackager(media)] : []),
      bareRead(media),
    ],
  }
}
