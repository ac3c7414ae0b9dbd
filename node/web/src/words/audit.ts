// What the audit log's actions and details are called. An action that is not here (of a newer
// program) is shown by its code.
import { locale, t } from './i18n'
import { listed, roleName } from './shown'

const names: Record<string, [zh: string, en: string]> = {
  'page.login': ['登录页面', 'Signed in'],
  'page.setup': ['设了密码', 'Set a password'],
  'user.invite': ['给了设置码', 'Gave a setup code'],
  'user.remove': ['去掉用户', 'Removed a user'],
  'user.unlock': ['给用户解锁', 'Unlocked a user'],
  'appeal.reveal': ['查看诉求的完整信息', 'Saw an appeal in full'],
  'conflict.reveal': ['查看冲突的完整信息', 'Saw a conflict in full'],
  'appeal.import': ['导入诉求', 'Imported appeals'],
  'invitation.make': ['给站点做邀请', 'Made an invitation'],
  'invitation.take': ['用邀请入网', 'Joined by an invitation'],
  'enrolment.admit': ['准许电脑入网', 'Let a PC join'],
  'enrolment.refuse': ['不准电脑入网', 'Refused a PC'],
  'roster.certify': ['签发中枢名册', 'Certified the roster'],
  'roster.retire': ['停用电脑', 'Retired a PC'],
  'roster.revoke': ['吊销电脑', 'Revoked a PC'],
  'quarantine.take': ['收下隔离的内容', 'Took what was put aside'],
  'quarantine.leave': ['不收隔离的内容', 'Left what was put aside'],
  'keyring.open': ['打开密钥', 'Opening the keys'],
  'keyring.passphrase': ['改口令', 'Changed the passphrase'],
  'keyring.add_key_file': ['加密钥文件', 'Added a key file'],
  'keyring.add_recovery': ['加恢复密钥', 'Added a recovery key'],
  'keyring.remove_slot': ['去掉一种打开方式', 'Removed a way to open'],
  'keyring.rotate': ['换数据密钥', 'Changed the data keys'],
  'keyring.recover': ['用恢复密钥打开', 'Opened by the recovery key'],
  'setting.set': ['改规则', 'Changed a rule'],
  'policy.load': ['装时限规则', 'Loaded deadline policies'],
  'calendar.load': ['装节假日', 'Loaded days off'],
  'reference.import': ['导入代码表', 'Imported a list'],
  'region.merge': ['区划并入', 'Merged regions'],
  'reason.add': ['加原因', 'Added a reason'],
  'reason.retire': ['停用原因', 'Retired a reason'],
  'duty.add': ['加值班', 'Added a duty'],
  'channel.add': ['加渠道', 'Added a channel'],
  'mapping.save': ['存渠道对照', 'Saved a mapping'],
  'mapping.retire': ['停用渠道对照', 'Retired a mapping'],
  'alarm.settle': ['处理警报', 'Settled an alarm'],
  'ruling.make': ['裁决冲突', 'Settled a conflict'],
  'subject.release': ['解除回避', 'Released a hidden matter'],
  'enterprise.merge': ['企业并档', 'Merged enterprises'],
  'enterprise.unmerge': ['撤销企业并档', 'Took a merge back'],
  'erasure.request': ['删除个人信息', 'Erased personal data'],
  'bundle.export': ['写 U 盘', 'Wrote a stick'],
  'bundle.import': ['读 U 盘', 'Read a stick'],
  'snapshot.write': ['写快照', 'Wrote a snapshot'],
  'log.prune': ['清理旧日志', 'Pruned the log'],
  'backup.make': ['做备份', 'Made a backup'],
  'backup.restore': ['恢复备份', 'Restored a backup']
}

export function auditAction(code: string): string {
  const name = names[code]
  return name ? name[locale.value === 'en' ? 1 : 0] : code
}

/** Details are codes and counts, written alike in every language. */
export function auditDetail(action: string, detail: string): string {
  if (action === 'user.invite') return listed(detail.split(',').map(roleName))
  const counts = /^new (\d+), changed (\d+), refused (\d+)$/.exec(detail)
  if (!counts) return detail
  return t('audit.counts', { made: counts[1], changed: counts[2], refused: counts[3] })
}
