import { describe, expect, it } from 'vitest'
import { asUtf8, columnsOf } from './upload'
import { bytes } from './work'

describe('a file from an old program', () => {
  it('is rewritten as UTF-8', () => {
    const old = Uint8Array.from([0xb1, 0xea, 0xcc, 0xe2, 0x2c, 0x61, 0x0a])
    const { bytes: now, rewritten } = asUtf8(old)
    expect(rewritten).toBe(true)
    expect(new TextDecoder().decode(now)).toBe('标题,a\n')
  })
  it('stays as it is where it is UTF-8, or packed', () => {
    for (const same of [new TextEncoder().encode('标题,a\n'),
      Uint8Array.from([0x50, 0x4b, 3, 4, 0xff]), Uint8Array.from([0x1f, 0x8b, 8, 0xff])]) {
      const { bytes: now, rewritten } = asUtf8(same)
      expect(rewritten).toBe(false)
      expect(now).toBe(same)
    }
  })
})

describe('columns of a file', () => {
  const of = (text: string) => columnsOf(new TextEncoder().encode(text))
  it('are those of its first line', () => {
    expect(of('\uFEFF标题,内容, 来电时间 \r\n1,2,3')).toEqual(['标题', '内容', '来电时间'])
    expect(of('a\tb c\td\n')).toEqual(['a', 'b c', 'd'])
    expect(of('"a ""b""",c')).toEqual(['a "b"', 'c'])
  })
  it('are none where the page cannot read it, or could not name them', () => {
    expect(of('[{"a":1}]')).toEqual([])
    expect(columnsOf(Uint8Array.from([0x50, 0x4b, 3, 4]))).toEqual([])
    expect(of('"a,b",c=d,e')).toEqual(['e'])
  })
})

describe('sizes', () => {
  it('are said in units that people know', () => {
    expect(bytes(0)).toBe('0 B')
    expect(bytes(1023)).toBe('1023 B')
    expect(bytes(1536)).toBe('1.5 KB')
    expect(bytes(250 * 1024 * 1024)).toBe('250 MB')
  })
})
