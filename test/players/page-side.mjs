// The page side of eme-play: each function is sent to the browser as text, so it may use nothing from this file.

export function watchInPage() {
  const log = (window.__emePlay = { encrypted: [], waitingForKey: 0, errors: [], requests: [], keyStatuses: {} })
  const toHex = (b) => Array.from(new Uint8Array(b), (x) => x.toString(16).padStart(2, '0')).join('')
  const seen = new WeakSet()
  const note = (e) => {
    if (seen.has(e)) return
    seen.add(e)
    if (e.type === 'encrypted') log.encrypted.push({ type: e.initDataType, data: e.initData ? toHex(e.initData) : '' })
    else if (e.type === 'waitingforkey') log.waitingForKey++
    else if (e.target instanceof HTMLMediaElement && e.target.error) {
      log.errors.push(`MediaError ${e.target.error.code}: ${e.target.error.message}`)
    }
  }
  const attach = (el) => { for (const t of ['encrypted', 'waitingforkey', 'error']) el.addEventListener(t, note) }
  // Media elements need not be in the document, so they are caught at the two calls every player makes.
  for (const [owner, name] of [[HTMLMediaElement.prototype, 'setMediaKeys'], [HTMLMediaElement.prototype, 'play']]) {
    const plain = owner[name]
    owner[name] = function (...a) { attach(this); return plain.apply(this, a) }
  }
  for (const t of ['encrypted', 'waitingforkey', 'error']) window.addEventListener(t, note, true)
  if (window.MediaKeySession) {
    const plain = MediaKeySession.prototype.generateRequest
    MediaKeySession.prototype.generateRequest = function (type, data) {
      log.requests.push({ type, data: toHex(data.buffer ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data) })
      this.addEventListener('keystatuseschange', () => this.keyStatuses.forEach((status, id) => { log.keyStatuses[toHex(id)] = status }))
      return plain.call(this, type, data)
    }
  }
}

export async function playTracks(cfg) {
  const log = window.__emePlay
  const video = document.querySelector('video')
  const fromHex = (h) => h.match(/../g).map((x) => String.fromCharCode(parseInt(x, 16))).join('')
  const b64u = (h) => btoa(fromHex(h)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
  const fail = (where, e) => { log.errors.push(`${where}: ${e.name ?? ''} ${e.message ?? e}`.trim()) }
  const jwks = JSON.stringify({ keys: cfg.keys.map(({ kid, key }) => ({ kty: 'oct', kid: b64u(kid), k: b64u(key) })), type: 'temporary' })
  const kids = new TextEncoder().encode(JSON.stringify({ kids: cfg.keys.map(({ kid }) => b64u(kid)) }))
  try {
    for (const t of cfg.tracks) {
      if (MediaSource.isTypeSupported(t.mime)) continue
      log.unsupported = t.mime
      throw new Error(`MediaSource does not support ${t.mime}`)
    }
    let openSession = async () => {}
    if (cfg.keys.length) {
      // A capability names one kind of media, so a muxed type (picture and sound codecs together) is split in two.
      const isSound = (c) => /^(mp4a|opus|flac|mp3|ac-3|ec-3|vorbis)/i.test(c)
      const caps = (kind, keep) => cfg.tracks.flatMap((t) => {
        const [, container, list] = /^\w+\/([\w-]+)(?:.*codecs="?([^"]*))?/.exec(t.mime) ?? []
        const codecs = (list ?? '').split(',').map((c) => c.trim()).filter((c) => c && keep(c))
        if (!codecs.length) return []
        return [{
          contentType: `${kind}/${container}; codecs="${codecs.join(',')}"`,
          ...(cfg.scheme ? { encryptionScheme: cfg.scheme } : {}),
          ...(cfg.robustness ? { robustness: cfg.robustness } : {}),
        }]
      })
      const want = { initDataTypes: ['cenc', 'keyids'] }
      const pictureCaps = caps('video', (c) => !isSound(c)), soundCaps = caps('audio', isSound)
      if (pictureCaps.length) want.videoCapabilities = pictureCaps
      if (soundCaps.length) want.audioCapabilities = soundCaps
      const access = await navigator.requestMediaKeySystemAccess(cfg.keySystem, [want])
      log.configuration = access.getConfiguration()
      const keys = await access.createMediaKeys()
      await video.setMediaKeys(keys)
      const done = new Set()
      openSession = async (type, data) => {
        const id = type + Array.from(new Uint8Array(data)).join()
        if (done.has(id)) return
        done.add(id)
        const session = keys.createSession()
        session.addEventListener('message', (e) => {
          log.licenseRequest = new TextDecoder().decode(e.message)
          session.update(new TextEncoder().encode(jwks)).catch((x) => fail('update', x))
        })
        await session.generateRequest(type, data)
        return true
      }
      if (cfg.keysFirst) { await openSession('keyids', kids); log.keyIdsFrom = 'keys-first' }
      else video.addEventListener('encrypted', (e) => {
        const byId = (why) => {
          log.keyIdsFrom = `keyids (${why})`
          return openSession('keyids', kids).catch((x) => fail('generateRequest keyids', x))
        }
        if (!e.initData || !e.initData.byteLength) return byId('no init data')
        openSession(e.initDataType, e.initData).then(
          (opened) => {
            if (opened) log.keyIdsFrom ??= 'pssh'
          },
          (x) => byId(`${x.name}: ${x.message}`)
        )
      })
    }
    const ms = new MediaSource()
    video.src = URL.createObjectURL(ms)
    await new Promise((r) => ms.addEventListener('sourceopen', r, { once: true }))
    const buffers = cfg.tracks.map((t) => ms.addSourceBuffer(t.mime))
    video.play().catch(() => {})
    await Promise.all(cfg.tracks.map(async (t, i) => {
      const sb = buffers[i]
      for (const part of t.parts) {
        const bytes = await (await fetch(part)).arrayBuffer()
        await new Promise((ok, no) => {
          sb.addEventListener('updateend', ok, { once: true })
          sb.addEventListener('error', () => no(new Error(`SourceBuffer refused ${part}`)), { once: true })
          sb.appendBuffer(bytes)
        })
      }
    }))
    log.buffered = buffers.map((sb) => Array.from(sb.buffered, (_, i) => [sb.buffered.start(i), sb.buffered.end(i)]))
    if (ms.readyState === 'open') ms.endOfStream()
    // Media that starts after 0 (an edit list or a decode time that was not undone) would never start by itself.
    const start = video.buffered.length ? video.buffered.start(0) : 0
    log.starts = start
    if (start > 0 && video.currentTime < start) video.currentTime = start
  } catch (e) { fail('set-up', e) }
}

