import { builtinName, globalName, isIn, memberName, onModule, pathInRepository, variableOf } from './names.mjs'

const FUNCTION = 'timingSafeEqual'
const COMPARING = new Set(['===', '!==', '==', '!='])
const METHODS = new Set(['compare', 'equals', 'indexOf', 'includes'])
/** Words that say that a value is secret, alone or as a pair. */
const SECRET = new Set(['blind', 'hmac', 'mac', 'passphrase', 'password', 'secret', 'secrets', 'seed'])
const SECRET_KEYS = new Set(['content', 'master', 'private', 'session', 'shred', 'vault', 'wrapping'])
/** Words that at the end of a name say that the value only speaks about a secret. */
const ABOUT = new Set(['at', 'count', 'file', 'generation', 'id', 'ids', 'kind', 'length', 'name', 'place', 'stream', 'type'])

const wordsOf = (name) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[\s_]+/)
    .map((word) => word.toLowerCase())

const isSecretName = (name) => {
  const words = wordsOf(name)
  if (ABOUT.has(words.at(-1))) return false
  return words.some((word, at) => SECRET.has(word) || (SECRET_KEYS.has(word) && words[at + 1] === 'key'))
}

/** The name that an expression goes by: of a variable, a property, or what is called to get it. */
const nameOf = (node) => {
  switch (node.type) {
    case 'Identifier':
      return node.name
    case 'MemberExpression':
      return memberName(node)
    case 'CallExpression':
      return nameOf(node.callee)
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      return nameOf(node.expression)
    default:
      return undefined
  }
}

const isSecret = (node) => {
  const name = nameOf(node)
  return name !== undefined && isSecretName(name)
}

/** Whether there is something is no secret. */
const isAbsence = (node) =>
  (node.type === 'Identifier' && node.name === 'undefined') || (node.type === 'Literal' && node.value === null)

/** The module's own object: `import * as crypto from 'node:crypto'`. */
const isCrypto = (sourceCode, node) => {
  if (node.type !== 'Identifier') return false
  if (globalName(sourceCode, node) === 'crypto') return true
  const definition = variableOf(sourceCode, node)?.defs[0]
  return definition?.type === 'ImportBinding' && builtinName(definition.parent.source.value) === 'crypto'
}

/**
 * R14: secrets are compared in constant time, by the functions of one folder. An ordinary comparison ends at the first
 * byte that differs, and how long it took says which that was. A name tells what is secret, so names matter here.
 */
export const constantTimeCompare = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: { places: { type: 'array', items: { type: 'string' } } },
        required: ['places'],
        additionalProperties: false,
      },
    ],
    messages: {
      direct: 'timingSafeEqual is called in {{places}} only: use secretEquals or equalBytes (R14).',
      compared: '{{name}} bears a secret: compare it with secretEquals or equalBytes, in constant time (R14).',
    },
  },
  create: (context) => {
    const { sourceCode } = context
    const { places } = context.options[0]
    if (isIn(pathInRepository(context), places)) return {}
    const direct = (node) => context.report({ node, messageId: 'direct', data: { places: places.join(', ') } })
    const compared = (node, secret) => context.report({ node, messageId: 'compared', data: { name: nameOf(secret) } })
    const modules = onModule((node, source, names) => {
      if (builtinName(source) === 'crypto' && (names ?? []).includes(FUNCTION)) direct(node)
    })
    const onCall = (node) => {
      modules.CallExpression(node)
      const { callee } = node
      if (callee.type !== 'MemberExpression' || !METHODS.has(memberName(callee))) return
      const secret = [callee.object, ...node.arguments].find(isSecret)
      if (secret !== undefined) compared(node, secret)
    }
    return {
      ...modules,
      CallExpression: onCall,
      MemberExpression: (node) => {
        if (memberName(node) === FUNCTION && isCrypto(sourceCode, node.object)) direct(node)
      },
      BinaryExpression: (node) => {
        if (!COMPARING.has(node.operator) || isAbsence(node.left) || isAbsence(node.right)) return
        const secret = [node.left, node.right].find(isSecret)
        if (secret !== undefined) compared(node, secret)
      },
    }
  },
}
