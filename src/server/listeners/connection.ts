import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Door } from '../../protocol/request/raw-request.ts'

/** How the requests of one connection came in. */
export interface Origin {
  readonly door: Door
  /** True inside CONNECT. */
  readonly viaProxy: boolean
}

/** What the front doors remember about an open connection. */
export interface Connection {
  readonly origin: Origin
  /** The latest request on it, while its answer is not complete. */
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse } | undefined
  /** Requests whose answers are not complete; more than one only when a client pipelines. */
  underWay: number
  /** Set once the connection has been told that it cannot go on. */
  isRefused: boolean
  /** Set once a request has come in. */
  hasAsked: boolean
}

export const directOrigin: Origin = { door: 'http', viaProxy: false }

const connections = new WeakMap<Socket, Connection>()

/** Notes how a connection came in, before HTTP reads from it. */
export function openConnection(socket: Socket, origin: Origin): Connection {
  const connection: Connection = { origin, exchange: undefined, underWay: 0, isRefused: false, hasAsked: false }
  connections.set(socket, connection)
  return connection
}

/** The connection of a socket that HTTP reads from. */
export function connectionOf(socket: Socket): Connection {
  return connections.get(socket) ?? openConnection(socket, directOrigin)
}

/** Counts a request as under way until its answer is complete or its connection is gone. */
export function trackExchange(connection: Connection, request: IncomingMessage, response: ServerResponse): void {
  const exchange = { request, response }
  connection.exchange = exchange
  connection.underWay += 1
  connection.hasAsked = true
  response.once('close', () => {
    connection.underWay -= 1
    if (connection.exchange === exchange) connection.exchange = undefined
  })
}
