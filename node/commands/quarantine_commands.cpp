// What a revoked machine wrote after it was revoked, and what a person makes of it.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"
#include "node/commands/views.hpp"
#include "node/replica/late_segments.hpp"
#include "schema/time_text.hpp"

#include <algorithm>

namespace jiuying::node::commands {
namespace {

std::string_view word_of(LateRuling ruling) {
    switch (ruling) {
        case LateRuling::none: return "open";
        case LateRuling::taken: return "taken";
        case LateRuling::left: break;
    }
    return "left";
}

json::object segment_json(const LateSegment& segment) {
    const bool ruled = segment.ruling != LateRuling::none;
    return {{"id", segment.id},
            {"station", segment.station},
            {"node", sync::hex_encode(segment.node.bytes)},
            {"first", segment.first},
            {"last", segment.last},
            {"arrived_at", schema::format_time(segment.arrived_at)},
            {"ruling", word_of(segment.ruling)},
            {"ruled_at", ruled ? json::value(schema::format_time(segment.ruled_at)) : nullptr},
            {"ruled_by", ruled ? json::value(segment.ruled_by) : nullptr},
            {"reason", ruled ? json::value(segment.reason) : nullptr}};
}

std::uint64_t id_in(const json::object& args) {
    const auto id = number_in(args, "id");
    if (!id || *id < 1) throw Failure{Error::bad_value, Detail::option, "ID"};
    return static_cast<std::uint64_t>(*id);
}

Failure unknown(std::uint64_t id) {
    return Failure{Error::no_such_late, Detail::id, std::to_string(id)};
}

json::object shown(LateSegments& late, std::uint64_t id) {
    const auto all = late.list();
    const auto found = std::ranges::find(all, id, &LateSegment::id);
    if (found == all.end()) throw unknown(id);
    return segment_json(*found);
}

}  // namespace

json::object quarantine_list(CommandContext& context, const json::object&) {
    json::array segments;
    std::size_t open = 0;
    for (const LateSegment& segment : LateSegments{context.replica}.list()) {
        if (segment.ruling == LateRuling::none) ++open;
        segments.push_back(segment_json(segment));
    }
    return {{"open", open}, {"segments", std::move(segments)}};
}

json::object quarantine_show(CommandContext& context, const json::object& args) {
    const std::uint64_t id = id_in(args);
    LateSegments late{context.replica};
    json::object document = shown(late, id);
    const auto contents = late.contents(id);
    if (!contents) throw Failure{Error::late_unreadable, Detail::id, std::to_string(id)};
    json::array records;
    for (const LateRecord& record : *contents) {
        records.push_back(json::object{{"entity", record.entity},
                                       {"id", to_text(record.id)},
                                       {"created", record.created},
                                       {"number", text_or_null(record.number)},
                                       {"title", text_or_null(record.title)},
                                       {"written_at", schema::format_time(record.written_at)}});
    }
    document["records"] = std::move(records);
    return document;
}

json::object quarantine_take(CommandContext& context, const json::object& args) {
    const std::uint64_t id = id_in(args);
    LateSegments late{context.replica};
    const auto taken = late.take(id, actor_of(context, args), require_text(args, "reason"));
    if (!taken) {
        if (taken.error() == Errc::not_found) throw unknown(id);
        if (taken.error() == Errc::wrong_state) {
            throw Failure{Error::late_decided, Detail::id, std::to_string(id)};
        }
        throw Failure{Error::late_does_not_fit, Detail::id, std::to_string(id)};
    }
    json::object document = shown(late, id);
    document["segments_taken"] = *taken;
    return document;
}

json::object quarantine_leave(CommandContext& context, const json::object& args) {
    const std::uint64_t id = id_in(args);
    LateSegments late{context.replica};
    const auto done = late.leave(id, actor_of(context, args), require_text(args, "reason"));
    if (!done && done.error() == Errc::not_found) throw unknown(id);
    if (!done) throw Failure{Error::late_decided, Detail::id, std::to_string(id)};
    return shown(late, id);
}

}  // namespace jiuying::node::commands
