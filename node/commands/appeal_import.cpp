// Rows of a file become appeals: the good ones in one durable commit, the bad ones named.
#include "node/commands/appeal_draft.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/values.hpp"

#include <set>

namespace jiuying::node::commands {
namespace {

constexpr std::size_t rows_max = 1000;
constexpr std::string_view default_channel = "import";

/// What became of the rows so far.
struct Tally {
    std::uint64_t imported = 0;
    std::uint64_t skipped = 0;
    json::array refused;

    void refuse(const json::value& row, const RowFault& fault) {
        json::object why{{"row", row}, {"code", entry_of(fault.error).code}};
        if (!fault.field.empty()) why["field"] = fault.field;
        if (!fault.limit.empty()) why["limit"] = fault.limit;
        refused.push_back(std::move(why));
    }
};

/// One call of the command.
class RowImport {
public:
    RowImport(CommandContext& context, const json::object& args)
        : context_(context), actor_(actor_of(context, args)), dry_run_(flag_in(args, "dry_run")) {
        if (const json::value* defaults = args.if_contains("defaults")) {
            if (!defaults->is_object()) throw Failure{Error::bad_value, Detail::option, "defaults"};
            defaults_ = defaults->get_object();
        }
        if (!defaults_.contains("channel")) defaults_["channel"] = default_channel;
        check_defaults();
    }

    void take(const json::value& item) {
        const json::object& row = item.as_object();
        const json::value& number = row.at("row");
        const json::object& given = row.at("values").as_object();
        auto read = read_appeal(context_, given, defaults_);
        if (const auto* fault = std::get_if<RowFault>(&read)) {
            tally_.refuse(number, *fault);
            return;
        }
        AppealDraft& draft = std::get<AppealDraft>(read);
        if (is_known(draft)) {
            ++tally_.skipped;
            return;
        }
        const auto reference = std::pair{draft.channel, draft.ext_no};
        try {
            link(context_, given, memory_, draft);
            if (!dry_run_) register_draft(context_, actor_, std::move(draft), memory_);
        } catch (const Failure& failure) {
            // A row's own fault; a failing store throws something else and ends the batch.
            tally_.refuse(number, RowFault{failure.error(), field_named_by(failure), {}});
            return;
        }
        if (!reference.second.empty()) seen_.insert(reference);
        ++tally_.imported;
    }

    json::object answer() {
        return {{"imported", tally_.imported},
                {"skipped", tally_.skipped},
                {"refused", std::move(tally_.refused)}};
    }

private:
    /// A default that is wrong would refuse every row; said once, before anything is written.
    void check_defaults() {
        for (const auto& member : defaults_) {
            const schema::Field* field =
                named_field(entity_of(schema::EntityId::appeal), member.key());
            if (field == nullptr) {
                throw Failure{Error::unknown_field_name, Detail::field, member.key()};
            }
            const schema::Value value = require_value(*field, member.value());
            const std::string* code = schema::text_of(value);
            const bool is_region = field->id == schema::appeal::region;
            if (is_region && code != nullptr) check_region(context_, *code);
        }
    }

    static std::string field_named_by(const Failure& failure) {
        for (const auto& [kind, text] : failure.details()) {
            if (kind == Detail::field) return text;
        }
        return {};
    }

    /// Whether this entry of another system is here already, or was stored from a row higher up.
    bool is_known(const AppealDraft& draft) {
        if (draft.ext_no.empty()) return false;  // An empty number is no reference.
        if (seen_.contains({draft.channel, draft.ext_no})) return true;
        return context_.replica.find_by_ext(draft.channel, draft.ext_no).has_value();
    }

    CommandContext& context_;
    std::string actor_;
    bool dry_run_;
    json::object defaults_;
    Tally tally_;
    LinkMemory memory_;
    /// The store is asked for what was committed; rows of this very commit are remembered here.
    std::set<std::pair<std::string, std::string>> seen_;
};

}  // namespace

json::object appeal_import_rows(CommandContext& context, const json::object& args) {
    const json::array& rows = require_array(args, "rows");
    if (rows.size() > rows_max) throw Failure{Error::bad_value, Detail::option, "rows"};
    for (const json::value& row : rows) {
        const json::object* object = row.if_object();
        const bool whole = object != nullptr && object->contains("row") &&
                           object->contains("values") && object->at("values").is_object();
        if (!whole) throw Failure{Error::bad_value, Detail::option, "rows"};
    }
    RowImport import{context, args};
    Replica::Batch batch{context.replica};
    for (const json::value& row : rows) import.take(row);
    batch.commit();
    return import.answer();
}

json::object index_search(CommandContext& context, const json::object&) {
    constexpr std::size_t step = 500;
    return {{"more", context.replica.index_pending(step)}};
}

}  // namespace jiuying::node::commands
