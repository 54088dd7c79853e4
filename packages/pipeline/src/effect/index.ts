export { toTaskEither } from './to-task-either'
