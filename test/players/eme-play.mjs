#!/usr/bin/env node
// eme-play: plays media in a real headless Chromium and says, in one JSON line, whether it played.
//
//   node eme-play.mjs [--init FILE] --media FILE... --mime TYPE [...next track] --key KID=KEY
//   node eme-play.mjs --url http://127.0.0.1:PORT/page.html --selector video
//   node eme-play.mjs --root DIR --url /page.html --selector video
//
// Exit 0: as expected (played, or with --expect-fail not played and for a reason it names). Exit 1: otherwise.
// Exit 2: usage or set-up.
// Needs playwright-core (found from PLAYWRIGHT_FROM, else from the current folder, else from this file)
// and a Chromium (CHROMIUM, else /usr/bin/chromium). Only loopback addresses are ever reached.

import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { watchInPage, playTracks, readState, listen, seekTo, readPicture } from './page-side.mjs'

const USAGE = `usage:
  eme-play [--init FILE] --media FILE... --mime TYPE   one track; repeat the group for a further track
           [--key KID=KEY]...      hex, 16 bytes each; none: the media is played in the clear
           [--scheme cenc|cbcs]    encryptionScheme asked of the key system (none: not asked)
           [--robustness TEXT] [--key-system NAME]      default org.w3.clearkey
           [--keys-first]          give the keys by key id, before any media, not by the pssh
           [--require-pssh]        fail unless the key ids came from an 'encrypted' event's pssh
  eme-play --url PAGE [--selector CSS] [--root DIR]     drive a page (loopback only; with --root, a path in DIR)
  both:    [--seconds N]  media time that has to go by, default 2
           [--timeout N]  wall-clock seconds to wait for it, default 15
           [--expect-fail [KIND,...]]  exit 0 when it does not play, and for one of these reasons:
                           unsupported, parse, no-key, decode, stalled, content (default: any)
           [--sample-at T,T...]    seek there and report a hash of the picture (a proof of content)
           [--tone HZ]             also require this tone in the sound (a proof of content)
           [--out FILE]            also write the JSON there
           [--same-as FILE]        require the picture hashes of an earlier --out
           [--verbose]             the browser console on stderr`

const hex = (b) => Buffer.from(b).toString('hex')
const clean = (s) => s.replace(/[-\s]/g, '').toLowerCase()
class UsageError extends Error {}
const KINDS = ['unsupported', 'parse', 'no-key', 'decode', 'stalled', 'content']

export function parseArgs(argv) {
  const o = { tracks: [], keys: [], seconds: 2, timeout: 15, selector: 'video', keySystem: 'org.w3.clearkey', sampleAt: [] }
  let cur = null
  const track = (field) => {
    if (!cur || (field === 'init' ? cur.init || cur.media.length : field === 'media' ? cur.media.length : cur.mime)) {
      cur = { init: null, media: [], mime: null }
      o.tracks.push(cur)
    }
    return cur
  }
  for (let i = 0; i < argv.length; i++) {
    const name = argv[i]
    const value = () => {
      if (i + 1 >= argv.length) throw new UsageError(`${name} needs a value`)
      return argv[++i]
    }
    const number = () => {
      const n = Number(value())
      if (!(n > 0)) throw new UsageError(`${name} needs a number above 0`)
      return n
    }
    switch (name) {
      case '--init': track('init').init = value(); break
      case '--media': {
        const t = track('media')
        do t.media.push(value()); while (i + 1 < argv.length && !argv[i + 1].startsWith('--'))
        break
      }
      case '--mime': track('mime').mime = value(); break
      case '--key': {
        const [kid, key] = value().split('=').map(clean)
        const isId = (text) => /^[0-9a-f]{32}$/.test(text ?? '')
        if (!isId(kid) || !isId(key)) throw new UsageError('--key needs KID=KEY, 16 bytes of hex each')
        o.keys.push({ kid, key })
        break
      }
      case '--scheme': o.scheme = value(); break
      case '--robustness': o.robustness = value(); break
      case '--key-system': o.keySystem = value(); break
      case '--keys-first': o.keysFirst = true; break
      case '--require-pssh': o.requirePssh = true; break
      case '--url': o.url = value(); break
      case '--root': o.root = value(); break
      case '--selector': o.selector = value(); break
      case '--seconds': o.seconds = number(); break
      case '--timeout': o.timeout = number(); break
      case '--expect-fail':
        o.expectFail = i + 1 < argv.length && !argv[i + 1].startsWith('--') ? value().split(',') : KINDS
        for (const k of o.expectFail) if (!KINDS.includes(k)) throw new UsageError(`--expect-fail knows ${KINDS.join(', ')}, not ${k}`)
        break
      case '--sample-at': o.sampleAt = value().split(',').map(Number); break
      case '--tone': o.tone = number(); break
      case '--out': o.out = value(); break
      case '--same-as': o.sameAs = value(); break
      case '--verbose': o.verbose = true; break
      case '--help': case '-h': o.help = true; break
      default: throw new UsageError(`unknown argument ${name}`)
    }
  }
  if (o.help) return o
  if (o.sampleAt.some((t) => !(t >= 0))) throw new UsageError('--sample-at needs times in seconds')
  if (o.url ? o.tracks.length : !o.tracks.length) throw new UsageError('give either --url or at least one --media with --mime')
  for (const t of o.tracks) if (!t.media.length || !t.mime) throw new UsageError('each track needs --media and --mime')
  return o
}

