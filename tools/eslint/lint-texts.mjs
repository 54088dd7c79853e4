/**
 * Lints texts as if they stood in the repository, by its own configuration less the rules that need types
 * (a text that is in no project has none). For the tests that plant breaches.
 *
 * Standard input: `[{ path, text, off: [rule, …] }, …]`; standard output: the rules that each text breaks.
 */
import { fileURLToPath } from 'node:url'

import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'

const cwd = fileURLToPath(new URL('../..', import.meta.url))

const read = async (stream) => {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return text
}

const withoutTypes = {
  files: ['**/*.ts'],
  ...tseslint.configs.disableTypeChecked,
  languageOptions: { parserOptions: { projectService: false, project: null } },
}

const lint = async ({ path, text, off = [] }) => {
  const rules = Object.fromEntries(off.map((rule) => [rule, 'off']))
  const eslint = new ESLint({ cwd, overrideConfig: [withoutTypes, { rules }] })
  const [result] = await eslint.lintText(text, { filePath: path })
  return result.messages.map(({ ruleId, message }) => ruleId ?? `not parsed: ${message}`)
}

const answers = []
for (const request of JSON.parse(await read(process.stdin))) answers.push(await lint(request))
process.stdout.write(JSON.stringify(answers))
