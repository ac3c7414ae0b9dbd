#include "node/commands/command.hpp"

#include "node/cli/errors.hpp"
#include "node/commands/arguments.hpp"
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
    Entry{"order.deadline", commands::order_deadline},
    Entry{"meeting.add", commands::meeting_add},
    Entry{"meeting.list", commands::meeting_list},
    Entry{"enterprise.list", commands::enterprise_list},
    Entry{"reference.import_rows", commands::reference_import_rows, For::hub},
    Entry{"reference.list", commands::reference_list},
    Entry{"station.list", commands::station_list, For::hub},
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
    Entry{"status", commands::status},
    Entry{"digest", commands::digest},
    Entry{"verify", commands::verify},
    Entry{"sync.now", commands::sync_now, For::station},
    Entry{"sync.status", commands::sync_status, For::station},
    Entry{"invite", commands::invite, For::hub},
    Entry{"rejoin", commands::rejoin, For::station},
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

json::object run_command(CommandContext& context, std::string_view name, const json::object& args) {
    const Entry* entry = find_entry(name);
    if (entry == nullptr) throw Failure{Error::unknown_command, Detail::command, std::string{name}};
    if (!fits(context, *entry, args)) throw Failure{Error::wrong_role};
    return entry->handler(context, args);
}

}  // namespace jiuying::node
