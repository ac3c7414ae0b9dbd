import { describe, expect, it } from 'vitest'
import {
  blankRow, called, cellsOf, coreOf, isBlank, mayBe, rowsOf, sameWords, titleOf
} from './grid'

const type = (word: string) => ({ 求助: 'help_request', complaint: 'complaint' })[word] ?? ''

describe('pasted cells', () => {
  it('are divided by tabs and lines, also as Windows ends them', () => {
    expect(cellsOf('甲\t乙\r\n丙\t丁\r\n')).toEqual([['甲', '乙'], ['丙', '丁']])
    expect(cellsOf('甲\t\t丙\n\n\t\n')).toEqual([['甲', '', '丙']])
    expect(cellsOf('')).toEqual([])
  })
  it('keep lines, tabs and quotes that stand inside a cell', () => {
    expect(cellsOf('甲\t"第一行\n第二行"\t"他说""不行"""\n乙\t丙')).toEqual(
      [['甲', '第一行\n第二行', '他说"不行"'], ['乙', '丙']])
  })
  it('lose nothing of a quote that is only a sign', () => {
    expect(cellsOf('"甲"厂\t乙\n丙\t丁')).toEqual([['"甲"厂', '乙'], ['丙', '丁']])
    expect(cellsOf('5"管\t坏了')).toEqual([['5"管', '坏了']])
  })
})

describe('rows of cells', () => {
  it('go on from the cell into which was pasted', () => {
    const rows = rowsOf([['一厂', '路不通', '求助', '王', '139']], 'enterprise', 'complaint', type)
    expect(rows).toMatchObject([{ enterprise: '一厂', text: '路不通', type: 'help_request',
      contact: '王', phone: '139', state: 'new' }])
    expect(rowsOf([['路不通'], ['水不通']], 'text', 'complaint', type).map(row => row.text))
      .toEqual(['路不通', '水不通'])
  })
  it('follow headings, in whatever order, and leave out what has no place', () => {
    const rows = rowsOf([['序号', '联系电话', '企业名称', '诉求内容', '备注'],
      ['1', '13900000001', '一厂', '路不通', '急']], 'enterprise', 'complaint', type)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject(
      { phone: '13900000001', enterprise: '一厂', text: '路不通', contact: '', type: 'complaint' })
  })
  it('keep a first row that only looks like a heading', () => {
    expect(rowsOf([['公司', '路不通']], 'enterprise', 'x', type)).toHaveLength(1)
  })
  it('take the usual type where a word is not one', () => {
    expect(rowsOf([['一厂', '路', '随便']], 'enterprise', 'complaint', type)[0]!.type)
      .toBe('complaint')
  })
})

describe('a firm', () => {
  it('is looked for without its place and legal form', () => {
    expect(coreOf('芜湖宏达机械有限公司')).toBe('宏达机械')
    expect(coreOf('安徽省芜湖市江北 机械股份有限公司')).toBe('江北机械')
    expect(coreOf('宏达(芜湖)机械有限责任公司')).toBe('宏达机械')
    expect(coreOf('芜湖公司')).toBe('芜湖公司')
    expect(coreOf('')).toBe('')
  })
  it('is found under each of its names', () => {
    const firms = [{ id: '1', name: '宏达机械', aliases: ['老宏达'] }, { id: '2', name: '老 宏达' }]
    expect(called(firms, '宏达 机械')).toEqual({ firm: firms[0], alias: false })
    expect(called(firms.slice(0, 1), '老宏达')).toEqual({ firm: firms[0], alias: true })
    // A name of its own comes before another's second name.
    expect(called(firms, '老宏达')?.firm.id).toBe('2')
    expect(called(firms, '宏达')).toBeNull()
    expect(called(firms, ' ')).toBeNull()
  })
})

describe('a row', () => {
  it('is blank whatever type the page filled in', () => {
    expect(isBlank(blankRow('complaint'))).toBe(true)
    expect(isBlank({ ...blankRow('x'), phone: '1' })).toBe(false)
  })
  it('without an answer is found again by firm and words, once', () => {
    const row = { ...blankRow('x'), enterprise: '一厂', text: '路不通。请修' }
    const order = { id: 'a', number: 'N1', title: '路不通', enterprise: '一厂', state: 's', visited: false }
    expect(mayBe(row, [order], new Set())).toEqual([order])
    expect(mayBe(row, [order], new Set(['a']))).toEqual([])
    expect(mayBe({ ...row, enterprise: '二厂' }, [order], new Set())).toEqual([])
    // Only the title is the same: two requests.
    expect(sameWords('路不通。东门', '路不通。西门')).toBe(false)
    expect(sameWords('打 139****5678', ' 打 13900005678\n')).toBe(true)
    expect(titleOf('  路灯坏了！第二句')).toBe('路灯坏了')
  })
})
