// j and k walk through the rows of a page: whatever is marked with data-row and takes the focus.
export function walkRows(event: KeyboardEvent): void {
  if (event.isComposing || (event.key !== 'j' && event.key !== 'k')) return
  const tag = (event.target as HTMLElement | null)?.tagName ?? ''
  if (['INPUT', 'TEXTAREA', 'SELECT'].includes(tag)) return
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === 'j' ? 1 : -1)))]?.focus()
}
