#include "node/commands/command.hpp"

#include "node/cli/errors.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/audited.hpp"
#include "node/commands/handlers.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

/// Which program may run a command.
enum class For : std::uint8_t { both, station, hub };

struct Entry {
    std::string_view name;
    commands::Handler* handler;
    For who = For::both;
};

constexpr std::array table{
    Entry{"appeal.add", commands::appeal_add},
    Entry{"appeal.add_many", commands::appeal_add_many},
    Entry{"appeal.import_rows", commands::appeal_import_rows},
    Entry{"appeal.refer", commands::appeal_refer},
    Entry{"appeal.list", commands::appeal_list},
    Entry{"appeal.show", commands::appeal_show},
    Entry{"appeal.edit", commands::appeal_edit},
    Entry{"appeal.note", commands::appeal_note},
    Entry{"order.act", commands::order_act},
    Entry{"order.act_many", commands::order_act_many},
    Entry{"order.deadline", commands::order_deadline},
    Entry{"subject.release", commands::subject_release, For::hub},
    Entry{"scan", commands::scan},
    Entry{"scan.gate", commands::scan_gate},
    Entry{"scan.backlog", commands::scan_backlog},
    Entry{"report.ledger", commands::report_ledger},
    Entry{"report.totals", commands::report_totals},
    Entry{"report.onsite", commands::report_onsite},
    Entry{"report.first_action", commands::report_first_action},
    Entry{"meeting.add", commands::meeting_add},
    Entry{"meeting.edit", commands::meeting_edit},
    Entry{"meeting.list", commands::meeting_list},
    Entry{"meeting.show", commands::meeting_show},
    Entry{"meeting.note", commands::meeting_note},
    Entry{"meeting.close", commands::meeting_close},
    Entry{"enterprise.list", commands::enterprise_list},
    Entry{"enterprise.add", commands::enterprise_add},
    Entry{"enterprise.edit", commands::enterprise_edit},
    Entry{"enterprise.show", commands::enterprise_show},
    Entry{"enterprise.contact", commands::enterprise_contact},
    Entry{"enterprise.merge", commands::enterprise_merge, For::hub},
    Entry{"enterprise.duplicates", commands::enterprise_duplicates},
    Entry{"watch.list", commands::watch_list},
    Entry{"rule.run", commands::rule_run, For::hub},
    Entry{"report.watch", commands::report_watch},
    Entry{"report.human", commands::report_human},
    Entry{"report.recheck", commands::report_recheck},
    Entry{"report.supervision", commands::report_supervision, For::hub},
    Entry{"case.add", commands::case_add, For::hub},
    Entry{"case.list", commands::case_list, For::hub},
    Entry{"case.show", commands::case_show, For::hub},
    Entry{"case.progress", commands::case_progress, For::hub},
    Entry{"case.link", commands::case_link, For::hub},
    Entry{"case.propose", commands::case_propose, For::hub},
    Entry{"case.strike", commands::case_strike, For::hub},
    Entry{"worklist.add", commands::worklist_add},
    Entry{"worklist.list", commands::worklist_list},
    Entry{"worklist.show", commands::worklist_show},
    Entry{"worklist.item", commands::worklist_item},
    Entry{"worklist.owner", commands::worklist_owner},
    Entry{"worklist.close", commands::worklist_close},
    Entry{"region.merge", commands::region_merge, For::hub},
    Entry{"reference.import_rows", commands::reference_import_rows, For::hub},
    Entry{"reference.list", commands::reference_list},
    Entry{"station.list", commands::station_list, For::hub},
    Entry{"calendar.load", commands::calendar_load, For::hub},
    Entry{"calendar.list", commands::calendar_list},
    Entry{"calendar.show", commands::calendar_show},
    Entry{"policy.load", commands::policy_load, For::hub},
    Entry{"policy.list", commands::policy_list},
    Entry{"policy.show", commands::policy_show},
    Entry{"setting.set", commands::setting_set, For::hub},
    Entry{"setting.list", commands::setting_list},
    Entry{"reason.add", commands::reason_add, For::hub},
    Entry{"reason.retire", commands::reason_retire, For::hub},
    Entry{"reason.list", commands::reason_list},
    Entry{"duty.add", commands::duty_add, For::hub},
    Entry{"duty.list", commands::duty_list},
    Entry{"duty.now", commands::duty_now},
    Entry{"alarm.list", commands::alarm_list},
    Entry{"alarm.settle", commands::alarm_settle, For::hub},
    Entry{"roster.show", commands::roster_show},
    Entry{"roster.retire", commands::roster_retire, For::hub},
    Entry{"roster.revoke", commands::roster_revoke, For::hub},
    Entry{"roster.request", commands::roster_request, For::hub},
    Entry{"roster.certify", commands::roster_certify, For::hub},
    Entry{"checkpoint.make", commands::checkpoint_make, For::hub},
    Entry{"checkpoint.list", commands::checkpoint_list},
    Entry{"erasure.request", commands::erasure_request, For::hub},
    Entry{"erasure.list", commands::erasure_list},
    Entry{"quarantine.list", commands::quarantine_list, For::hub},
    Entry{"quarantine.show", commands::quarantine_show, For::hub},
    Entry{"quarantine.take", commands::quarantine_take, For::hub},
    Entry{"quarantine.leave", commands::quarantine_leave, For::hub},
    Entry{"category.count", commands::category_count},
    Entry{"query.progress", commands::query_progress},
    Entry{"repeat.list", commands::repeat_list},
    Entry{"repeat.decide", commands::repeat_decide, For::hub},
    Entry{"mapping.save", commands::mapping_save, For::hub},
    Entry{"mapping.list", commands::mapping_list},
    Entry{"mapping.show", commands::mapping_show},
    Entry{"mapping.retire", commands::mapping_retire, For::hub},
    Entry{"channel.list", commands::channel_list},
    Entry{"channel.add", commands::channel_add, For::hub},
    Entry{"conflict.list", commands::conflict_list},
    Entry{"conflict.show", commands::conflict_show},
    Entry{"conflict.resolve", commands::conflict_resolve},
    Entry{"audit.list", commands::audit_list},
    Entry{"audit.verify", commands::audit_verify},
    Entry{"audit.note", commands::audit_note},
    Entry{"backup.begin", commands::backup_begin},
    Entry{"backup.write", commands::backup_write},
    Entry{"backup.made", commands::backup_made},
    Entry{"doctor.look", commands::doctor_look},
    Entry{"doctor.check", commands::doctor_check},
    Entry{"status", commands::status},
    Entry{"digest", commands::digest},
    Entry{"verify", commands::verify},
    Entry{"sync.now", commands::sync_now, For::station},
    Entry{"sync.status", commands::sync_status, For::station},
    Entry{"invite", commands::invite, For::hub},
    Entry{"bundle.begin", commands::bundle_begin},
    Entry{"bundle.fetch", commands::bundle_fetch},
    Entry{"bundle.seal", commands::bundle_seal},
    Entry{"bundle.made", commands::bundle_made},
    Entry{"bundle.open", commands::bundle_open},
    Entry{"bundle.take", commands::bundle_take},
    Entry{"bundle.close", commands::bundle_close},
    Entry{"bundle.missing", commands::bundle_missing},
    Entry{"bundle.carry", commands::bundle_carry},
    Entry{"bundle.carried", commands::bundle_carried},
    Entry{"bundle.carried_read", commands::bundle_carried_read},
    Entry{"rejoin", commands::rejoin, For::station},
    Entry{"snapshot.write", commands::snapshot_write, For::hub},
    Entry{"snapshot.list", commands::snapshot_list, For::hub},
    Entry{"prune", commands::prune, For::station},
    Entry{"user.list", commands::user_list},
    Entry{"user.invite", commands::user_invite},
    Entry{"user.remove", commands::user_remove},
    Entry{"user.unlock", commands::user_unlock},
    Entry{"index", commands::index_search},
};

