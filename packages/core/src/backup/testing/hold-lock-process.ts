import * as E from 'fp-ts/Either'

import { takeBackupRestoreLock } from '../backup-restore-lock'

const [directory = ''] = process.argv.slice(3)

void takeBackupRestoreLock({ directory })().then((taken) => {
  process.stdout.write(`${taken._tag}\n`)
  // Held until somebody kills this process.
  if (E.isRight(taken)) setInterval(taken.right, 2 ** 30)
})
