// Requests taken down at a meeting: what a row is, how pasted cells become rows, and what a row that
// got no answer has become. Pure.
export interface Row {
  key: number
  enterprise: string
  text: string
  type: string
  contact: string
  phone: string
  uscc: string
  /** new: being typed. saving: sent. unsure: sent, and nobody answered. bad: refused. */
  state: 'new' | 'saving' | 'unsure' | 'bad'
  why: string
}
export type Column = 'enterprise' | 'text' | 'type' | 'contact' | 'phone' | 'uscc'
export const columns: readonly Column[] = ['enterprise', 'text', 'type', 'contact', 'phone', 'uscc']
/** More than this is a file for `meeting note`, not a paste. */
export const pasteMax = 200

let keys = 0
export function blankRow(type: string): Row {
  keys += 1
  return {
    key: keys, enterprise: '', text: '', type, contact: '', phone: '', uscc: '', state: 'new', why: ''
  }
}
/** Whether nobody has typed anything into it; the type is filled in by the page. */
export function isBlank(row: Row): boolean {
  return columns.every(name => name === 'type' || !row[name].trim())
}

/** What a list shows: the first sentence, or as much of it as fits. */
export function titleOf(text: string): string {
  const sentence = text.trim().split(/[。！？；\n.!?;]/)[0] ?? ''
  return [...(sentence || text.trim())].slice(0, 40).join('')
}

/** Cells as spreadsheets put them on the clipboard: tabs between cells, lines between rows, and a
 * cell with either inside stands in quotes, which are doubled in it. */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endRow = (): void => {
    row.push(cell.trim())
    cell = ''
    if (row.some(Boolean)) rows.push(row)
    row = []
  }
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (sign === '"' && cell === '' && closes(text, at)) {
      quoted = true
    } else if (sign === '\t') {
      row.push(cell.trim())
      cell = ''
    } else if (sign === '\n') {
      endRow()
    } else if (sign !== '\r') {
      cell += sign
    }
  }
  endRow()
  return rows
}
/** Whether the quote that opens at `at` ends a cell later: a name may begin with one, too. */
function closes(text: string, at: number): boolean {
  for (let next = at + 1; next < text.length; next += 1) {
    if (text[next] !== '"') continue
    if (text[next + 1] === '"') {
      next += 1
      continue
    }
    const after = text[next + 1]
    return after === undefined || after === '\t' || after === '\n' || after === '\r'
  }
  return false
}

const headings: Record<string, Column | 'none'> = {
  企业: 'enterprise', 企业名称: 'enterprise', 单位: 'enterprise', 公司: 'enterprise',
  enterprise: 'enterprise', company: 'enterprise', firm: 'enterprise',
  诉求: 'text', 诉求内容: 'text', 内容: 'text', 问题: 'text', 反映问题: 'text', text: 'text',
  request: 'text', 类型: 'type', 诉求类型: 'type', type: 'type', 联系人: 'contact', 姓名: 'contact',
  contact: 'contact', name: 'contact', 电话: 'phone', 手机: 'phone', 联系电话: 'phone',
  手机号: 'phone', phone: 'phone', tel: 'phone', 信用代码: 'uscc', 统一社会信用代码: 'uscc',
  uscc: 'uscc', 序号: 'none', 编号: 'none', no: 'none', '#': 'none'
}
const headingOf = (cell: string): Column | 'none' | undefined =>
  headings[cell.replace(/[\s:：*（()）]/g, '').toLowerCase()]

/** Rows of pasted cells, from column `start` on; a first row of headings says which is which.
 * `typeOf` reads a type as people write it. */
export function rowsOf(
  cells: string[][], start: Column, type: string, typeOf: (word: string) => string
): Row[] {
  const named = (cells[0] ?? []).map(headingOf)
  const known = named.filter(name => name && name !== 'none')
  const headed = known.length >= 2 || (known.length === 1 && (cells[0] ?? []).length === 1)
  const order: (Column | 'none' | undefined)[] = headed
    ? named
    : columns.slice(columns.indexOf(start))
  return (headed ? cells.slice(1) : cells).map(line => {
    const row = blankRow(type)
    line.forEach((cell, at) => {
      const column = order[at]
      if (!column || column === 'none' || !cell) return
      row[column] = column === 'type' ? typeOf(cell) || type : cell
    })
    return row
  })
}

/** By what a firm is found under whatever form of its name: without place and legal form. */
export function coreOf(name: string): string {
  const plain = name.replace(/\s/g, '').replace(/[（(].*?[)）]/g, '')
  const core = plain
    .replace(/^(安徽省?)?(芜湖市?)?(鸠江区?)?/, '')
    .replace(/(集团)?(有限责任公司|股份有限公司|有限公司|股份公司|公司)$/, '')
  return [...core].length >= 2 ? core : plain
}

export interface Firm {
  id: string
  name: string
  aliases?: string[] | null
  uscc?: string | null
  class?: string | null
}
/** The firm that is called exactly that, and whether by its other name. */
export function called(firms: Firm[], name: string): { firm: Firm; alias: boolean } | null {
  const plain = (text: string) => text.replace(/\s/g, '')
  const wanted = plain(name)
  if (!wanted) return null
  const byName = firms.find(firm => plain(firm.name) === wanted)
  if (byName) return { firm: byName, alias: false }
  const byAlias = firms.find(firm => (firm.aliases ?? []).some(one => plain(one) === wanted))
  return byAlias ? { firm: byAlias, alias: true } : null
}

export interface SavedOrder {
  id: string
  number: string
  title: string | null
  enterprise: string | null
  state: string
  visited: boolean
}
/** Orders that a row may have become, of which nobody answered whether it was saved: the same firm
 * and title, and none that the page has known before. */
export function mayBe(row: Row, orders: SavedOrder[], known: Set<string>): SavedOrder[] {
  return orders.filter(order => !known.has(order.id) && order.title === titleOf(row.text)
    && (order.enterprise ?? '') === row.enterprise.trim())
}
/** Whether it is the same text, though the node masks long numbers in what it shows. */
export function sameWords(shown: string, typed: string): boolean {
  const plain = (text: string) => text.trim().replace(/[\d*]/g, '')
  return plain(shown) === plain(typed)
}
