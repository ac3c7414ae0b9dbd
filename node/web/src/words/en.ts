export default {
  brand: 'Jiuying', colon: ': ',
  menu: {
    board: 'Board', intake: 'New appeal', today: 'Today', dispatch: 'Dispatch', appeals: 'All appeals',
    conflicts: 'Conflicts', meetings: 'Meetings', enterprises: 'Enterprises', supervision: 'Supervision', visits: 'Visits', sync: 'Sync', stations: 'Stations', users: 'Users',
    audit: 'Audit', rules: 'Rules', import: 'Import', sticks: 'Stick', lists: 'Lists', main: 'Main menu', out: 'Sign out', skip: 'Skip to the content', settings: 'Settings', font: 'Text size',
    keys: 'Keys'
  },
  keys: {
    title: 'Keys', new: 'Record a new appeal', save: 'Save and begin the next', search: 'Find among all appeals',
    help: 'Open this list', move: 'Down and up in a list', open: 'Open the chosen row', close: 'Close'
  },
  bar: {
    label: 'State of sync',
    unreachable: 'The program on this PC does not answer; what you see may be old. Saved data is on this PC.',
    waiting: 'Reading the state …', notEnrolled: 'Not connected to the hub yet. Data is saved on this PC and will be sent.',
    syncing: 'Syncing …', offline: 'Offline: data is saved on this PC and will be sent when there is a link.',
    pending: '{n} to send', allDelivered: 'All delivered to the hub (receipt {time})', nothing: 'Nothing to send yet',
    last: 'Last success {time}', never: 'Never synced yet', rejected: '{n} sent back', notices: '{n} to mend',
    conflicts: 'Conflicts to settle: {n}', alarms: 'To look into: {n}', hub: 'District hub'
  },
  error: { safe: 'Data', next: 'What to do', code: 'Code', close: 'Close' },
  sign: {
    title: 'Sign in', user: 'Staff code', password: 'Password', enter: 'Sign in',
    setup: 'Use a setup code for a first or new password',
    kept: 'You come back to where you were; what was not finished is among the drafts.'
  },
  setup: {
    title: 'Set up', first: 'This PC is used for the first time: begin with a user of your own.',
    code: 'Setup code', codeHelp: '16 letters and digits, printed when the program starts, or given by whoever keeps this PC.',
    user: 'Staff code', userHelp: 'To sign in with, and the name on every step. Leave empty if the code was made for you.',
    name: 'Name', password: 'Choose a password',
    passwordHelp: 'At least 10 characters of three kinds (small, capital, digit, other), or at least 16.',
    again: 'The password again', differ: 'The two passwords differ.', enter: 'Set up and sign in', signIn: 'I have a password'
  },
  intake: {
    title: 'New appeal', saved: 'Saved on this PC', query: 'Query code', open: 'Open', print: 'Print receipt',
    delivered: 'Delivered to the hub', notDelivered: 'Not delivered yet; it will be sent when there is a link',
    save: 'Save, begin the next', clear: 'Clear', text: 'What it is about', more: 'More (optional)',
    titleHelp: 'Empty: the beginning of the text', draftKept: 'Draft kept {time}', draftSaving: 'Keeping the draft …',
    draftFailed: 'The draft was not kept: do not close the page yet', drafts: '{n} unfinished drafts', resume: 'Go on',
    drop: 'Delete', repeats: 'This phone was recorded before; is it the same matter?', needed: 'Write what it is about.',
    missing: '{n} to fill in', keys: 'Ctrl+Enter saves'
  },
  list: {
    title: 'All appeals', search: 'Find: number, title, text', state: 'State', all: 'All', total: '{n} in all',
    atLeast: '{n} or more', lookedAt: '(of one character only the latest {n} were all looked at; write one more to find all)',
    none: 'No such appeals.', number: 'Number', heading: 'Title', registered: 'Registered', due: 'Due',
    delivery: 'Delivery', delivered: 'Delivered', waiting: 'To send', contested: 'Conflict', loading: 'Reading …',
    filling: 'Records are still coming from the hub; this list is not whole.', unit: 'Lead unit', clear: 'Clear'
  },
  appeal: {
    facts: 'Appeal', deadlines: 'Deadlines', how: 'How they are counted', citizenDue: 'Answer the person',
    unitDue: 'Unit done', timeline: 'What happened', history: 'Changes', notUsed: 'Not used', now: 'Present value',
    notes: 'Notes', addNote: 'Add a note', noteText: 'Note', saveNote: 'Save the note', acts: 'What you can do',
    takeOut: 'Take out {name}', edit: 'Edit', saveEdit: 'Save the changes', cancel: 'Cancel', editReason: 'Reason', nowSays: '"{field}" now says:', editDetail: 'Words',
    personalKept: 'Empty: stays as it is ({value})', reveal: 'Show in full',
    revealed: 'Shown in full; this is in the audit log.', revealWhy: 'What for?', hide: 'Mask again', print: 'Print',
    conflicts: 'Two people wrote different things; somebody must decide:', settle: 'Decide', back: 'Back to the list',
    delivered: 'Delivered to the hub', notDelivered: 'Not delivered: saved on this PC', here: 'On this PC, not delivered',
    refused: 'Not accepted', lateEntry: 'Entered later', suspect: 'The clock may have been wrong', done: 'Done: {what}',
    do: 'Do it: {what}', noActs: 'There is nothing for you to do now.', seldom: 'Seldom needed', program: 'the program', noDue: 'There is no deadline now.',
    references: 'Channel numbers',
    verdict: {
      running: 'in time', in_review: 'replied, in review', stopped: 'the clock stands', overdue: 'overdue',
      on_time: 'done in time', late: 'done late', ended: 'ended'
    },
    elsewhere: 'Older changes are in full at the hub only.', choose: 'Choose', yes: 'yes', no: 'no'
  },
  today: {
    title: 'Today', none: 'Nothing to do today: all is in time.', asOf: 'As of {time}', due: 'Due', owner: 'Who',
    action: 'Next step', count: '{n}', more: 'The first {n}; find the others among all appeals',
    sentBack: 'Sent back by the hub, or to be mended', sentBackOpen: 'See why', conflicts: 'Conflicts that wait for you: {n}',
    drafts: '{n} unfinished drafts', anybody: 'This unit', silent: 'Last contact {time}'
  },
  conflicts: {
    title: 'Conflicts', none: 'No conflict waits.',
    about: 'Both sides changed "{field}" without knowing of each other. Check and choose one; the other stays in the changes.',
    event: 'This step was not accepted. Say what becomes of it.', visits: 'Visits differ. Choose the one that counts.',
    value: 'Value', by: 'By', at: 'When', pick: 'Use this one', own: 'Neither: write another',
    ownValue: 'The right value', decide: 'Decide', chooseFirst: 'Choose one first.', open: 'Decide',
    done: 'Decided. What was not used can be seen in the changes.',
    changed: 'Somebody has just changed this. Here is the latest: choose again.', back: 'Back to the conflicts',
    full: 'Show in full (on record)', ruling: 'What becomes of it', history: 'Keep as history', void: 'Void',
    reason: 'Reason', item: 'Appeal', field: 'Field', gone: 'Somebody has decided this already.',
    suspect: 'The clock may have been wrong', empty: '(empty)'
  },
  sync: {
    title: 'Sync', now: 'Sync now', working: 'Exchanging with the hub …', done: 'Synced: sent {sent}, received {received}.',
    hub: 'Hub address', unknown: 'not known', enrolled: 'Enrolment', yes: 'Enrolled', no: 'Not enrolled yet',
    success: 'Last success', tried: 'Last try', result: 'Last result', unsent: 'Not delivered', count: '{n}',
    receipt: 'Last receipt', never: 'never', clock: 'This clock, beside the hub', fast: '{n} s ahead', slow: '{n} s behind',
    exact: 'the same', rejected: 'Sent back', notices: 'To be mended', reason: 'Reason', what: 'Appeal', field: 'Field',
    calm: 'Go on recording without a link: every entry is on this disk first and is sent later. Delivered means: the hub signed a receipt.',
    results: {
      never: 'not tried yet', done: 'well', hung_up: 'cut off; tried again by itself',
      timed_out: 'no answer in time; tried again by itself', stopped: 'stopped', refused_busy: 'the hub is busy; tried again',
      refused_unknown: 'the hub does not know this PC', refused_used: 'the invitation was used',
      refused_expired: 'the invitation expired', refused_revoked: 'this PC was revoked',
      not_authentic: 'that is not this district\'s hub', other: 'did not succeed; tried again by itself'
    }
  },
  board: {
    title: 'Board', open: 'Open', overdue: 'Overdue', inTime: 'In time', closed: 'Closed', orders: 'All',
    byState: 'By state', byType: 'By type', byStation: 'By station', stations: 'Stations', asOf: 'As of {time}',
    attention: 'To act on now', count: ''
  },
  stations: {
    title: 'Stations', code: 'Code', name: 'Name', status: 'State', contact: 'Last contact', clock: 'Clock',
    changes: 'Received', unsent: 'Waits there', version: 'Version', disk: 'Free disk', ofTotal: 'of {size}', almostFull: 'almost full', asOf: 'What waits, version and disk are as the station said at its last contact.', none: 'There are no stations yet.', never: 'never', seconds: '{n} s', invite: 'Invite a station',
    codeHelp: '2 to 12 capitals or digits', hub: 'Where the station finds the hub (host:port)',
    made: 'The invitation is good until {time}, for one use. Hand it over in person or by stick.',
    save: 'Save the invitation {name}',
    revoke: 'Revoke', revokeAsk: 'Revoke station {code}?', revokeYes: 'Revoke it for good', reason: 'Why it is revoked',
    revokeMeans: 'The machine can sync no more, what it writes from now on is put aside for a person, and what was received stays. It cannot be undone: it is for a PC that is lost or that somebody tampered with.',
    revoked: 'Station {code} is revoked; the others hear of it at their next sync.', silent: 'silent for three days',
    stick: 'stick {time}', missing: '{n} ranges missing', wrongClock: 'clock far off',
    showCode: 'Show as a QR code', hideCode: 'Hide the QR code', qr: 'QR code of the invitation',
    codeUse: 'Where the station has a scanner: open an editor, scan once, and save it as the invitation file. The code is as secret as the file: take no photo.',
    qrTooLong: 'The invitation is too long for a code; use the file.', handed: 'It is handed over: forget it',
    states: { invited: 'invited', active: 'active', retired: 'retired', revoked: 'revoked' }
  },
  alarms: {
    title: 'To be looked into', looked: 'Looked into: say what it was', reason: 'What it was and what was done', settle: 'Settle it', settled: '{n} settled',
    what: { two_machines: 'two machines go on with one station\'s key', two_hubs: 'two hubs go on with one key', history_changed: 'the hub\'s history is not what it once signed',
      late_words: 'words of a revoked machine came in late', audit_broken: 'the chain of an audit log is broken' },
    todo: { two_machines: 'Stop one of them. The records of both are kept.', two_hubs: 'Stop one of them. The records of both are kept.',
      history_changed: 'Have whoever keeps this PC make a backup, then run verify.',
      late_words: 'They are put aside. Have whoever keeps this PC look and decide: quarantine list.',
      audit_broken: 'Have the audit administrator check the audit log to see the row.' }
  },
  rules: {
    title: 'Rules', about: 'A change counts for the whole district, is in the audit log, and reaches stations by sync.',
    name: 'Setting', bounds: 'Bounds (default)', value: 'Now', saved: 'Changed: {what}'
  },
  work: {
    under: 'Under way', stop: 'Stop', send: 'Handing the file to the node: {n} %', begin: 'Getting ready …',
    rows: 'Going through the rows: {n}', index: 'Indexing, so that new appeals are found …', look: 'Looking what there is …',
    collect: 'Collecting: {n} portions', write: 'Writing and reading back: file {n}', note: 'Noting the result …',
    open: 'Opening bundles: {n}', take: 'Taking in: {n} segments', carry: 'Carrying on: {n} pieces'
  },
  imports: {
    title: 'Import a file of a channel', choose: 'Choose the file', file: 'File',
    fileHelp: 'CSV, XLSX or JSON, also as .gz, at most 64 MB. It passes through memory and stands on no disk.',
    mapping: 'Which column is what', byName: 'By column names', byHand: 'Column by column', byHandHelp: 'From which column each is taken', noColumn: '(none)', channel: 'Where from', type: 'Kind of appeal',
    asFile: 'As the file says', try: 'Try it, write nothing', rewritten: 'The file is in GB18030 and was read as UTF-8.',
    look: 'Look at what the try found', result: 'Result', would: '{n} appeals can be imported.',
    done: '{n} appeals are imported and saved on this PC.', known: '{n} were imported before and are passed over.',
    refused: '{n} rows cannot be imported.', refusedRows: 'Rows that cannot be imported', row: 'Row', why: 'Why',
    more: 'The first {n} rows are listed.', preview: 'The first rows would be', take: 'Import these {n}',
    again: 'Mend the refused rows and import again: rows with a number of the channel are passed over if they are here; rows without one are registered again, so leave only the mended ones.', see: 'See them among all appeals'
  },
  sticks: {
    title: 'Exchange by stick',
    about: 'Without a network: take what is not delivered to the hub, and bring its receipt back. What is on the stick is encrypted; whoever finds it reads nothing.',
    aboutHub: 'For stations without a network. What is on the stick is encrypted; whoever finds it reads nothing.',
    way: 'What to do', export: 'Export: take ours to the hub', exportHub: 'Export: for a station', import: 'Import: take in what a stick brought',
    station: 'For which station', which: 'Which stick', none: 'No stick is seen. Plug it in and wait some seconds, or name a folder below.',
    free: '{size} free.', bundles: '{n} bundles on it, {size}.', readOnly: 'cannot be written', typed: 'Or name a folder', look: 'Look',
    count: 'Count what there is to write', write: 'Write to the stick', read: 'Take in what is on the stick',
    would: '{n} segments, about {size}, would be written; {free} are free.',
    written: 'Written and read back: {files} files, {size}. You may unplug the stick.',
    next: 'Take it to the hub. Nothing of it counts as delivered yet: that takes the hub\'s receipt, which the stick that it gives you brings back.',
    nextHub: 'Give it to the station to import.', taken: 'All of it is taken in.', partly: 'A part is taken in; what is not stands below.',
    counts: '{n} segments are new, {known} were here before.', damaged: '{n} segments are damaged: ask for another export.',
    waiting: '{n} segments wait for earlier ones.', carried: '{n} bundles are for other stations; they go along with the next export.',
    backHub: 'Export for this station once more, so that it gets the receipt: only then does it count as delivered there.',
    receipt: 'The hub\'s receipt is of {time}.', noReceipt: 'There is no receipt of the hub yet.',
    open: '{n} changes are not delivered; all are saved on this PC.', all: 'All of this station is delivered.'
  },
  lists: {
    title: 'Lists',
    about: 'Changes reach stations by sync. Codes never change and nothing is deleted: what is out of use gets a last day or is set out of use; records that name it stay as they are.',
    which: 'Which list', none: 'Nothing that fits.', add: 'Add one', change: 'Change {code}', edit: 'Change', save: 'Save', search: 'Find', total: '{n} in all',
    more: 'List some more', added: '{code} is added.', changed: '{code} is changed.', same: '{code} is as before.',
    dayHelp: 'The last day still counts.', postsHelp: "Posts divided by commas, with a period if need be: dispatcher,visitor{'@'}2026-01-01/2026-12-31",
    kinds: {
      unit: 'Units', staff: 'Staff', category: 'Categories', region: 'Regions', dispatch_rule: 'Dispatch catalogue',
      delegation: 'Closing on the spot', reason: 'Reasons', channel: 'Channels'
    },
    use: 'Of which step', code: 'Code', name: 'Name', standing: 'State', inUse: 'in use', own: 'of the district',
    retire: 'Retire', retireOne: 'Retire {code}', retired: '{code} is retired; what names it stays as it is.', retiredAt: 'retired {time}',
    restore: 'Use again', restoreOne: 'Use again: {code}', restored: '{code} may be named again.', offCatalogue: 'Dispatch beside the catalogue',
    anyReason: 'This step has no list of reasons: anything may be written.',
    firstReason: 'Anything may be written at this step now; with its first reason, only what is listed.',
    codeHelp: 'Letters, digits, - and _; it never changes', channelCodeHelp: 'Small letters, digits and _; it never changes',
    level: 'Whose channel', ownWay: 'our own', from: 'From'
  },
  calendar: {
    title: 'Days off', edition: 'Edition', days: 'Days', since: 'Loaded', counts: 'in use', builtIn: 'of the program',
    numbers: '{off} days off, {work} days worked instead', notice: 'The State Council\'s notice',
    noticeHelp: 'Paste the file of the notice. Loading a year again makes another edition; the former stays.',
    file: 'Or from a file', load: 'Load', loaded: '{code} is loaded. Of {open} open orders {moved} have other limits now.',
    same: '{code} is as before; nothing changed.'
  },
  policy: {
    title: 'Deadline policy', name: 'Name', from: 'From', inForce: 'in force', show: 'Show', document: 'Load another edition (JSON)',
    help: 'Show the one in force, give it another code, change what is to change, and load it. An edition never changes once it is loaded.',
    broken: 'This is no complete JSON: look at brackets and quotes.', load: 'Load'
  },
  dispatch: {
    title: 'Dispatch', none: 'No appeal waits to be dispatched.', pick: 'Choose one on the left.', waiting: 'Waiting'
  },
  meetings: {
    title: 'Meetings', none: 'There are no meetings yet.', kind: 'Kind', name: 'Title', place: 'Place', date: 'Date',
    appeals: 'Appeals', add: 'Register a meeting', save: 'Save', standing: 'Standing', open: '{n} not visited yet',
    stands: { planned: 'planned', following: 'in hand', closed: 'closed', reopened: 'changed since it was closed' }
  },
  meeting: {
    back: 'Back to the meetings', print: 'Print the minutes', add: 'Add', addAttendees: 'Add attendees, by commas',
    dropAttendee: 'Take away {name}', saveMinutes: 'Save the minutes',
    unsaved: 'The minutes have changes that are not saved (a draft is kept on this PC)',
    hidden: '{n} more that you may not see.', someListed: 'The first {n} of {all}.', end: 'Closing the meeting', closedAt: 'Closed at {time} by {who}.',
    progress: '{n} taken down, {done} visited, {open} still to come:', close: 'Close the meeting', reopen: 'Open it again',
    cannot: 'It can be closed once all its requests are visited.',
    said: { minutes: 'The minutes are saved.', closed: 'The meeting is closed.', reopened: 'The meeting is open again.' }
  },
  grid: {
    title: 'Requests at the meeting', count: '{n}', n: 'No', enterprise: 'Enterprise', text: 'Request', type: 'Type',
    contact: 'Contact', phone: 'Phone', state: 'Saved?', cell: 'Row {n}: {what}', kept: 'saved', saving: 'saving ...',
    typing: 'Not saved: press Enter',
    unsure: 'No answer, perhaps saved: Enter saves again, never twice', drop: 'Delete',
    dropRow: 'Delete row {n}', saved: 'Saved {number}', notSaved: '{n} rows were not saved; nothing of them is lost',
    needed: 'Write down the request.', saveAll: 'Save these {n} rows', draftKept: 'Rows not saved are kept on this PC',
    restored: '{n} rows of last time were not saved; here they are again. Look at them, then Ctrl+Enter saves all.',
    pasted: '{n} rows pasted: look at them, then Ctrl+Enter saves all', tooMany: 'At most {n} rows at a time; the rest was left out',
    keys: 'Tab next cell · Enter save, next row · Ctrl+D same firm as above · paste from a spreadsheet'
  },
  firms: {
    title: 'Enterprises', add: 'Record an enterprise', total: '{n} in all', search: 'Find by name, other name or credit code',
    none: 'There are no enterprises yet.', noSuch: 'No enterprise has that name.',
    more: 'Only the first {n}; type a few more characters.', doubles: 'These records may be one enterprise',
    compare: 'Look whether to merge', hubMerges: 'The hub merges them.', back: 'Back to the enterprises',
    timeline: 'What happened, the latest first',
    only: { all: 'All', appeals: 'Requests', contacts: 'Contacts', visits: 'Visits', meetings: 'Meetings' },
    kinds: { contact: 'Contact', meeting: 'Meeting', note: 'Note', hard_case: 'Entered as a hard case' },
    nothing: 'Nothing yet.', level: 'level {n}', latest: 'Only the latest {n} of {all}.', contact: 'Write down a contact',
    said_: 'What was said', at: 'When (now, where nothing is filled in)', saveContact: 'Save', facts: 'Its record', addAlias: 'Another name of it',
    records: 'Other records of it', unmerge: 'Undo the merge', merge: 'Merge with another record',
    with: 'Name of the other record', which: 'Which one goes on?', keep: 'Keep "{name}"', goes: 'Goes into it',
    stays: 'Stays', becomes: 'Afterwards', added: 'added',
    comesAlong: '{n} requests and {m} contacts come to "{name}".',
    nothingLost: 'The merged record is kept, its name becomes another name; a wrong merge can be undone.', doMerge: 'Merge them so',
    said: { saved: 'Saved.', contact: 'The contact is written down.', merged: 'They are one enterprise now.', unmerged: 'The merge is undone.' }
  },
  supervise: {
    title: 'Supervision', orders: 'Supervised, instructed', watch: 'Watch list', cases: 'Hard cases', lists: 'Work lists', filter: 'Only',
    only: { all: 'All', supervised: 'Supervised', escalated: 'Escalated', instructed: 'Instruction open', objected: 'Objected to' },
    none: 'No order is supervised, escalated or under an instruction.', pick: 'Pick one from the list.',
    standing: 'How far up it stands', ladder: 'Supervision', escalation: 'Escalation', rounds: 'Rounds',
    roundsAre: 'round {n}, {m} units had it before',
    level: { 0: 'not supervised', 1: 'urged', 2: 'notice', 3: 'written criticism' },
    raised: { 0: 'with the unit', 1: 'district office', 2: 'deputy head', 3: 'district head' },
    rules: { urge: 'by rule, before it is due', notice: 'by rule, the day after its due', criticism: 'by rule, days overdue',
      rework: 'by rule, reworked often', transfer: 'by rule, passed on often' },
    byHand: 'by hand', withdrawn: 'objection upheld, withdrawn', objection: 'objection to decide', objectTo: 'may be objected to until {time}',
    instruction: 'Instruction', instructionOf: 'instruction {time} {unit}', noticeOf: '{time} level {n}', dueBy: '{unit} by {time}',
    answered: 'answered {time}', unanswered: 'no feedback yet', late: 'past its date', feedback: 'Feedback:',
    mine: 'Only mine', left: 'Also those that left it', fired: 'Of {n} requests: T1 {a}, T2 {b}, T3 {c}',
    noWatch: 'Nothing is on the watch list.', owner: 'Owner', ownerLeft: 'the owner is no longer in service', nobody: 'nobody', ended: 'off the list',
    trigger: { T1: 'T1 dissatisfied', T2: 'T2 same matter again', T3: 'T3 open after seven days' },
    why: 'Why it is watched', extended: 'an extension was granted, it counts all the same', undone: 'the cause no longer stands: a leader may end it',
    cause: { visit: 'Visited at {time} by {who}: "{grade}".', order: 'The same firm on the same matter: {title}',
      time: 'Open at the end of the seventh day.', unseen: 'The cause lies where it cannot be seen here.' },
    exit: 'How it leaves the list',
    exitBy: '{who} takes it off after a visit by a person with a satisfied answer; else it is explained and a leader signs. On the list it cannot be closed.',
    humanDone: 'visited by a person; the answer must be satisfied', humanOpen: 'no visit by a person yet', endedAt: 'Off the list since {time}.',
    hasLeft: '{number} is off the watch list; a visitor may close it now.', hasOwner: '{number} has another owner.',
    addCase: 'Enter a hard case', noCases: 'There are no hard cases.', pickCase: 'Pick a hard case from the list.', orderNumbers: 'Appeal numbers, by commas',
    link: 'Add', progress: 'Progress', whatDone: 'What was done', saveProgress: 'Save progress', strike: 'Striking it off', propose: 'Propose to strike it off',
    approve: 'Approve', leaderApproves: 'A leader who did not propose it approves.', struck: 'Done {time} by {who}.',
    caseIs: { open: 'open', proposed: 'waits for approval', struck_off: 'struck off' },
    addList: 'Make a work list', noLists: 'There are no work lists.', pickList: 'Pick a list from the list.', listTitle: 'Title of the list',
    listDone: 'closed', listOpen: '{n} of {all} open', newOwner: 'Another owner', closeList: 'Close the list',
    listWaits: '{n} still open: it cannot be closed.',
    said: { case: 'The hard case is entered.', linked: 'Added.', progress: 'Saved.', proposed: 'Proposed; a leader approves.',
      struck: 'Struck off.', list: 'The list is made.', saved: 'Saved.', closed: 'The list is closed.' }
  },
  visit: {
    title: 'Visits', waiting: 'Waiting to be asked', counts: '{n} wait, {mine} of them for you', next: 'next', none: 'Nobody waits to be asked.',
    pick: 'Pick one from the list.', human: 'by a person', asked: 'asked, to be closed', attempts: 'not reached {n} times', notYou: 'Not for you to ask',
    done: 'The visit of {number} is written down.', showPhone: 'Show the number (for the visit, on record)', onRecord: 'on record', noPhone: 'no number',
    answer: 'What the unit answered', before: 'Visits before', reached: 'reached', notReached: 'not reached', words: 'What the person says (may be empty)',
    save: 'Save', saveOnly: 'Only save, do not close', saveNext: 'Save, next', saveAndClose: 'Save, close, next', then: 'What next',
    watched: 'It is on the watch list: its owner takes it off before it can be closed.',
    instructed: 'An instruction has no feedback yet: that comes before closing.'
  },
  who: { owner: 'New owner', holder: 'Who', leader: 'Leader who signs (where one must, and you are none)', second: 'Second person, who agrees', unit: 'Unit',
    co_units: 'Co-units', category: 'Category', policy: 'Deadline policy (as a rule none)', ground: 'Ground' },
  firm: { new: 'new firm', like: 'Perhaps {names}?', also: 'also called {names}' },
  users: {
    title: 'Users', user: 'Staff code', name: 'Name', roles: 'Roles', state: 'State', locked: 'locked',
    invited: 'not set up yet', ok: 'in use', unlock: 'Unlock', remove: 'Remove', invite: 'Give a setup code',
    code: 'Setup code (shown this once, good for one use)', again: 'New password',
    confirm: 'Remove {user}? Open pages are signed out at once; all records stay.', yes: 'Remove',
    rolesHelp: 'An administrator\'s role stands alone and reads no appeals.'
  },
  audit: {
    title: 'Audit log', when: 'When', who: 'Who', what: 'What', target: 'Of what', result: 'Result', detail: 'Detail',
    check: 'Check that it is whole', whole: 'The audit log is whole.', broken: 'The audit log is not as it was written: report it.',
    none: 'No rows.', counts: '{made} new, {changed} changed, {refused} refused',
    results: { done: 'done', refused: 'refused', failed: 'failed' }
  },
  settings: {
    looks: 'This browser', language: 'Language', paper: 'Paper to print on', filled: 'Filled in for a new appeal',
    nothingFilled: 'Nothing yet. Once one was saved, type and village are remembered.', forget: 'Fill in nothing',
    here: 'Kept in this browser on this PC alone; nobody else notices.', me: 'You', who: 'Name and staff code', roles: 'Roles',
    password: 'Password', passwordHelp: 'For another one, ask the security administrator for "New password" at Users, and set it by the code that you get.',
    node: 'This node', name: 'Name and code', kind: 'It is', station: 'a station', district: 'District', sync: 'How sync stands'
  },
  print: {
    receipt: 'Receipt', order: 'Work order',
    keep: 'Keep number and query code: with it and the last four digits of the phone you can ask how it stands.',
    go: 'Print', back: 'Back', paper: 'Paper', number: 'Number', station: 'Station', at: 'Registered', sign: 'Signature'
  },
  field: {
    contact: 'Name', phone: 'Phone', type: 'Type', category: 'Category (type to find)', region: 'Village (type to find)',
    place: 'Place', title: 'Title', occurred_at: 'When it happened', channel: 'Channel (window)', ext_no: 'Their number'
  },
  nothing: { title: 'There is no page for your role', text: 'Ask the security administrator for a role.' }
}
