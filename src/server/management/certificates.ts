import type { Response } from '../../protocol/response.ts'
import type { Endpoint } from './resource.ts'

export const certificates: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/ca.pem',
    summary: 'The certificate authority of this emulator, PEM',
    isOpen: true,
    answer: async (_call, services) => pem(await services.certificates.caPem()),
  },
  {
    route: 'GET /_mrap/ca-bundle.pem',
    summary: 'The same together with well-known roots, PEM',
    isOpen: true,
    answer: async (_call, services) => pem(await services.certificates.bundlePem()),
  },
]

function pem(text: string): Response {
  return { status: 200, headers: [['Content-Type', 'application/x-pem-file']], body: text }
}