/** Splits an 'encrypted' event's init data into its pssh boxes. */
export function readPssh(dataHex) {
  const b = Buffer.from(dataHex, 'hex')
  const boxes = []
  for (let at = 0; at + 32 <= b.length; ) {
    const size = b.readUInt32BE(at)
    if (size < 32 || at + size > b.length || b.toString('latin1', at + 4, at + 8) !== 'pssh') break
    const version = b[at + 8]
    const box = { systemId: hex(b.subarray(at + 12, at + 28)), version, kids: [] }
    let p = at + 28
    if (version > 0) {
      const n = b.readUInt32BE(p)
      p += 4
      for (let i = 0; i < n && p + 16 <= at + size; i++, p += 16) box.kids.push(hex(b.subarray(p, p + 16)))
    }
    box.dataBytes = p + 4 <= at + size ? b.readUInt32BE(p) : 0
    boxes.push(box)
    at += size
  }
  return boxes
}

async function loadPlaywright() {
  const from = [process.env.PLAYWRIGHT_FROM, process.cwd(), path.dirname(fileURLToPath(import.meta.url))].filter(Boolean)
  for (const dir of from) {
    try {
      return createRequire(path.join(path.resolve(dir), 'noop.js'))('playwright-core')
    } catch (e) {
      if (e.code !== 'MODULE_NOT_FOUND') throw e
    }
  }
  throw new UsageError(`playwright-core was not found from ${from.join(', ')}: npm install playwright-core there, or set PLAYWRIGHT_FROM`)
}

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.mpd': 'application/dash+xml',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mp4': 'video/mp4',
  '.m4s': 'video/iso.segment',
  '.css': 'text/css',
}
const START_PAGE = '<!doctype html><title>eme-play</title><video></video>'

async function serve(o) {
  const files = new Map()
  const tracks = o.tracks.map((t, i) => ({
    mime: t.mime,
    parts: [t.init, ...t.media].filter(Boolean).map((f, j) => { const p = `/t/${i}/${j}`; files.set(p, f); return p }),
  }))
  for (const f of files.values()) await stat(f).catch(() => { throw new UsageError(`no file ${f}`) })
  const root = o.root ? path.resolve(o.root) : null
  const server = createServer(async (req, res) => {
    const p = decodeURIComponent(new URL(req.url, 'http://127.0.0.1').pathname)
    if (p === '/favicon.ico') { res.writeHead(204).end(); return }
    if (!root && p === '/') {
      res.writeHead(200, { 'content-type': TYPES['.html'] }).end(START_PAGE)
      return
    }
    const file = root ? path.join(root, p) : files.get(p)
    const info = file && (!root || file.startsWith(root + path.sep)) ? await stat(file).catch(() => null) : null
    if (!info?.isFile()) { res.writeHead(404).end(); return }
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream'
    const head = { 'content-type': type, 'accept-ranges': 'bytes', 'cache-control': 'no-store' }
    const range = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '')
    const start = range ? Number(range[1]) : 0
    const end = range?.[2] ? Math.min(Number(range[2]), info.size - 1) : info.size - 1
    if (range) head['content-range'] = `bytes ${start}-${end}/${info.size}`
    res.writeHead(range ? 206 : 200, { ...head, 'content-length': Math.max(0, end - start + 1) })
    if (end < start) res.end()
    else createReadStream(file, { start, end }).pipe(res)
  })
  await new Promise((ok) => server.listen(0, '127.0.0.1', ok))
  return { server, tracks, origin: `http://127.0.0.1:${server.address().port}` }
}

