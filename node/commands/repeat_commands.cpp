// Repeats: suggested with reasons, decided by a person, reversible. Domain B8.
#include "node/commands/arguments.hpp"
#include "node/commands/category_tree.hpp"
#include "node/commands/handlers.hpp"
#include "node/commands/lookup.hpp"
#include "node/commands/order_views.hpp"
#include "node/commands/repeat_links.hpp"
#include "node/commands/values.hpp"
#include "schema/repeats.hpp"

#include <algorithm>
#include <unordered_map>

namespace jiuying::node {
namespace {

using schema::EntityId;
using schema::RecordId;
using schema::RepeatKind;
using schema::RepeatSubject;
namespace fields = schema::appeal_link;

enum Decision : std::int64_t { confirmed = 1, refused = 2, undone = 3 };

using Two = std::pair<RecordId, RecordId>;
Two ordered(const RecordId& a, const RecordId& b) { return a < b ? Two{a, b} : Two{b, a}; }

std::string_view kind_name(std::int64_t kind) {
    return schema::choice_name(field_of(EntityId::appeal_link, fields::kind), kind);
}
std::string_view decision_name(std::int64_t decision) {
    return schema::choice_name(field_of(EntityId::appeal_link, fields::decision), decision);
}

std::string number_of(CommandContext& context, const RecordId& id) {
    const auto shown = context.replica.show(id, false);
    return shown ? printed_number(*shown) : to_text(id);
}

schema::RepeatRules rules_of(CommandContext& context) {
    schema::RepeatRules rules;
    for (const schema::RepeatSetting& one : schema::repeat_settings()) {
        std::uint32_t& amount = rules.*one.amount;
        amount = setting_number(context, one.name, amount, one.least, one.most);
    }
    return rules;
}

std::string joined(const std::vector<schema::RepeatReason>& reasons) {
    std::string all;
    for (const schema::RepeatReason reason : reasons) {
        all.append(all.empty() ? "" : " ").append(name_of(reason));
    }
    return all;
}

json::array split(std::string_view reasons) {
    json::array all;
    while (!reasons.empty()) {
        const std::size_t end = std::min(reasons.find(' '), reasons.size());
        if (end != 0) all.push_back(json::string(reasons.substr(0, end)));
        reasons.remove_prefix(std::min(end + 1, reasons.size()));
    }
    return all;
}

/// Everything that is compared, read once.
class Finder {
public:
    explicit Finder(CommandContext& context) : context_(context), rules_(rules_of(context)) {
        const CategoryTree tree{context};
        subjects_ = context.replica.repeat_subjects(
            [&](const std::string& category) { return tree.second_level(category); });
        for (const LinkView& link : context.replica.links({})) {
            decisions_[ordered(link.order, link.other)] = link;
        }
    }

    struct Suggestion {
        const RepeatSubject* earlier;
        const RepeatSubject* later;
        schema::RepeatJudgement judgement;
    };

    /// Pairs that nobody decided on, the latest first.
    std::vector<Suggestion> suggestions(std::int64_t kind) {
        std::vector<Suggestion> found;
        for (const schema::RepeatPair& pair : schema::repeat_candidates(subjects_, rules_)) {
            auto judgement = judge(pair.earlier, pair.later);
            const auto judged = static_cast<std::int64_t>(judgement.kind);
            if (judged == 0 || (kind != 0 && kind != judged)) continue;
            const RepeatSubject& earlier = subjects_[pair.earlier];
            const RepeatSubject& later = subjects_[pair.later];
            const auto decided = decisions_.find(ordered(earlier.id, later.id));
            if (decided != decisions_.end() && decided->second.decision != undone) continue;
            if (context_.replica.master_of(earlier.id) == context_.replica.master_of(later.id)) {
                continue;
            }
            found.push_back({&earlier, &later, std::move(judgement)});
        }
        std::ranges::stable_sort(found, [](const Suggestion& a, const Suggestion& b) {
            return a.later->registered_at > b.later->registered_at;
        });
        return found;
    }

    /// The judgement on two appeals, whichever is the earlier; kind none if nothing speaks for it.
    schema::RepeatJudgement judge_pair(const RecordId& earlier, const RecordId& later) {
        const auto place = [&](const RecordId& id) {
            return static_cast<std::size_t>(std::ranges::find(subjects_, id, &RepeatSubject::id) -
                                            subjects_.begin());
        };
        const std::size_t first = place(earlier);
        const std::size_t second = place(later);
        if (first >= subjects_.size() || second >= subjects_.size()) return {};
        return judge(first, second);
    }

