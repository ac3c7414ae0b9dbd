export default {
  brand: '鸠应', colon: '：',
  menu: {
    board: '看板', intake: '录入诉求', today: '今日待办', dispatch: '派单台', appeals: '全部诉求',
    conflicts: '冲突', meetings: '会议', enterprises: '企业', supervision: '督办台', visits: '回访台', sync: '同步', stations: '站点', users: '用户', audit: '审计', rules: '规则',
    import: '导入', sticks: 'U 盘', lists: '代码表',
    main: '主菜单', out: '退出', skip: '跳到内容', settings: '设置', font: '字号', keys: '快捷键'
  },
  keys: {
    title: '快捷键', new: '录入新诉求', save: '保存并写下一件', search: '到全部诉求里查找',
    help: '打开本页', move: '在列表里下移、上移', open: '打开选中的一行', close: '关闭'
  },
  bar: {
    label: '同步状态', unreachable: '本机服务没有应答，页面上的内容可能不是最新。已保存的数据都在本机。',
    waiting: '正在读取状态……', notEnrolled: '还没有和区中枢连上过。数据已保存在本机，连上后自动上传。',
    syncing: '正在同步……', offline: '离线：数据已保存在本机，连上后自动上传。',
    pending: '待上传 {n} 笔', allDelivered: '全部已送达区中心（回执 {time}）',
    nothing: '还没有要上传的', last: '最近一次成功 {time}', never: '还没有成功同步过',
    rejected: '被退回 {n}', notices: '需更正 {n}', conflicts: '待裁决冲突 {n}', alarms: '要人看一看 {n}',
    hub: '区中枢'
  },
  error: { safe: '数据', next: '怎么办', code: '错误号', close: '关闭' },
  sign: {
    title: '登录', user: '工号', password: '密码', enter: '登录', setup: '用设置码开通或重设密码',
    kept: '登录后回到刚才的页面，没写完的在草稿里。'
  },
  setup: {
    title: '开通', first: '这台电脑第一次使用，先给自己开通一个用户。',
    code: '设置码', codeHelp: '16 位字母和数字。启动程序时会显示，也可以向管理这台电脑的人要。',
    user: '工号', userHelp: '以后登录用，也是每一步记录上的名字。有专人给过设置码的，不用填。',
    name: '姓名', password: '自己定一个密码', passwordHelp: '至少 10 个字符，大写、小写、数字、其他字符里要有三种；或者至少 16 个字符。',
    again: '再输一次密码', differ: '两次输入的密码不一样。', enter: '开通并登录', signIn: '已有密码，去登录'
  },
  intake: {
    title: '录入诉求', saved: '已保存在本机', query: '查询码', open: '查看', print: '打印回执',
    delivered: '已送达区中心', notDelivered: '还没有送达区中心，连上后自动上传',
    save: '保存，写下一件', clear: '清空重写', text: '诉求内容', more: '其他情况（可以不填）',
    titleHelp: '不填就用内容的开头', draftKept: '草稿已存 {time}', draftSaving: '正在存草稿……',
    draftFailed: '草稿没有存上，请先不要关闭页面', drafts: '还有 {n} 份没写完的草稿',
    resume: '接着写', drop: '删除', repeats: '这个电话以前登记过，看看是不是同一件事：',
    needed: '请写下诉求内容。', missing: '有 {n} 处要补', keys: '按 Ctrl+Enter 保存'
  },
  list: {
    title: '全部诉求', search: '查找：编号、标题、内容', state: '状态', all: '全部', total: '共 {n} 件',
    atLeast: '{n} 件以上', lookedAt: '（一个字只全查了最近 {n} 件，多写一个字能查全）',
    none: '没有符合的诉求。', number: '编号', heading: '标题', registered: '登记时间', due: '办结时限',
    delivery: '送达', delivered: '已送达', waiting: '待上传', contested: '有冲突', loading: '正在读取……',
    filling: '正在从区中枢取回资料，列表还不全。', unit: '主办单位', clear: '清除条件'
  },
  appeal: {
    facts: '诉求', deadlines: '时限', how: '时限是怎么算的', citizenDue: '答复群众', unitDue: '单位办结',
    timeline: '经过', history: '改动记录', notUsed: '没有采用', now: '现在的值', notes: '补记',
    addNote: '加一条补记', noteText: '补记内容', saveNote: '保存补记', acts: '可以做的',
    takeOut: '去掉 {name}', edit: '修改', saveEdit: '保存修改', cancel: '取消', editReason: '修改原因', nowSays: '“{field}”现在是：', editDetail: '说明',
    personalKept: '不改就留空（现在是 {value}）', reveal: '查看完整信息',
    revealed: '正在显示完整信息，已记入审计日志。', revealWhy: '为什么要看？', hide: '重新遮住',
    print: '打印', conflicts: '有内容两边写得不一样，等人裁决：', settle: '去裁决', back: '返回列表',
    delivered: '已送达区中心', notDelivered: '未送达：数据已保存在本机', here: '本机记录，未送达',
    refused: '没有被接受', lateEntry: '补录', suspect: '当时本机时钟可能不准', done: '已完成：{what}',
    do: '确定：{what}', noActs: '现在没有您可以做的动作。', seldom: '少用的', program: '程序', noDue: '现在没有时限。', references: '渠道编号',
    verdict: {
      running: '在时限内', in_review: '已回复，等审核', stopped: '停止计时', overdue: '已超时', on_time: '按时完成',
      late: '超时完成', ended: '已结束'
    },
    elsewhere: '更早的改动只有区中枢有全文。', choose: '请选择', yes: '是', no: '否'
  },
  today: {
    title: '今日待办', none: '今天没有要办的，都在时限内。', asOf: '截至 {time}', due: '时限',
    owner: '谁来办', action: '下一步', count: '{n} 件', more: '只列出前 {n} 件，其余在全部诉求里查',
    sentBack: '区中枢退回或要更正的', sentBackOpen: '看退回的原因', conflicts: '有 {n} 处冲突等您裁决',
    drafts: '有 {n} 份没写完的草稿', anybody: '本单位', silent: '最近联系 {time}'
  },
  conflicts: {
    title: '冲突', none: '没有要裁决的冲突。', about: '两边都改了“{field}”，改的时候互相不知道。请核实后选一个，没选的也会留在改动记录里。',
    event: '这一步没有被接受，请裁定怎么处理。', visits: '几次回访结果不一样，请选以哪一次为准。',
    value: '写的是', by: '谁写的', at: '什么时候', pick: '用这一个', own: '都不对，另写一个',
    ownValue: '正确的内容', decide: '就这样定', chooseFirst: '请先选一个。', open: '去裁决',
    done: '已裁决，没有采用的内容仍可在改动记录里看到。', changed: '刚才又有人改了这一处，下面是最新的内容，请重新选。',
    back: '返回冲突列表', full: '显示完整内容（留痕）', ruling: '怎么处理', history: '留作记录，不生效',
    void: '作废', reason: '原因', item: '事项', field: '哪一项', gone: '这一处冲突已经有人裁决了。',
    suspect: '写的时候时钟可能不准', empty: '（空）'
  },
  sync: {
    title: '同步', now: '立即同步', working: '正在和区中枢交换……', done: '同步完成：送出 {sent} 笔，收到 {received} 笔。',
    hub: '区中枢地址', unknown: '还不知道', enrolled: '登记', yes: '已登记到区中枢', no: '还没有登记',
    success: '最近成功', tried: '最近尝试', result: '最近结果', unsent: '还没有送达', count: '{n} 笔',
    receipt: '最近回执', never: '从未', clock: '本机时钟比区中枢', fast: '快 {n} 秒', slow: '慢 {n} 秒', exact: '一致',
    rejected: '被退回的', notices: '需要更正的', reason: '原因', what: '哪一件', field: '哪一项',
    calm: '离线时照常录入：每一条都先写进本机磁盘，连上后自动上传。只有收到区中枢的签名回执才算送达。',
    results: {
      never: '还没有试过', done: '正常', hung_up: '连接中断，会自动再试', timed_out: '等太久没有回应，会自动再试',
      stopped: '被停止', refused_busy: '区中枢忙，会自动再试', refused_unknown: '区中枢不认识本机',
      refused_used: '邀请已经用过', refused_expired: '邀请过期', refused_revoked: '本机已被停用',
      not_authentic: '对方不是本区的中枢', other: '没有成功，会自动再试'
    }
  },
  board: {
    title: '看板', open: '在办', overdue: '已超时', inTime: '在时限内', closed: '已办结', orders: '全部',
    byState: '按状态', byType: '按类型', byStation: '按站点', stations: '站点情况', asOf: '截至 {time}',
    attention: '需要马上办的', count: '件'
  },
  stations: {
    title: '站点', code: '站码', name: '名称', status: '状态', contact: '最近联系', clock: '时钟',
    changes: '已收到', unsent: '站上未送', version: '版本', disk: '磁盘空闲', ofTotal: '共 {size}', almostFull: '快满了', asOf: '未送、版本、磁盘是站点最近一次联系时自己报的。', none: '还没有站点。', never: '还没有联系过', seconds: '{n} 秒', invite: '邀请站点',
    codeHelp: '2 到 12 个大写字母或数字', hub: '站点连接区中枢的地址（主机:端口）',
    made: '邀请已做好，有效期到 {time}，只能用一次。请当面或用 U 盘交给站点。', save: '保存邀请文件 {name}',
    revoke: '停用', revokeAsk: '停用站点 {code}？', revokeYes: '确定停用，不再恢复', reason: '为什么停用',
    revokeMeans: '停用以后这台机器不能再同步，以后写的内容隔离起来等人看，已经收到的都保留。不能撤回；电脑丢了、被人动过才用它。',
    revoked: '已停用站点 {code}，随下次同步告诉各站点。', silent: '三天没有联系', stick: 'U 盘 {time}',
    missing: '中间缺 {n} 段', wrongClock: '时钟差得多', showCode: '显示二维码', hideCode: '收起二维码',
    qr: '邀请的二维码', codeUse: '站点电脑接扫码枪时，打开记事本扫一次，另存为邀请文件。二维码和文件一样是秘密，不要拍照外传。',
    qrTooLong: '邀请太长，做不成二维码，请用文件。', handed: '已经交出去了，清掉',
    states: { invited: '已邀请，未加入', active: '正常', retired: '已退役', revoked: '已停用' }
  },
  alarms: {
    title: '要人看一看', looked: '看过了，写下结果', reason: '是怎么回事、怎么处理的', settle: '记为已处理', settled: '已处理的 {n} 项',
    what: { two_machines: '有两台机器在用同一站点的钥匙', two_hubs: '有两个区中枢在用同一把钥匙', history_changed: '区中枢的历史和它签过的检查点不符',
      late_words: '停用的机器后来还有记录送来', audit_broken: '审计日志断了链' },
    todo: { two_machines: '请停用其中一台。两边的记录都已保留。', two_hubs: '请停用其中一个。两边的记录都已保留。',
      history_changed: '请管这台电脑的人先备份，再运行 verify。', late_words: '记录已隔离。请管这台电脑的人看一看再决定：quarantine list。',
      audit_broken: '请审计管理员在审计日志里检查完整性，看是哪一条。' }
  },
  rules: {
    title: '规则设置', about: '改动对全区生效，记入审计日志，并随同步送到各站点。', name: '设置', bounds: '范围（默认）',
    value: '现在', saved: '已改：{what}'
  },
  work: {
    under: '正在进行', stop: '停下来', send: '正在送到本机服务：{n}%', begin: '正在准备……',
    rows: '正在看每一行：{n} 行', index: '正在编索引，让新诉求查得到……', look: '正在看有什么要带……',
    collect: '正在收集：{n} 批', write: '正在写盘并读回核对：第 {n} 个文件', note: '正在记下结果……',
    open: '正在打开交换包：{n} 个', take: '正在收入：{n} 段', carry: '正在代转：{n} 段'
  },
  imports: {
    title: '导入渠道文件', choose: '选文件', file: '文件', fileHelp: 'CSV、XLSX 或 JSON，也可以是 .gz，最大 64 MB。文件只在内存里过，不落盘。',
    mapping: '列怎么对应', byName: '按列名对应', byHand: '自己一列一列对应', byHandHelp: '左边的内容取自文件的哪一列', noColumn: '（没有）', channel: '从哪来', type: '诉求类型', asFile: '按文件里的',
    try: '先试运行，不写入', rewritten: '这个文件是 GB18030 编码，已按 UTF-8 读取。', look: '看一看试运行的结果',
    result: '结果', would: '可以导入 {n} 件。', done: '已导入 {n} 件，已保存在本机。', known: '以前导过而跳过 {n} 件。',
    refused: '有 {n} 行不能导入。', refusedRows: '不能导入的行', row: '行', why: '为什么', more: '只列出前 {n} 行。',
    preview: '前几行将记为', take: '导入这 {n} 件', again: '不能导入的行改好以后可以再导一次：有对方编号的，已导入的自动跳过；没有编号的会再登记一遍，请只留改好的行。',
    see: '到全部诉求里看'
  },
  sticks: {
    title: '用 U 盘交换', about: '没有网络时，把还没送达的带到区中枢，再把回执带回来。盘上的内容是加密的，丢了别人也看不到。',
    aboutHub: '给连不上网的站点带东西，或收站点带来的。盘上的内容是加密的，丢了别人也看不到。', way: '做什么',
    export: '导出：把本站的带去区中枢', exportHub: '导出：给一个站点', import: '导入：收 U 盘带来的', station: '给哪个站点',
    which: '哪个 U 盘', none: '没有看到 U 盘。插上以后等几秒，或者在下面写文件夹。', free: '空闲 {size}。',
    bundles: '有 {n} 个交换包，{size}。', readOnly: '不能写', typed: '或者写一个文件夹', look: '看一看',
    count: '算一算要写多少', write: '写到 U 盘', read: '收 U 盘上的', would: '要写 {n} 段，约 {size}；盘上空闲 {free}。',
    written: '已写好并读回核对过：{files} 个文件，共 {size}。可以拔出 U 盘了。',
    next: '请带到区中枢导入。这还不算送达：区中枢收下以后，把它给的 U 盘拿回来导入，见到回执才算。',
    nextHub: '请交给站点导入。', taken: '都收下了。', partly: '收下了一部分，下面是没有收下的。', counts: '新收 {n} 段，以前收过 {known} 段。',
    damaged: '损坏 {n} 段，请让对方重新导出。', waiting: '{n} 段在等前面的，先不生效。', carried: '有 {n} 个交换包是给别的站点的，下次导出时一起带走。',
    backHub: '请给这个站点导出一次，把回执带回去：站点见到回执才算送达。', receipt: '区中枢的回执到 {time}。',
    noReceipt: '还没有收到区中枢的回执。', open: '还有 {n} 笔没有送达，都保存在本机。', all: '本站的都已送达。'
  },
  lists: {
    title: '代码表', about: '改动随同步送到各站点。代码不能改，也不删除：不用了就填截止日期，或改成不在用；已有记录不变。',
    which: '哪一张表', none: '没有符合的。', add: '新增一条', change: '修改 {code}', edit: '修改', save: '保存', search: '查找', total: '{n} 条',
    more: '再列出一些', added: '已新增 {code}。', changed: '已修改 {code}。', same: '{code} 和原来一样。',
    dayHelp: '截止日期是最后一天，当天还有效。', postsHelp: "岗位用逗号分开，可以写期限：派单岗,回访岗{'@'}2026-01-01/2026-12-31",
    kinds: {
      unit: '承办单位', staff: '工作人员', category: '分类', region: '区划', dispatch_rule: '派单目录',
      delegation: '就地办结授权', reason: '原因', channel: '渠道'
    },
    use: '用在哪一步', code: '代码', name: '名称', standing: '状态', inUse: '在用', own: '本区加的',
    retire: '停用', retireOne: '停用 {code}', retired: '已停用 {code}，以前写下的不变。', retiredAt: '{time} 停用',
    restore: '恢复使用', restoreOne: '恢复使用 {code}', restored: '{code} 又可以用了。', offCatalogue: '派单目录外派单',
    anyReason: '这一步还没有原因表，写什么都可以。', firstReason: '这一步原来写什么都可以；加了第一个原因以后，只能从表里选。',
    codeHelp: '字母、数字、- 和 _，以后不能改', channelCodeHelp: '小写字母、数字和 _，以后不能改',
    level: '哪一级的渠道', ownWay: '本区自己的', from: '来源'
  },
  calendar: {
    title: '节假日', edition: '版本', days: '天数', since: '装入时间', counts: '在用', builtIn: '程序自带',
    numbers: '放假 {off} 天，调休上班 {work} 天', notice: '国务院办公厅的放假通知', noticeHelp: '把通知的文件内容粘贴在这里。同一年再装一次就是新的一版，旧版留着。',
    file: '或从文件读', load: '装入', loaded: '已装入 {code}。在办的 {open} 件里有 {moved} 件的时限变了。', same: '{code} 和原来一样，没有变化。'
  },
  policy: {
    title: '时限规则', name: '名称', from: '从何时起', inForce: '现行', show: '看一看', document: '装入新的一版（JSON）',
    help: '先看现行的一版，改 code 和要改的地方，再装入。一版装入以后不能改，只能装新的一版。', broken: '这不是完整的 JSON，请检查括号和引号。', load: '装入'
  },
  dispatch: {
    title: '派单台', none: '没有等着派单的诉求。', pick: '从左边选一件。', waiting: '等着派单的'
  },
  meetings: {
    title: '会议', none: '还没有会议。', kind: '种类', name: '名称', place: '地点', date: '日期', appeals: '诉求',
    add: '登记一场会议', save: '保存', standing: '办到哪一步', open: '还有 {n} 件没回访',
    stands: { planned: '没到时间', following: '在办', closed: '已办结', reopened: '办结后又有变化' }
  },
  meeting: {
    back: '返回会议列表', print: '打印纪要', add: '加上', addAttendees: '加参会人，用逗号分开',
    dropAttendee: '去掉参会人 {name}', saveMinutes: '保存纪要', unsaved: '纪要有改动没保存（草稿已留在本机）',
    hidden: '另有 {n} 件您看不到。', someListed: '列出了前 {n} 件，共 {all} 件。', end: '会议办结', closedAt: '{time} 由 {who} 办结。',
    progress: '共记下 {n} 件，已回访 {done} 件，还差 {open} 件：', close: '会议办结', reopen: '重新打开',
    cannot: '所有诉求都回访以后才能办结。',
    said: { minutes: '纪要已保存。', closed: '会议已办结。', reopened: '会议已重新打开。' }
  },
  grid: {
    title: '会上的诉求', count: '{n} 件', n: '序', enterprise: '企业', text: '诉求', type: '类型', contact: '联系人',
    phone: '电话', state: '存了没有', cell: '第 {n} 行 {what}', kept: '已保存', saving: '正在保存……',
    typing: '没保存，按 Enter', unsure: '没有应答，不知存上没有，按 Enter 再存一次（不会重复）', drop: '删去',
    dropRow: '删去第 {n} 行', saved: '已保存 {number}', notSaved: '有 {n} 行没有存上，内容都还在',
    needed: '请写下诉求。', saveAll: '保存这 {n} 行', draftKept: '没保存的行已留在本机，关了页面也在',
    restored: '上次有 {n} 行没存完，已经放回来了。请看一看，按 Ctrl+Enter 全部保存。',
    pasted: '粘贴了 {n} 行，看一看再按 Ctrl+Enter 全部保存', tooMany: '一次最多粘贴 {n} 行，多的没有放进来',
    keys: 'Tab 下一格 · Enter 保存并到下一行 · Ctrl+D 同上一家企业 · 可从表格里粘贴'
  },
  firms: {
    title: '企业', add: '登记企业', total: '共 {n} 家', search: '查找：名称、别名、信用代码', none: '还没有企业。', noSuch: '没有叫这个名字的企业。',
    more: '只列出前 {n} 家，请多打几个字。', doubles: '这些记录可能是同一家企业', compare: '看看要不要合并',
    hubMerges: '合并由区中枢办理。', back: '返回企业列表', timeline: '来往经过（新的在前）',
    only: { all: '全部', appeals: '诉求', contacts: '联系', visits: '回访', meetings: '会议' },
    kinds: { contact: '联系', meeting: '会议', note: '补记', hard_case: '列为难办点' },
    nothing: '还没有。', level: '{n} 级', latest: '只列出最近 {n} 条，共 {all} 条。', contact: '记一次联系',
    said_: '说了什么', at: '什么时候（不填就是现在）', saveContact: '保存', facts: '企业资料', addAlias: '再加一个别名',
    records: '同一家的其他记录', unmerge: '撤销合并', merge: '与另一条记录合并', with: '另一条记录的名称',
    which: '合并以后用哪一条？', keep: '留下“{name}”', goes: '并进去的', stays: '留下的', becomes: '合并以后', added: '补上',
    comesAlong: '有 {n} 件诉求、{m} 次联系归到“{name}”名下。',
    nothingLost: '并进去的记录还在，名称成为别名；合错了可以撤销。', doMerge: '就这样合并',
    said: { saved: '已保存。', contact: '联系已记下。', merged: '已合并为一家。', unmerged: '已撤销合并。' }
  },
  supervise: {
    title: '督办台', orders: '督办和批示', watch: '重点关注', cases: '难办点', lists: '工作清单', filter: '只看',
    only: { all: '全部', supervised: '督办', escalated: '提级', instructed: '批示未反馈', objected: '单位有异议' },
    none: '没有督办、提级或有批示的工单。', pick: '请从列表里选一件。', standing: '督办到哪一步', ladder: '督办',
    escalation: '提级', rounds: '办理轮次', roundsAre: '第 {n} 轮，转过 {m} 个单位',
    level: { 0: '没有督办', 1: '催办', 2: '督办通知书', 3: '书面批评' },
    raised: { 0: '在承办单位', 1: '提到区政府办', 2: '提到分管副区长', 3: '提到区长' },
    rules: { urge: '到期前自动催办', notice: '逾期次日自动通知', criticism: '逾期多日自动批评',
      rework: '多次重办，自动提级', transfer: '多次转办，自动提级' },
    byHand: '人工', withdrawn: '异议成立，已撤回', objection: '单位有异议，等裁定', objectTo: '{time} 前可以提异议',
    instruction: '批示', instructionOf: '批示 {time} {unit}', noticeOf: '{time} 督办 {n} 级', dueBy: '{unit} 限 {time} 前办',
    answered: '已反馈 {time}', unanswered: '还没反馈', late: '已过期', feedback: '反馈：',
    mine: '只看我负责的', left: '也看已移出的', fired: '企业诉求 {n} 件，触发：T1 {a}，T2 {b}，T3 {c}',
    noWatch: '没有重点关注的诉求。', owner: '责任人', ownerLeft: '责任人已不在岗', nobody: '没有', ended: '已移出',
    trigger: { T1: 'T1 评价不满意', T2: 'T2 同一事项再次反映', T3: 'T3 七日未办结' },
    why: '为什么重点关注', extended: '已批准延期，照样计入', undone: '起因已不成立，领导可以移出',
    cause: { visit: '{time} {who} 回访，评价“{grade}”。', order: '同一家企业就同一事项还反映过：{title}',
      time: '登记后第七天结束时还没办结。', unseen: '起因在别处，这里看不到。' },
    exit: '怎样才能移出', exitBy: '责任人 {who} 在人工回访满意后移出；解决不了的，说明情况并由领导签字。清单上时不能办结。',
    humanDone: '已有人工回访，对方满意才能移出', humanOpen: '还没有人工回访', endedAt: '{time} 已移出。',
    hasLeft: '{number} 已移出重点关注，可以由回访员办结了。', hasOwner: '{number} 已换责任人。',
    addCase: '列一个难办点', noCases: '没有难办点。', pickCase: '请从列表里选一个难办点。', orderNumbers: '诉求编号，用逗号分开',
    link: '加上', progress: '进展', whatDone: '做了什么', saveProgress: '记进展', strike: '销号', propose: '提出销号',
    approve: '批准销号', leaderApproves: '等另一位领导批准。', struck: '{time} 由 {who} 办结。',
    caseIs: { open: '在办', proposed: '等批准销号', struck_off: '已销号' },
    addList: '列一份清单', noLists: '没有工作清单。', pickList: '请从列表里选一份清单。', listTitle: '清单名称',
    listDone: '已办结', listOpen: '还有 {n} 件，共 {all} 件', newOwner: '换责任人', closeList: '清单办结',
    listWaits: '还有 {n} 件没办完，不能办结。',
    said: { case: '难办点已列入。', linked: '已加上。', progress: '进展已记下。', proposed: '已提出销号，等领导批准。',
      struck: '已销号。', list: '清单已列好。', saved: '已保存。', closed: '清单已办结。' }
  },
  visit: {
    title: '回访台', waiting: '等回访的', counts: '等回访 {n} 件，您可以回访 {mine} 件', next: '下一件', none: '没有等回访的诉求。',
    pick: '请从列表里选一件。', human: '要人工回访', asked: '已回访，等办结', attempts: '没打通 {n} 次', notYou: '您不能回访这一件',
    done: '已记下 {number} 的回访。', showPhone: '显示电话（回访用，留痕）', onRecord: '已记入审计日志', noPhone: '没有电话',
    answer: '单位的答复', before: '以前的回访', reached: '联系上了', notReached: '没联系上', words: '对方怎么说（可以不填）',
    save: '记下', saveOnly: '只记下，先不办结', saveNext: '记下，下一件', saveAndClose: '记下并办结，下一件', then: '接下来',
    watched: '这一件在重点关注清单上：先由责任人移出，才能办结。',
    instructed: '有批示还没反馈：反馈以后才能办结。'
  },
  who: { owner: '新的责任人', holder: '由谁来', leader: '签字的领导（要领导签字、自己又不是领导时填）', second: '第二个人（复核、同意的人）', unit: '单位',
    co_units: '协办单位', category: '分类', policy: '时限规则（一般不用填）', ground: '理由' },
  firm: { new: '新企业', like: '是不是：{names}', also: '又名 {names}' },
  users: {
    title: '用户', user: '工号', name: '姓名', roles: '角色', state: '状态', locked: '已锁定', invited: '还没开通',
    ok: '正常', unlock: '解除锁定', remove: '去掉', invite: '给设置码', code: '设置码（只显示这一次，用一次就作废）',
    again: '重设密码', confirm: '确定去掉 {user} 吗？登录着的页面会随即退出，写过的记录都保留。', yes: '确定去掉',
    rolesHelp: '管理员角色只能单独用，也看不到诉求内容。'
  },
  audit: {
    title: '审计日志', when: '时间', who: '谁', what: '做了什么', target: '对象', result: '结果', detail: '细节',
    check: '检查完整性', whole: '审计日志完整，没有改动。', broken: '审计日志对不上，请马上报告。', none: '没有记录。',
    counts: '新增 {made}，改动 {changed}，退回 {refused}',
    results: { done: '完成', refused: '未准', failed: '失败' }
  },
  settings: {
    looks: '这个浏览器', language: '语言', paper: '打印纸张', filled: '录入时先填好的',
    nothingFilled: '还没有。保存一件以后，会记住诉求类型和村、社区。', forget: '不再先填',
    here: '这些只记在这台电脑的这个浏览器里，不影响别人。', me: '我', who: '姓名、工号', roles: '角色',
    password: '密码', passwordHelp: '要换密码，请安全管理员在“用户”里点“重设密码”，用给您的设置码重新设。',
    node: '本机', name: '名称、代码', kind: '这是', station: '站点', district: '区划代码', sync: '看同步情况'
  },
  print: {
    receipt: '诉求登记回执', order: '工单', keep: '请保管好编号和查询码，可凭查询码和电话后四位查询办理情况。',
    go: '打印', back: '返回', paper: '纸张', number: '编号', station: '登记站点', at: '登记时间', sign: '经办人签字'
  },
  field: {
    contact: '姓名', phone: '电话', type: '诉求类型', category: '分类（可打字查找）', region: '村、社区（可打字查找）',
    place: '具体地点', title: '标题', occurred_at: '什么时候发生', channel: '从哪来（默认窗口）', ext_no: '对方的编号'
  },
  nothing: { title: '您的角色没有可以看的页面', text: '请安全管理员给您设置角色。' }
}