const isLoopback = (url) => {
  const u = new URL(url)
  return ['data:', 'blob:', 'about:'].includes(u.protocol) || /^(127(\.\d+){3}|localhost|\[::1\])$/.test(u.hostname)
}

/** The screen may lag behind the element: the picture is taken once three in a row, a tenth of a second apart, are equal. */
async function settledPicture(page, selector) {
  let picture, equal = 0
  for (let tries = 0; equal < 3 && tries < 40; tries++) {
    const png = await page.locator(selector).first().screenshot({ type: 'png' })
    const next = await page.evaluate(readPicture, png.toString('base64'))
    equal = next.hash === picture?.hash ? equal + 1 : 1
    picture = next
    await new Promise((r) => setTimeout(r, 100))
  }
  if (equal < 3) throw new Error('the picture does not come to rest')
  return picture
}

export async function emePlay(o) {
  const { chromium } = await loadPlaywright()
  const expected = o.sameAs ? JSON.parse(await readFile(o.sameAs, 'utf8')).pictures : null
  const { server, tracks, origin } = await serve(o)
  const profile = await mkdtemp(path.join(tmpdir(), 'eme-play-'))
  const began = Date.now()
  let context
  try {
    const target = o.url ? new URL(o.url, origin).href : `${origin}/`
    if (!isLoopback(target)) throw new UsageError('--url has to be a loopback address')
    context = await chromium.launchPersistentContext(profile, {
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
        '--autoplay-policy=no-user-gesture-required', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost'],
    })
    const blocked = []
    await context.route((u) => !isLoopback(u.href), (r) => { blocked.push(r.request().url()); return r.abort() })
    await context.addInitScript(watchInPage)
    const page = context.pages()[0] ?? await context.newPage()
    const pageErrors = []
    page.on('pageerror', (e) => pageErrors.push(`page: ${e.message}`))
    page.on('console', (m) => {
      if (o.verbose) process.stderr.write(`[console ${m.type()}] ${m.text()}\n`)
      if (m.type() === 'error' && pageErrors.length < 5) pageErrors.push(`console: ${m.text()}`)
    })
    await page.goto(target)
    const launchMs = Date.now() - began
    const { keys, scheme, robustness, keySystem, keysFirst } = o
    if (!o.url) await page.evaluate(playTracks, { tracks, keys, scheme, robustness, keySystem, keysFirst })
    const selector = o.url ? o.selector : 'video'
    let s, first = null, listening = false, firstFrameMs = null
    const until = Date.now() + o.timeout * 1000
    for (;;) {
      s = await page.evaluate(readState, selector)
      if (!s.missing) {
        if (o.tone && !listening) { listening = true; await page.evaluate(listen, { selector, tone: o.tone }) }
        if (o.url && s.paused && !s.ended && s.readyState > 0) {
          await page.evaluate((q) => void document.querySelector(q).play().catch(() => {}), selector)
        }
        if (s.readyState >= 2) first ??= s.time
        if (firstFrameMs === null && (s.total > 0 || s.audioBytes > 0)) firstFrameMs = Date.now() - began - launchMs
        if (first !== null && (s.time - first >= o.seconds || s.ended)) break
        if (s.mediaError) break
      }
      if (!o.url && s.log.errors.length) break
      if (Date.now() > until) break
      await new Promise((r) => setTimeout(r, 100))
    }
    const seconds = first === null ? 0 : Math.max(0, s.time - first)
    const wantVideo = o.url ? s.width > 0 : o.tracks.some((t) => t.mime.startsWith('video/'))
    const wantAudio = !o.url && o.tracks.some((t) => t.mime.startsWith('audio/') || /mp4a|opus|flac|mp3|ac-3|ec-3/i.test(t.mime))
    const events = s.log.encrypted.map((e) => ({ initDataType: e.type, bytes: e.data.length / 2, pssh: readPssh(e.data) }))
    const why = []
    if (s.missing) why.push(`no element for ${selector}`)
    if (s.mediaError) why.push(s.mediaError)
    for (const e of s.log.errors) if (!why.includes(e)) why.push(e)
    if (!s.missing) {
      const waits = s.log.waitingForKey && !s.mediaError
      if (seconds < o.seconds && !(s.ended && seconds > 0)) {
        why.push(`stalled at ${s.time} s${waits ? ', waiting for a key' : ` (readyState ${s.readyState})`}`)
      }
      if (wantVideo && !(s.total - s.dropped > 0 || s.decoded > 0)) why.push('no picture was decoded')
      if (wantAudio && !s.audioBytes) why.push('no sound was decoded')
    }
    if (o.requirePssh && s.log.keyIdsFrom !== 'pssh') {
      why.push(`the key ids did not come from a pssh (${s.log.keyIdsFrom ?? 'no encrypted event'})`)
    }
    const stopped = why.length > 0
    const tone = o.tone ? await page.evaluate(() => window.__emeTone ?? null) : undefined
    if (o.tone && !(tone?.share > 0.5)) why.push(`no ${o.tone} Hz tone in the sound`)
    let shots
    if (o.sampleAt.length && !why.length) {
      // A canvas stays blank for a video that has MediaKeys, so the picture is read off a screenshot of the element.
      try {
        shots = []
        for (const at of o.sampleAt) {
          const mediaTime = await page.evaluate(seekTo, { selector, at })
          const picture = await settledPicture(page, selector)
          shots.push({ at, mediaTime: Math.round(mediaTime * 1e6) / 1e6, ...picture })
        }
      } catch (e) { why.push(`sample-at: ${e.message.split('\n')[0]}`) }
      const missed = (x) => !shots.some((y) => y.at === x.at && y.hash === x.hash)
      if (shots && expected) for (const x of expected.filter(missed)) why.push(`the picture at ${x.at} s differs from ${o.sameAs}`)
    }
    const kind = () => {
      if (s.log.unsupported || s.log.errors.some((e) => /NotSupportedError Unsupported keySystem/.test(e))) return 'unsupported'
      if (/APPEND_FAILED|COULD_NOT_OPEN|COULD_NOT_PARSE/.test(s.mediaError ?? '')) return 'parse'
      if (s.mediaError) return 'decode'
      if (!stopped) return 'content'
      return s.log.waitingForKey ? 'no-key' : 'stalled'
    }
    const round = (n) => (Number.isFinite(n) ? Math.round(n * 1000) / 1000 : null)
    const { videoCapabilities, audioCapabilities } = s.log.configuration ?? {}
    const granted = videoCapabilities?.[0] ?? audioCapabilities?.[0]
    return {
      played: why.length === 0, seconds: round(seconds), decodedFrames: s.total ?? 0, droppedFrames: s.dropped ?? 0,
      error: [...why, ...(why.length ? pageErrors : [])].join('; ') || null,
      failure: why.length ? kind() : null, encryptedEvents: events, keyIdsFrom: s.log.keyIdsFrom ?? null,
      licenseRequest: s.log.licenseRequest ?? null, keyStatuses: s.log.keyStatuses, waitingForKey: s.log.waitingForKey,
      generateRequests: s.log.requests.map((r) => ({ initDataType: r.type, bytes: r.data.length / 2 })),
      encryptionScheme: granted?.encryptionScheme ?? null,
      videoBytes: s.videoBytes ?? 0, audioBytes: s.audioBytes ?? 0,
      size: s.width ? `${s.width}x${s.height}` : null, duration: round(s.duration),
      starts: round(s.log.starts ?? 0), buffered: s.log.buffered ?? null,
      ...(o.tone ? { tone: tone && { share: round(tone.share), rms: round(tone.rms) } } : {}),
      ...(shots ? { pictures: shots } : {}),
      ...(blocked.length ? { blocked } : {}),
      browser: context.browser()?.version() ?? null, launchMs, firstFrameMs, totalMs: Date.now() - began,
    }
  } finally {
    await context?.close().catch(() => {})
    server.closeAllConnections()
    server.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }).catch(() => {})
  }
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const o = parseArgs(process.argv.slice(2))
    if (o.help) { console.log(USAGE); process.exit(0) }
    const result = await emePlay(o)
    const line = JSON.stringify(result)
    if (o.out) await writeFile(o.out, line + '\n')
    console.log(line)
    process.exit((o.expectFail ? o.expectFail.includes(result.failure) : result.played) ? 0 : 1)
  } catch (e) {
    console.error(e instanceof UsageError ? `${e.message}\n${USAGE}` : e.stack ?? String(e))
    process.exit(2)
  }
}