    [[nodiscard]] const std::map<Two, LinkView>& decisions() const { return decisions_; }

private:
    schema::RepeatJudgement judge(std::size_t earlier, std::size_t later) {
        const std::uint32_t like = schema::likeness(pairs_of(earlier), pairs_of(later));
        return schema::judge_repeat(subjects_[earlier], subjects_[later], like, rules_);
    }

    const schema::Pairs& pairs_of(std::size_t at) {
        constexpr std::size_t kept_max = 5000;
        if (texts_.size() >= kept_max && !texts_.contains(at)) texts_.clear();
        const auto known = texts_.find(at);
        if (known != texts_.end()) return known->second;
        return texts_.emplace(at, schema::pairs_of(context_.replica.words_of(subjects_[at].id)))
            .first->second;
    }

    CommandContext& context_;
    schema::RepeatRules rules_;
    std::vector<RepeatSubject> subjects_;
    std::map<Two, LinkView> decisions_;
    std::unordered_map<std::size_t, schema::Pairs> texts_;
};

/// The two appeals of "NUMBER/NUMBER", the earlier first.
Two pair_in(CommandContext& context, const std::string& pair) {
    const std::size_t slash = pair.find('/');
    if (slash == pair.npos) throw Failure{Error::no_such_pair};
    const auto find = [&](const std::string& id) {
        try {
            return require_appeal(context, id);
        } catch (const Failure& failure) {
            if (failure.error() != Error::record_not_found) throw;
            throw Failure{Error::no_such_pair};
        }
    };
    RecordId first = find(pair.substr(0, slash));
    RecordId second = find(pair.substr(slash + 1));
    if (first == second) throw Failure{Error::no_such_pair};
    const auto registered = [&](const RecordId& id) {
        const auto shown = context.replica.show(id, false);
        const schema::Value* at = shown ? shown->find(schema::appeal::registered_at) : nullptr;
        const std::int64_t* ms = at == nullptr ? nullptr : schema::number_of(*at);
        return std::pair{ms == nullptr ? std::int64_t{0} : *ms, id};
    };
    if (registered(second) < registered(first)) std::swap(first, second);
    return {first, second};
}

std::int64_t choice_in(const json::object& args, std::string_view key, schema::FieldId field) {
    const auto given = text_in(args, key);
    if (!given) return 0;
    const schema::Value value =
        require_value(field_of(EntityId::appeal_link, field), json::value(*given));
    const std::int64_t* number = schema::number_of(value);
    return number == nullptr ? 0 : *number;
}

json::object decided_json(CommandContext& context, const LinkView& link) {
    const std::string later = number_of(context, link.order);
    const std::string earlier = number_of(context, link.other);
    return {{"pair", earlier + "/" + later},
            {"kind", kind_name(link.kind)},
            {"decision", decision_name(link.decision)},
            {"reasons", split(link.reasons)},
            {"earlier", json::object{{"id", to_text(link.other)}, {"number", earlier}}},
            {"later", json::object{{"id", to_text(link.order)}, {"number", later}}}};
}

json::object suggested_json(const Finder::Suggestion& suggestion) {
    const auto side = [](const RepeatSubject& subject) {
        return json::object{{"id", to_text(subject.id)}, {"number", subject.number}};
    };
    return {{"pair", suggestion.earlier->number + "/" + suggestion.later->number},
            {"kind", kind_name(static_cast<std::int64_t>(suggestion.judgement.kind))},
            {"decision", nullptr},
            {"score", suggestion.judgement.score},
            {"reasons", split(joined(suggestion.judgement.reasons))},
            {"earlier", side(*suggestion.earlier)},
            {"later", side(*suggestion.later)}};
}

/// Writes the decision: into the record that says of the pair what is decided now, else into a new
/// one. What a link is can't change, so another kind is another record.
std::uint64_t decide(CommandContext& context, const std::string& actor, const Two& pair,
                     std::int64_t kind, std::int64_t decision, const std::string& reasons) {
    const auto before = decision_on(context, pair.first, pair.second);
    Draft draft;
    draft.actor = actor;
    if (before && before->kind == kind) {
        draft.edits.push_back({before->id, {{fields::decision, decision}}});
        return require(context.replica.commit(draft)).txn;
    }
    const auto later = context.replica.show(pair.second, false);
    if (!later) throw Failure{Error::record_not_found};
    draft.scope = later->scope;
    NewRecord link{EntityId::appeal_link,
                   {{fields::order, record_value(pair.second)},
                    {fields::other, record_value(pair.first)},
                    {fields::kind, kind},
                    {fields::decision, decision}}};
    if (!reasons.empty()) link.values.push_back({fields::reasons, reasons});
    draft.records.push_back(std::move(link));
    return require(context.replica.commit(draft)).txn;
}

}  // namespace

std::optional<LinkView> decision_on(CommandContext& context, const RecordId& a, const RecordId& b) {
    std::optional<LinkView> latest;
    for (LinkView& link : context.replica.links(a)) {
        if (ordered(link.order, link.other) == ordered(a, b)) latest = std::move(link);
    }
    return latest;
}

/// Whether what is told of the requesters of both speaks of two: other codes, or other phones.
bool are_two_persons(CommandContext& context, const RecordId& a, const RecordId& b) {
    const auto first = context.replica.show(a, false);
    const auto second = context.replica.show(b, false);
    if (!first || !second) return false;
    const std::string code = text_of_field(*first, schema::appeal::uscc);
    const std::string other_code = text_of_field(*second, schema::appeal::uscc);
    if (!code.empty() && !other_code.empty()) return code != other_code;
    const std::string phone = schema::plain_phone(text_of_field(*first, schema::appeal::phone));
    const std::string other_phone =
        schema::plain_phone(text_of_field(*second, schema::appeal::phone));
    return !phone.empty() && !other_phone.empty() && phone != other_phone;
}

void refuse_other_persons(CommandContext& context, const RecordId& order, const RecordId& master) {
    const auto link = decision_on(context, order, master);
    const bool decided = link && link->decision == confirmed;
    const bool others = decided && link->kind == static_cast<std::int64_t>(RepeatKind::same_matter);
    // Whom a person found to be one may have two numbers.
    if (others || (!decided && are_two_persons(context, order, master))) {
        throw Failure{Error::different_persons};
    }
}

json::array repeats_json(CommandContext& context, const RecordId& appeal) {
    std::map<Two, LinkView> latest;
    for (LinkView& link : context.replica.links(appeal)) {
        latest[ordered(link.order, link.other)] = std::move(link);
    }
    json::array all;
    for (const auto& [two, link] : latest) {
        if (link.decision == confirmed) all.push_back(decided_json(context, link));
    }
    return all;
}

namespace commands {

json::object repeat_list(CommandContext& context, const json::object& args) {
    constexpr std::int64_t most = 10'000;
    const std::int64_t limit = number_in(args, "limit").value_or(50);
    if (limit < 0 || limit > most) throw Failure{Error::bad_value, Detail::option, "--limit"};
    const std::int64_t kind = choice_in(args, "kind", fields::kind);
    Finder finder{context};
    json::array pairs;
    std::size_t total = 0;
    const auto add = [&](auto&& shown) {
        if (static_cast<std::int64_t>(total++) < limit) pairs.push_back(shown());
    };
    if (flag_in(args, "decided")) {
        for (const auto& [two, link] : finder.decisions()) {
            if (kind != 0 && link.kind != kind) continue;
            add([&] { return decided_json(context, link); });
        }
    } else {
        for (const Finder::Suggestion& suggestion : finder.suggestions(kind)) {
            add([&] { return suggested_json(suggestion); });
        }
    }
    return {{"total", total}, {"pairs", std::move(pairs)}};
}

json::object repeat_decide(CommandContext& context, const json::object& args) {
    const std::string actor = actor_of(context, args);
    const Two pair = pair_in(context, require_text(args, "pair"));
    const std::int64_t decision = choice_in(args, "decision", fields::decision);
    if (decision == 0) throw Failure{Error::bad_value, Detail::option, "decision"};
    const auto before = decision_on(context, pair.first, pair.second);
    if (decision == undone && (!before || before->decision == undone)) {
        throw Failure{Error::no_such_pair};
    }
    const schema::RepeatJudgement judged = Finder{context}.judge_pair(pair.first, pair.second);
    std::int64_t kind = choice_in(args, "kind", fields::kind);
    if (kind == 0 && before) kind = before->kind;
    if (kind == 0) kind = static_cast<std::int64_t>(judged.kind);
    if (kind == 0) throw Failure{Error::missing_option, Detail::option, "--kind"};
    const bool merge = flag_in(args, "merge");
    if (merge && kind == static_cast<std::int64_t>(RepeatKind::same_matter)) {
        throw Failure{Error::different_persons};
    }
    Replica::Batch batch{context.replica};
    const std::uint64_t txn = decide(context, actor, pair, kind, decision, joined(judged.reasons));
    json::object answer{
        {"pair", number_of(context, pair.first) + "/" + number_of(context, pair.second)},
        {"kind", kind_name(kind)},
        {"decision", decision_name(decision)},
        {"changed", txn != 0},
        {"merged", merge}};
    if (merge) {
        schema::WorkOrderEvent event;
        event.kind = schema::EventKind::merged;
        event.target = context.replica.master_of(pair.first);
        event.reason = "repeat";
        (void)require_act(context, actor, pair.second, std::move(event));
    }
    batch.commit();
    return answer;
}

}  // namespace commands
}  // namespace jiuying::node
