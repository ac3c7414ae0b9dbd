// Regions that are merged: the old code stays with its records, and leads to the new one.
#include "node/commands/region_versions.hpp"

#include "node/commands/arguments.hpp"
#include "node/commands/firm_lookup.hpp"
#include "node/commands/handlers.hpp"
#include "schema/appeal_rules.hpp"
#include "schema/staff_posts.hpp"
#include "schema/time_text.hpp"

#include <algorithm>

namespace jiuying::node {

using schema::EntityId;
using schema::RecordId;
namespace fields = schema::region;

RegionVersions::RegionVersions(CommandContext& context, std::int64_t as_of) {
    constexpr std::size_t regions_max = 100'000;
    for (const RecordView& region : context.replica.all(EntityId::region, regions_max)) {
        const std::string successor = text_of_field(region, fields::successor);
        const std::int64_t last_day = number_of_field(region, fields::valid_to);
        if (successor.empty() || last_day == 0) continue;
        if (schema::end_of_validity(last_day) > as_of) continue;
        successors_[text_of_field(region, fields::code)] = successor;
    }
}

std::string RegionVersions::now(std::string code) const {
    constexpr int merges_max = 64;  // A circle, which no command makes, must not hold us up.
    for (int hop = 0; hop < merges_max; ++hop) {
        const auto next = successors_.find(code);
        if (next == successors_.end()) break;
        code = next->second;
    }
    return code;
}

json::object commands::region_merge(CommandContext& context, const json::object& args) {
    constexpr std::int64_t day_ms = 86'400'000;
    const std::string actor = actor_of(context, args);
    const std::vector<std::string> codes = codes_in(require_text(args, "codes"));
    const std::string into{schema::trimmed(require_text(args, "into"))};
    const Result<std::int64_t> told = schema::parse_time(require_text(args, "date"));
    if (!told) throw Failure{Error::bad_date, Detail::option, "--date"};
    if (codes.empty()) throw Failure{Error::missing_option, Detail::option, "CODES"};
    const auto region = [&](const std::string& code) {
        const auto id = context.replica.find_by_text(EntityId::region, fields::code, code);
        if (!id) throw Failure{Error::unknown_region, Detail::field, "code"};
        return require_shown(context, *id);
    };
    const auto is_retired = [](const RecordView& one) {
        return !text_of_field(one, fields::successor).empty() ||
               number_of_field(one, fields::valid_to) != 0;
    };
    if (is_retired(region(into))) throw Failure{Error::region_retired, Detail::id, into};
    Replica::Batch batch{context.replica};
    std::uint64_t moved = 0;
    for (const std::string& code : codes) {
        const RecordView old = region(code);
        if (code == into || is_retired(old)) throw Failure{Error::region_retired, Detail::id, code};
        Draft draft;
        draft.actor = actor;
        // Its last day is the one before.
        draft.edits.push_back(
            {old.id, {{fields::valid_to, *told - day_ms}, {fields::successor, into}}});
        (void)require(context.replica.commit(draft));
        for (const RecordId& child :
             context.replica.all_with_text(EntityId::region, fields::parent, code)) {
            Draft moves;
            moves.actor = actor;
            moves.edits.push_back({child, {{fields::parent, into}}});
            (void)require(context.replica.commit(moves));
            ++moved;
        }
    }
    std::string all;
    for (const std::string& code : codes) all.append(all.empty() ? "" : ",").append(code);
    context.replica.audit({actor, "region.merge", all, schema::audit::done, "into " + into});
    batch.commit();
    return {{"merged", codes.size()}, {"into", into}, {"moved", moved}};
}

}  // namespace jiuying::node