export function readState(selector) {
  const v = document.querySelector(selector)
  const log = window.__emePlay
  if (!v) return { log, missing: true }
  const q = v.getVideoPlaybackQuality?.() ?? {}
  return {
    log, time: v.currentTime, ended: v.ended, paused: v.paused, readyState: v.readyState,
    width: v.videoWidth, height: v.videoHeight, duration: v.duration,
    total: q.totalVideoFrames ?? 0, dropped: q.droppedVideoFrames ?? 0, decoded: v.webkitDecodedFrameCount ?? 0,
    videoBytes: v.webkitVideoDecodedByteCount ?? 0, audioBytes: v.webkitAudioDecodedByteCount ?? 0,
    mediaError: v.error ? `MediaError ${v.error.code}: ${v.error.message}` : null,
  }
}

export async function listen({ selector, tone }) {
  // Web Audio sees the decrypted sound: the share of the power that lies at the tone, over its loudest window.
  const v = document.querySelector(selector)
  const ctx = new AudioContext()
  await ctx.resume()
  const node = ctx.createAnalyser()
  node.fftSize = 8192
  ctx.createMediaElementSource(v).connect(node)
  const buf = new Float32Array(node.fftSize)
  const best = { rms: 0, share: 0 }
  window.__emeTone = best
  setInterval(() => {
    node.getFloatTimeDomainData(buf)
    let power = 0, re = 0, im = 0, norm = 0
    const w = (2 * Math.PI * tone) / ctx.sampleRate
    for (let i = 0; i < buf.length; i++) {
      const win = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / buf.length)
      const x = buf[i] * win
      power += x * x; re += x * Math.cos(w * i); im += x * Math.sin(w * i); norm += win * win
    }
    const rms = Math.sqrt(power / norm)
    // For a pure tone of amplitude A under this window: |X| = A*N/4 and power = A*A/2*norm, so the share is 1.
    const share = power ? (8 * norm * (re * re + im * im)) / (buf.length * buf.length * power) : 0
    if (rms > 1e-4 && share > best.share) { best.share = share; best.rms = rms }
  }, 100)
}

export async function seekTo({ selector, at }) {
  const v = document.querySelector(selector)
  v.pause()
  // On a busy machine pictures of before the seek still come, and those on the way from the key frame to the moment:
  // the last one counts, once no other has come for a while.
  const QUIET = 300
  let last = null
  let since = performance.now()
  const look = () => v.requestVideoFrameCallback((_, m) => {
    last = m.mediaTime
    since = performance.now()
    look()
  })
  const sought = new Promise((ok) => v.addEventListener('seeked', ok, { once: true }))
  const until = performance.now() + 8000
  v.currentTime = at
  look()
  await Promise.race([sought, new Promise((ok) => setTimeout(ok, 8000))])
  const there = () => last !== null && Math.abs(last - at) < 0.25 && performance.now() - since > QUIET
  while (!there()) {
    if (performance.now() > until) throw new Error(`no picture at ${at} s`)
    await new Promise((ok) => setTimeout(ok, 20))
  }
  await new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(ok)))
  return last
}

export async function readPicture(base64) {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob())
  const canvas = new OffscreenCanvas(image.width, image.height)
  const g = canvas.getContext('2d', { willReadFrequently: true })
  g.drawImage(image, 0, 0)
  const px = g.getImageData(0, 0, image.width, image.height).data
  const colours = new Set(new Uint32Array(px.buffer)).size
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', px))
  return { hash: Array.from(sum, (x) => x.toString(16).padStart(2, '0')).join(''), colours }
}
