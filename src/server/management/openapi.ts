import { packageVersion } from '../version.ts'
import { type Endpoint, json } from './resource.ts'

/** The OpenAPI 3.1 document of these endpoints, from the schemas that check their bodies. */
export function openapi(endpoints: () => readonly Endpoint[]): readonly Endpoint[] {
  return [
    {
      route: 'GET /_mrap/v1/openapi.json',
      summary: 'This document',
      answer: () => json(200, documentOf(endpoints())),
    },
  ]
}

function documentOf(endpoints: readonly Endpoint[]) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const endpoint of endpoints) {
    const [method = '', route = ''] = endpoint.route.split(' ')
    const path = route.replace(/\{(\w+)\+\}/g, '{$1}')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(endpoint, path) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'MRAP Local: management API',
      version: packageVersion(),
      description:
        'What looks at the emulated world and turns it. Times are ISO 8601, durations `250ms`, `15s`, `2m`, `1h` or ISO 8601.',
    },
    paths,
    components: {
      schemas: {
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message'],
              properties: { code: { type: 'string' }, message: { type: 'string' }, path: { type: 'string' } },
            },
          },
        },
      },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  }
}

function operationOf({ summary, body, examples, isOpen }: Endpoint, path: string) {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const failure = {
    description: 'refused',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  }
  return {
    summary,
    ...(isOpen ? {} : { security: [{}, { token: [] }] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            content: {
              'application/json': {
                schema: body,
                examples: Object.fromEntries(
                  (examples ?? []).map((value, index) => [`example${index + 1}`, { value }]),
                ),
              },
            },
          },
        }),
    responses: { '200': { description: 'the state after the call' }, default: failure },
  }
}
