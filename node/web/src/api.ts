// Asking the node. What it refuses comes back as the same error as on the command line: a code,
// what happened, what that means for the data, what to do next.
import { locale } from './words/i18n'

export interface ErrorWords {
  code: string
  message: string
  data?: string
  next?: string
  details?: Record<string, string>
}
export interface ErrorDocument {
  error: ErrorWords
  en?: ErrorWords
  conflict?: unknown
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly document: ErrorDocument
  ) {
    super(document.error.code)
  }
  get code(): string {
    return this.document.error.code
  }
  get words(): ErrorWords {
    return locale.value === 'en' && this.document.en ? this.document.en : this.document.error
  }
}

/** Nobody answered: the program on this PC is not running. What was saved is on its disk. */
export function noAnswer(): ApiError {
  return new ApiError(0, {
    error: {
      code: 'JY-0612',
      message: '本机的服务没有应答。',
      data: '数据安全：已保存的都在本机。没写完的内容还在页面上，请先不要关闭。',
      next: '请确认 jiuying serve 正在运行，页面会自己重新连上。'
    },
    en: {
      code: 'JY-0612',
      message: 'The program on this PC does not answer.',
      data: 'Safe: what was saved is on this PC. What you are typing is still on this page.',
      next: 'See that jiuying serve is running; the page connects again by itself.'
    }
  })
}

let token = ''
let onSignedOut: () => void = () => {}
export function setToken(value: string): void {
  token = value
}
export function whenSignedOut(action: () => void): void {
  onSignedOut = action
}

async function ask<T>(
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
  byItself: boolean
): Promise<T> {
  const headers: Record<string, string> = {}
  if (method === 'POST') {
    headers['Content-Type'] = 'application/json'
    headers['X-JY-Token'] = token
  }
  if (byItself) headers['X-JY-Auto'] = '1'
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined
    })
  } catch {
    throw noAnswer()
  }
  let document: unknown
  try {
    document = await response.json()
  } catch {
    throw noAnswer()
  }
  if (response.ok) return document as T
  const error = new ApiError(response.status, document as ErrorDocument)
  if (error.code === 'JY-1101') onSignedOut()
  throw error
}

export function get<T>(path: string, byItself = false): Promise<T> {
  return ask<T>('GET', path, undefined, byItself)
}
export function post<T>(path: string, body: unknown = {}, byItself = false): Promise<T> {
  return ask<T>('POST', path, body, byItself)
}

/** A query of those members that say something. */
export function query(members: Record<string, string | number | undefined>): string {
  const words = new URLSearchParams()
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined && value !== '') words.set(name, String(value))
  }
  const text = words.toString()
  return text ? `?${text}` : ''
}
