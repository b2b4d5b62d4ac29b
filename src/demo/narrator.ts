import { type Answer, elementText, type Request, type Send } from './client.ts'

/** What a step promises about an answer. */
export interface Expected {
  readonly status: number
  /** Error code of the XML body. */
  readonly code?: string
  readonly servedBy?: string
  readonly body?: string
}

/** Tells a story on the terminal: titles, requests, answers, and every difference from what was promised. */
export interface Narrator {
  chapter(title: string): void
  /** Sends a request, tells it and its answer, and compares the answer with what is promised. */
  ask(request: Request, expected: Expected, remark?: string): Promise<Answer>
  say(text: string): void
  /** Tells a difference; the story goes on, the exit code will not be 0. */
  differs(text: string): void
  readonly differences: () => number
}

const bold = (text: string, colour: boolean) => (colour ? `\u001b[1m${text}\u001b[0m` : text)
const dim = (text: string, colour: boolean) => (colour ? `\u001b[2m${text}\u001b[0m` : text)
const red = (text: string, colour: boolean) => (colour ? `\u001b[31m${text}\u001b[0m` : text)

function differencesFrom(expected: Expected, answer: Answer): string[] {
  const found: string[] = []
  const compare = (what: string, wanted: string | number | undefined, got: string | number | undefined) => {
    if (wanted !== undefined && wanted !== got) found.push(`expected ${what} ${wanted}, got ${got ?? 'none'}`)
  }
  compare('status', expected.status, answer.status)
  compare('code', expected.code, elementText(answer.body, 'Code'))
  compare('Region', expected.servedBy, answer.headers['x-mrap-served-by']?.toString())
  compare('body', expected.body, answer.body)
  return found
}

function describeAnswer(answer: Answer): string {
  const code = elementText(answer.body, 'Code')
  const servedBy = answer.headers['x-mrap-served-by']
  const reason = answer.headers['x-mrap-route-reason']
  const where = servedBy === undefined ? '' : `  served by ${servedBy}${reason === undefined ? '' : ` (${reason})`}`
  return `${answer.status}${code === undefined ? '' : ` ${code}`}${where}`
}

/** A narrator that writes with `write`, coloured if asked, and asks with `send`. */
export function createNarrator(send: Send, write: (line: string) => void, colour: boolean): Narrator {
  let chapters = 0
  let differences = 0
  const differs = (text: string) => {
    differences++
    write(`     ${red(`! ${text}`, colour)}`)
  }
  return {
    chapter(title) {
      chapters++
      write('')
      write(bold(`${chapters}. ${title}`, colour))
    },
    async ask(request, expected, remark) {
      const signature = request.region === '*' ? 'SigV4A *' : `SigV4 ${request.region}`
      const query = Object.keys(request.query ?? {}).length > 0 ? `?${new URLSearchParams(request.query)}` : ''
      write(
        `   > ${request.method} ${request.host}${decodeURIComponent(request.path)}${query}  ${dim(signature, colour)}`,
      )
      const answer = await send(request)
      write(`   < ${describeAnswer(answer)}${remark === undefined ? '' : `  ${dim(remark, colour)}`}`)
      const hint = answer.headers['x-mrap-hint']
      if (hint !== undefined) write(`     ${dim(`hint: ${hint}`, colour)}`)
      for (const difference of differencesFrom(expected, answer)) differs(difference)
      return answer
    },
    say(text) {
      write(`     ${text}`)
    },
    differs,
    differences: () => differences,
  }
}
