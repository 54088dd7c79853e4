import { fileReference } from './file-reference'

it.each([
  ['a.mp4', 'a.mp4'],
  ['folder/a b.mp4', 'folder/a%20b.mp4'],
  ['http://example.org/x', 'http%3A//example.org/x'],
  ['100%?#"\n.mp4', '100%25%3F%23%22%0A.mp4'],
  ['ü.mp4', '%C3%BC.mp4'],
  ['\ud800.mp4', '%EF%BF%BD.mp4'],
])('%j is referred to as %s', (file, reference) => {
  expect(fileReference(file)).toBe(reference)
})