const Entry* find_entry(std::string_view name) {
    const auto found = std::ranges::find(table, name, &Entry::name);
    return found == table.end() ? nullptr : &*found;
}

bool fits(const CommandContext& context, const Entry& entry, const json::object& args) {
    const bool hub = context.replica.profile().role == Profile::Role::hub;
    if (const auto role = text_in(args, "role")) {
        if (*role != (hub ? "hub" : "station")) return false;
    }
    return entry.who == For::both || (entry.who == For::hub) == hub;
}

}  // namespace

bool is_command(std::string_view name) { return find_entry(name) != nullptr; }

std::string reader_of(const CommandContext& context, const json::object& args) {
    std::string reader = text_in(args, "as").value_or(context.as);
    return reader.empty() ? context.replica.profile().default_actor : reader;
}

json::object run_command(CommandContext& context, std::string_view name, const json::object& args) {
    const Entry* entry = find_entry(name);
    if (entry == nullptr) throw Failure{Error::unknown_command, Detail::command, std::string{name}};
    if (!fits(context, *entry, args)) throw Failure{Error::wrong_role};
    // Whoever acts is whoever reads: what a person may not see is not there for the whole command.
    const Replica::Reading reading{context.replica, reader_of(context, args)};
    try {
        return entry->handler(context, args);
    } catch (const Failure& failure) {
        audit_refusal(context, name, args, failure);
        throw;
    }
}

}  // namespace jiuying::node
