import { watch } from 'vue'
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import { whenSignedOut } from './api'
import IntakePage from './pages/IntakePage.vue'
import { isHub, may, session } from './session'

// `may`: what a person must be allowed; `at`: of which node it is a page. In the order of the menu.
interface Entry {
  path: string
  name: string
  menu?: boolean
  may: string
  at?: 'station' | 'hub'
  /** Shows orders of all units. */
  all?: boolean
  /** An act of the life cycle that somebody must be allowed. */
  act?: string
  /** Where the menu leads, if not to the path as it stands. */
  to?: string
  page: () => Promise<unknown>
}

export const entries: Entry[] = [
  { path: '/board', name: 'board', all: true, menu: true, may: 'count', at: 'hub',
    page: () => import('./pages/BoardPage.vue') },
  { path: '/intake', name: 'intake', menu: true, may: 'record',
    page: () => Promise.resolve(IntakePage) },
  { path: '/today', name: 'today', all: true, menu: true, may: 'read_appeals',
    page: () => import('./pages/TodayPage.vue') },
  { path: '/dispatch', name: 'dispatch', all: true, menu: true, may: 'count', at: 'hub',
    page: () => import('./pages/DispatchPage.vue') },
  { path: '/appeals', name: 'appeals', menu: true, may: 'read_appeals',
    page: () => import('./pages/AppealsPage.vue') },
  { path: '/appeals/:id', name: 'appeal', may: 'read_appeals',
    page: () => import('./pages/AppealPage.vue') },
  { path: '/print/:id', name: 'print', may: 'read_appeals',
    page: () => import('./pages/PrintPage.vue') },
  { path: '/conflicts', name: 'conflicts', all: true, menu: true, may: 'read_appeals',
    page: () => import('./pages/ConflictsPage.vue') },
  { path: '/conflicts/:id', name: 'conflict', all: true, may: 'read_appeals',
    page: () => import('./pages/ConflictPage.vue') },
  { path: '/meetings', name: 'meetings', menu: true, may: 'read_appeals',
    page: () => import('./pages/MeetingsPage.vue') },
  { path: '/meetings/:id', name: 'meeting', may: 'read_appeals',
    page: () => import('./pages/MeetingPage.vue') },
  { path: '/enterprises', name: 'enterprises', menu: true, may: 'read_appeals', all: true,
    page: () => import('./pages/EnterprisesPage.vue') },
  { path: '/enterprises/:id', name: 'enterprise', may: 'read_appeals', all: true,
    page: () => import('./pages/EnterprisePage.vue') },
  { path: '/supervision/:tab?', name: 'supervision', menu: true, may: 'read_appeals', at: 'hub',
    all: true, to: '/supervision', page: () => import('./pages/SupervisionPage.vue') },
  { path: '/visits', name: 'visits', menu: true, may: 'read_appeals', at: 'hub', all: true,
    act: 'visited', page: () => import('./pages/VisitsPage.vue') },
  { path: '/import', name: 'import', menu: true, may: 'take_files',
    page: () => import('./pages/ImportPage.vue') },
  { path: '/sticks', name: 'sticks', all: true, menu: true, may: 'carry',
    page: () => import('./pages/SticksPage.vue') },
  { path: '/sync', name: 'sync', menu: true, may: 'see_own', at: 'station',
    page: () => import('./pages/SyncPage.vue') },
  { path: '/stations', name: 'stations', menu: true, may: 'see_stations', at: 'hub',
    page: () => import('./pages/StationsPage.vue') },
  { path: '/users', name: 'users', menu: true, may: 'manage_users',
    page: () => import('./pages/UsersPage.vue') },
  { path: '/lists', name: 'lists', menu: true, may: 'manage_rules', at: 'hub',
    page: () => import('./pages/ListsPage.vue') },
  { path: '/rules', name: 'rules', menu: true, may: 'manage_rules', at: 'hub',
    page: () => import('./pages/RulesPage.vue') },
  { path: '/audit', name: 'audit', menu: true, may: 'read_audit',
    page: () => import('./pages/AuditPage.vue') },
  { path: '/settings', name: 'settings', may: 'see_own',
    page: () => import('./pages/SettingsPage.vue') }
]

function allowed(entry: Entry): boolean {
  const whole = !entry.all || !session.me?.own_unit
  const acts = !entry.act || (session.me?.acts.includes(entry.act) ?? false)
  return whole && acts && may(entry.may) && (!entry.at || (entry.at === 'hub') === isHub())
}
export function menu(): Entry[] {
  return entries.filter(entry => entry.menu && allowed(entry))
}
function first(): string {
  return menu()[0]?.path ?? '/nothing'
}

const records: RouteRecordRaw[] = entries.map(entry => ({
  path: entry.path,
  name: entry.name,
  component: entry.page as () => Promise<never>
}))

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: () => first() },
    { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignInPage.vue') },
    { path: '/setup', name: 'setup', component: () => import('./pages/SetupPage.vue') },
    { path: '/nothing', name: 'nothing', component: () => import('./pages/NothingPage.vue') },
    ...records,
    { path: '/:rest(.*)*', redirect: '/' }
  ]
})

/** Has the page of an address come while it is still asked who is signed in. */
export function bring(path: string): void {
  const page: unknown = path.length > 1 && router.resolve(path).matched[0]?.components?.default
  if (typeof page === 'function') void (page as () => Promise<unknown>)().catch(() => undefined)
}

const open = new Set(['sign-in', 'setup'])
router.beforeEach(to => {
  const name = String(to.name)
  if (!session.signedIn) {
    if (open.has(name)) return true
    if (session.needsSetup) return '/setup'
    return name === 'nothing' ? '/sign-in' : { path: '/sign-in', query: { to: to.fullPath } }
  }
  if (open.has(name) || (name === 'nothing' && menu().length)) return first()
  const entry = entries.find(one => one.name === name)
  return !entry || allowed(entry) ? true : first()
})

whenSignedOut(() => {
  session.signedIn = false
})
// A new person starts where the former was only if that is his to see; the guard above decides.
watch(
  () => session.signedIn,
  signedIn => {
    const here = router.currentRoute.value
    if (!signedIn && !open.has(String(here.name))) {
      void router.push({ path: '/sign-in', query: { to: here.fullPath } })
    }
  }
)
