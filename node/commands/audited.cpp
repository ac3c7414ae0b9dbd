#include "node/commands/audited.hpp"

#include "node/commands/arguments.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
/// Refusals of one action that are written within an hour.
constexpr std::uint64_t refusals_max = 20;

struct Watched {
    std::string_view command;
    std::string_view action;
};

/// Commands whose refusals are written down, and what the log calls them.
constexpr std::array watched{
    Watched{"alarm.settle", "alarm.settle"},
    Watched{"appeal.import_rows", "appeal.import"},
    Watched{"backup.begin", "backup.make"},
    Watched{"bundle.begin", "bundle.export"},
    Watched{"bundle.open", "bundle.import"},
    Watched{"calendar.load", "calendar.load"},
    Watched{"channel.add", "channel.add"},
    Watched{"conflict.resolve", "ruling.make"},
    Watched{"duty.add", "duty.add"},
    Watched{"invite", "invitation.make"},
    Watched{"mapping.retire", "mapping.retire"},
    Watched{"mapping.save", "mapping.save"},
    Watched{"policy.load", "policy.load"},
    Watched{"prune", "log.prune"},
    Watched{"reason.add", "reason.add"},
    Watched{"reason.retire", "reason.retire"},
    Watched{"reference.import_rows", "reference.import"},
    Watched{"rejoin", "invitation.take"},
    Watched{"setting.set", "setting.set"},
    Watched{"snapshot.write", "snapshot.write"},
    Watched{"subject.release", "subject.release"},
};

/// What is nobody's slip of the hand.
bool matters(Error error) {
    switch (error) {
        case Error::unknown_staff:
        case Error::write_not_allowed:
        case Error::event_not_allowed:
        case Error::invitation_used:
        case Error::invitation_other_hub:
        case Error::invitation_other_district:
        case Error::invitation_expired:
        case Error::hub_key_mismatch:
        case Error::unknown_node:
        case Error::node_revoked:
        case Error::bundle_not_authentic:
        case Error::bundle_other_district:
        case Error::bundle_damaged: return true;
        default: return false;
    }
}

}  // namespace

void audit_seldom(CommandContext& context, const AuditEntry& entry) {
    AuditFilter lately;
    lately.action = entry.action;
    lately.since_ms = context.environment.now_ms() - hour_ms;
    lately.limit = refusals_max;
    const AuditPage page = context.replica.audit_rows(lately);
    const auto refused = std::ranges::count_if(
        page.rows, [](const AuditRow& row) { return row.result != schema::audit::done; });
    if (static_cast<std::uint64_t>(refused) >= refusals_max) return;
    context.replica.audit(entry);
}

void audit_refusal(CommandContext& context, std::string_view command, const json::object& args,
                   const Failure& failure) {
    const auto* found = std::ranges::find(watched, command, &Watched::command);
    if (found == watched.end() || !matters(failure.error())) return;
    try {
        std::string detail{entry_of(failure.error()).code};
        for (const auto& [kind, text] : failure.details()) {
            if (kind == Detail::guard) detail.append(" ").append(text);
        }
        audit_seldom(context,
                     {reader_of(context, args), std::string{found->action},
                      text_in(args, "station").value_or(""), schema::audit::refused, detail});
    } catch (...) {
        // It was refused, and is told so; that it could not be written changes nothing.
    }
}

}  // namespace jiuying::node
