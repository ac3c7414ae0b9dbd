#include "schema/workflow_state.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::schema {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(MainState::last_of_list) + 1>
    state_names{"draft",      "registered",  "received",       "need_info",    "triage",
                "dispatched", "in_progress", "return_pending", "replied",      "visit_pending",
                "suspended",  "closed",      "archived",       "not_accepted", "merged",
                "withdrawn",  "voided"};

/// How much worse a visit is than others. A matter that is not solved weighs more than any grade.
int badness(const Visit& visit) {
    return static_cast<int>(visit.grade) + (visit.solved == false ? 10 : 0);
}

}  // namespace

std::string_view name_of(MainState state) { return state_names[static_cast<std::size_t>(state)]; }

std::optional<MainState> main_state(std::string_view name) {
    const auto at = std::ranges::find(state_names, name);
    if (at == state_names.end()) return std::nullopt;
    return MainState{static_cast<std::uint8_t>(at - state_names.begin())};
}

bool Visit::satisfied() const {
    return valid() && grade <= Grade::fairly_satisfied && solved.value_or(true);
}

std::optional<std::int64_t> Sending::reached_at() const {
    if (!arrived_at || !acted_at) return arrived_at;
    return std::min(*arrived_at, *acted_at);
}

bool OrderState::is_open() const { return main != MainState::draft && main < MainState::closed; }

bool OrderState::co_tasks_open() const { return std::ranges::any_of(co_tasks, &CoTask::open); }

const Extension* OrderState::pending_extension() const {
    if (extensions.empty() || extensions.back().decided_at) return nullptr;
    return &extensions.back();
}

std::optional<std::int64_t> OrderState::extended_due_at() const {
    for (std::size_t i = extensions.size(); i > 0; --i) {
        const Extension& extension = extensions[i - 1];
        if (extension.granted && extension.round == round) return extension.due_at;
    }
    return std::nullopt;
}

IntakeFacts facts_of(const Intake& intake) {
    IntakeFacts facts;
    facts.type = intake.type;
    facts.category = intake.category;
    facts.region = intake.region;
    facts.subject_unit = intake.subject_unit;
    facts.ext_due_at = intake.ext_due_at.value_or(0);
    facts.enterprise = intake.enterprise;
    facts.anonymous = intake.anonymous;
    facts.has_phone = intake.has_phone;
    facts.from_leader = intake.from_leader;
    return facts;
}

void adopt(Intake& intake, const IntakeFacts& facts) {
    const auto take = [](auto& known, const auto& told) {
        if (told) known = *told;
    };
    take(intake.type, facts.type);
    take(intake.category, facts.category);
    take(intake.region, facts.region);
    take(intake.subject_unit, facts.subject_unit);
    take(intake.enterprise, facts.enterprise);
    take(intake.anonymous, facts.anonymous);
    take(intake.has_phone, facts.has_phone);
    take(intake.from_leader, facts.from_leader);
    if (!facts.ext_due_at) return;
    intake.ext_due_at = *facts.ext_due_at == 0 ? std::nullopt : facts.ext_due_at;
}

const Visit* OrderState::counted_visit(std::uint32_t in_round) const {
    const Visit* worst = nullptr;
    for (const Visit& visit : visits) {
        if (visit.round != in_round || !visit.valid()) continue;
        if (visit.ruled) return &visit;
        if (worst == nullptr || badness(visit) > badness(*worst)) worst = &visit;
    }
    return worst;
}

bool OrderState::visits_disagree() const {
    const Visit* worst = counted_visit(round);
    if (worst == nullptr || worst->ruled || worst->satisfied()) return false;
    return std::ranges::any_of(
        visits, [&](const Visit& visit) { return visit.round == round && visit.satisfied(); });
}

bool OrderState::worse_after_close() const {
    if (main != MainState::closed) return false;
    const Visit* counted = counted_visit(round);
    return counted != nullptr && counted->after_close && !counted->ruled && !counted->satisfied();
}

std::vector<Visit> OrderState::visits_to_decide() const {
    std::vector<Visit> those;
    if (!visits_disagree() && !worse_after_close()) return those;
    std::ranges::copy_if(visits, std::back_inserter(those),
                         [&](const Visit& visit) { return visit.round == round && visit.valid(); });
    return those;
}

std::size_t OrderState::open_questions() const {
    return conflicts.size() + (visits_disagree() || worse_after_close() ? 1 : 0);
}

bool OrderState::has_trigger(Trigger trigger) const {
    return std::ranges::find(triggers, trigger, &WatchTrigger::trigger) != triggers.end();
}

bool OrderState::was_open_at(std::int64_t at) const {
    return std::ranges::none_of(
        shut, [&](const ShutSpan& span) { return span.from <= at && (!span.to || at < *span.to); });
}

bool OrderState::has_human_visit(std::int64_t since) const {
    return std::ranges::any_of(visits, [&](const Visit& visit) {
        return visit.round == round && visit.at >= since && visit.valid() && is_human(visit.method);
    });
}

bool OrderState::is_visited() const {
    if (counted_visit(round) != nullptr) return true;
    switch (main) {
        case MainState::closed:
        case MainState::archived:
        case MainState::not_accepted:
        case MainState::withdrawn:
        case MainState::voided: return true;
        default: return false;
    }
}

bool OrderState::visit_waived() const { return type == AppealType::praise || intake.anonymous; }

bool sampled_for_visit(const RecordId& order, std::uint32_t percent) {
    // FNV-1a: cheap, the same everywhere, and nobody gains by choosing ids.
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const std::uint8_t byte : order.bytes) hash = (hash ^ byte) * 0x100000001B3U;
    return (hash >> 32U) % 100 < percent;
}

}  // namespace jiuying::schema
