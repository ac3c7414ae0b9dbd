// appeal refer: the number that a further channel gave to the same matter.
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/known_channels.hpp"
#include "node/commands/known_references.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"

namespace jiuying::node {

using schema::EntityId;
using schema::RecordId;

std::optional<RecordId> order_with_number(CommandContext& context, const std::string& channel,
                                          const std::string& ext_no) {
    const auto order = context.replica.find_by_ext(channel, ext_no);
    if (!order) return std::nullopt;
    return context.replica.master_of(*order);
}

std::optional<RecordId> KnownReferences::find(CommandContext& context, const std::string& channel,
                                              const std::string& ext_no) const {
    if (ext_no.empty()) return std::nullopt;
    const auto fresh = fresh_.find({channel, ext_no});
    if (fresh != fresh_.end()) return fresh->second;
    return order_with_number(context, channel, ext_no);
}

void KnownReferences::remember(const std::string& channel, const std::string& ext_no,
                               const RecordId& order) {
    if (!ext_no.empty()) fresh_.insert({{channel, ext_no}, order});
}

namespace commands {
namespace {

FieldValue value_in(const json::object& args, std::string_view key, schema::FieldId field) {
    const json::value* given = args.if_contains(key);
    const schema::Field& spec = field_of(EntityId::external_ref, field);
    return {field, given == nullptr ? schema::Value{} : require_value(spec, *given)};
}

}  // namespace

json::object appeal_refer(CommandContext& context, const json::object& args) {
    namespace fields = schema::external_ref;
    const std::string actor = actor_of(context, args);
    const RecordId id =
        context.replica.master_of(require_appeal(context, require_text(args, "id")));
    const KnownChannel channel = require_channel(context, require_text(args, "channel"));
    const FieldValue number = value_in(args, "ext_no", fields::ext_no);
    const std::string* ext_no = schema::text_of(number.value);
    if (ext_no == nullptr || is_blank(*ext_no)) {
        throw Failure{Error::missing_option, Detail::option, "--ext-no"};
    }
    const auto shown = context.replica.show(id, false);
    if (!shown) throw Failure{Error::record_not_found};
    json::object answer{{"id", to_text(id)},
                        {"number", printed_number(*shown)},
                        {"channel", channel.code},
                        {"ext_no", *ext_no},
                        {"changed", false}};
    if (const auto holder = order_with_number(context, channel.code, *ext_no)) {
        if (*holder == id) return answer;
        const auto other = context.replica.show(*holder, false);
        Failure failure{Error::ext_no_taken, Detail::field, "ext_no"};
        if (other) failure.with(Detail::id, printed_number(*other));
        throw failure;
    }
    FieldValue level = value_in(args, "level", fields::level);
    if (schema::empty(level.value) && !channel.level.empty()) {
        level.value = require_value(field_of(EntityId::external_ref, fields::level),
                                    json::value(channel.level));
    }
    NewRecord reference{EntityId::external_ref,
                        {{fields::order, record_value(id)},
                         {fields::channel, channel.code},
                         number,
                         level,
                         value_in(args, "received_at", fields::received_at)}};
    Draft draft{actor, {std::move(reference)}, {}, shown->scope};
    (void)require(context.replica.commit(draft));
    answer["changed"] = true;
    return answer;
}

}  // namespace commands
}  // namespace jiuying::node
