// Rows of a file become appeals: the good ones in one durable commit, the bad ones named.
#include "node/commands/appeal_draft.hpp"
#include "node/commands/arguments.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/known_channels.hpp"
#include "node/commands/known_references.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/query_code.hpp"
#include "node/commands/values.hpp"

namespace jiuying::node::commands {
namespace {

constexpr std::size_t rows_max = 1000;
constexpr std::string_view default_channel = "import";

/// What became of the rows so far.
struct Tally {
    std::uint64_t imported = 0;
    std::uint64_t skipped = 0;
    json::array refused;
    json::array known;    ///< Rows whose number leads to an order that is here.
    json::array made;     ///< Rows that are appeals now.
    json::array preview;  ///< Rows as they would be recorded.

    void refuse(const json::value& row, const RowFault& fault) {
        json::object why{{"row", row}, {"code", entry_of(fault.error).code}};
        if (!fault.field.empty()) why["field"] = fault.field;
        if (!fault.limit.empty()) why["limit"] = fault.limit;
        if (!fault.hint.empty()) why["hint"] = fault.hint;
        refused.push_back(std::move(why));
    }
};

/// One call of the command.
class RowImport {
public:
    RowImport(CommandContext& context, const json::object& args)
        : context_(context),
          actor_(actor_of(context, args)),
          dry_run_(flag_in(args, "dry_run")),
          details_(flag_in(args, "details")),
          known_max_(bounded(args, "known_max")),
          preview_max_(dry_run_ ? bounded(args, "preview") : 0) {
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
        if (const auto known = references_.find(context_, draft.channel, draft.ext_no)) {
            skip(number, *known, draft.ext_no);
            return;
        }
        const auto reference = std::pair{draft.channel, draft.ext_no};
        Registered registered;
        try {
            link(context_, given, memory_, draft);
            show(number, given, draft);
            if (!dry_run_) registered = register_draft(context_, actor_, std::move(draft), memory_);
        } catch (const Failure& failure) {
            // A row's own fault; a failing store throws something else and ends the batch.
            tally_.refuse(number, RowFault{failure.error(), field_named_by(failure), {}, {}});
            return;
        }
        references_.remember(reference.first, reference.second, registered.id);
        if (details_ && !dry_run_) tell(number, registered, reference.second);
        ++tally_.imported;
    }

    void audit() {
        if (dry_run_ || tally_.imported == 0) return;
        context_.replica.audit({actor_,
                                "appeal.import",
                                {},
                                schema::audit::done,
                                "new " + std::to_string(tally_.imported) + ", known " +
                                    std::to_string(tally_.skipped) + ", refused " +
                                    std::to_string(tally_.refused.size())});
    }

    json::object answer() {
        json::object answer{{"imported", tally_.imported},
                            {"skipped", tally_.skipped},
                            {"refused", std::move(tally_.refused)}};
        if (!tally_.known.empty()) answer["known"] = std::move(tally_.known);
        if (!tally_.made.empty()) answer["made"] = std::move(tally_.made);
        if (!tally_.preview.empty()) answer["preview"] = std::move(tally_.preview);
        return answer;
    }

private:
    static std::size_t bounded(const json::object& args, std::string_view key) {
        const std::int64_t number = number_in(args, key).value_or(0);
        if (number < 0) throw Failure{Error::bad_value, Detail::option, std::string{key}};
        return static_cast<std::size_t>(number);
    }

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
            const bool is_channel = field->id == schema::appeal::channel;
            if (is_channel && code != nullptr) (void)require_channel(context_, *code);
        }
    }

    static std::string field_named_by(const Failure& failure) {
        for (const auto& [kind, text] : failure.details()) {
            if (kind == Detail::field) return text;
        }
        return {};
    }

    void skip(const json::value& number, const schema::RecordId& order, const std::string& ext_no) {
        ++tally_.skipped;
        const bool named = order != schema::RecordId{} && tally_.known.size() < known_max_;
        const auto shown = named ? context_.replica.show(order, false) : std::nullopt;
        if (!shown) return;
        json::object known{
            {"row", number}, {"id", to_text(order)}, {"number", printed_number(*shown)}};
        if (details_) {
            known["ext_no"] = ext_no;
            // The channel that asks again, because it lost the answer, gets the same one.
            const std::string code = text_of_field(*shown, schema::appeal::query_code);
            const bool own = text_of_field(*shown, schema::appeal::ext_no) == ext_no;
            if (own && !code.empty()) known["query_code"] = grouped_query_code(code);
        }
        tally_.known.push_back(std::move(known));
    }

    void tell(const json::value& number, const Registered& registered, const std::string& ext_no) {
        json::object made{
            {"row", number}, {"id", to_text(registered.id)}, {"number", registered.number}};
        made["ext_no"] = ext_no;
        if (!registered.query_code.empty()) {
            made["query_code"] = grouped_query_code(registered.query_code);
        }
        tally_.made.push_back(std::move(made));
    }

    void show(const json::value& number, const json::object& given, const AppealDraft& draft) {
        if (tally_.preview.size() >= preview_max_) return;
        json::object values;
        for (const FieldValue& value : draft.values) {
            const schema::Field& field = field_of(schema::EntityId::appeal, value.field);
            if (field.kind == schema::Kind::record) continue;
            values[field.name] = to_json(field, value.value);
        }
        for (const char* link : {"enterprise", "meeting"}) {
            const auto named = text_in(given, link);
            if (named && !named->empty()) values[link] = *named;
        }
        tally_.preview.push_back(json::object{{"row", number}, {"values", std::move(values)}});
    }

    CommandContext& context_;
    std::string actor_;
    bool dry_run_;
    bool details_;
    std::size_t known_max_;
    std::size_t preview_max_;
    json::object defaults_;
    Tally tally_;
    LinkMemory memory_;
    KnownReferences references_;
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
    import.audit();
    batch.commit();
    return import.answer();
}

json::object index_search(CommandContext& context, const json::object&) {
    constexpr std::size_t step = 500;
    return {{"more", context.replica.index_pending(step)}};
}

}  // namespace jiuying::node::commands
