/** The program of a thread that believes documents: a reply for each request, in order. */
import { parentPort } from 'node:worker_threads'

import { acceptAll, type AcceptanceRequest } from './acceptance-request'

parentPort?.on('message', (request: AcceptanceRequest) => parentPort?.postMessage(acceptAll(request)))
