// Many acts in one go: what a clerk writes down afterwards (补录), or another system hands over.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"

namespace jiuying::node::commands {
namespace {

constexpr std::size_t acts_max = 1000;

json::object refusal(const json::value& row, const Failure& failure) {
    json::object why{{"row", row}, {"code", entry_of(failure.error()).code}};
    for (const auto& [kind, text] : failure.details()) {
        if (kind == Detail::guard) why["guard"] = text;
        if (kind == Detail::field || kind == Detail::option) why["field"] = text;
    }
    return why;
}

}  // namespace

json::object order_act_many(CommandContext& context, const json::object& args) {
    const json::array& rows = require_array(args, "rows");
    if (rows.size() > acts_max) throw Failure{Error::bad_value, Detail::option, "rows"};
    const auto fallback = text_in(args, "as");
    std::uint64_t done = 0;
    json::array refused;
    Replica::Batch batch{context.replica};
    for (const json::value& item : rows) {
        const json::object* row = item.if_object();
        const json::value* act = row == nullptr ? nullptr : row->if_contains("act");
        if (act == nullptr || !row->contains("row")) {
            throw Failure{Error::bad_value, Detail::option, "rows"};
        }
        try {
            if (!act->is_object()) throw Failure{Error::bad_json_input};
            json::object given = act->get_object();
            if (fallback && !given.contains("as")) given["as"] = *fallback;
            (void)order_act(context, given);
            ++done;
        } catch (const Failure& failure) {
            // The row's own fault; a failing store throws something else and ends the batch.
            refused.push_back(refusal(row->at("row"), failure));
        }
    }
    batch.commit();
    return {{"done", done}, {"refused", std::move(refused)}};
}

}  // namespace jiuying::node::commands
