export { type ProcessContext, type ProcessEnv, record, runProcess } from './run-process'
