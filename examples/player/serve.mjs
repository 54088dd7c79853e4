/**
 * Serves the player page on this machine alone: browsers give no keys to a page that is opened as a file.
 * The media does not pass through here; the page reads it from the disk.
 *
 * usage: node examples/player/serve.mjs [PORT]      (0: any free one)
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'

const page = await readFile(new URL('index.html', import.meta.url))
const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }

const server = createServer((request, response) => {
  if (request.url === '/') response.writeHead(200, headers).end(page)
  else response.writeHead(404).end()
})

server.listen(Number(process.argv[2] ?? '8080'), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`)
})
