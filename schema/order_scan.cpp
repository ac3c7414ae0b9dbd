#include "schema/order_scan.hpp"

#include <algorithm>

namespace jiuying::schema {
namespace {

struct BucketText {
    std::string_view name;
    Wording words;
};
/// In the order of Bucket.
constexpr std::array<BucketText, bucket_count> bucket_texts{{
    {"undispatched", {"未派单", "not dispatched"}},
    {"need_info", {"待补充", "waiting for information"}},
    {"unsigned", {"未签收", "not signed for"}},
    {"due_today", {"今天到期", "due today"}},
    {"due_tomorrow", {"明天到期", "due tomorrow"}},
    {"overdue", {"超期", "overdue"}},
    {"return_pending", {"退单待审", "send-back to be decided"}},
    {"extension_pending", {"延期待批", "extension to be decided"}},
    {"review_pending", {"回复待审核", "reply to be reviewed"}},
    {"visit_pending", {"待回访", "to be visited"}},
    {"dissatisfied", {"不满意", "dissatisfied"}},
    {"repeated", {"重复诉求", "repeated"}},
    {"stage_passed", {"挂账节点已过", "stage date passed"}},
    {"instruction_open", {"批示待反馈", "instruction without feedback"}},
    {"instruction_overdue", {"批示超期未反馈", "instruction overdue"}},
    {"watched", {"重点关注", "on the watch list"}},
    {"supervised", {"督办中", "supervised"}},
    {"objection_pending", {"申诉待裁定", "objection to be decided"}},
    {"silent_station", {"站点失联", "silent station"}},
    {"open_conflict", {"冲突待定", "open conflict"}},
    {"in_time", {"在期限内办理", "in time"}},
}};

constexpr std::int64_t day_ms = 86'400'000;

std::int64_t end_of_day(std::int64_t at) {
    constexpr std::int64_t ends = std::int64_t{1} << 52U;  // A clock may have claimed anything.
    at = std::clamp(at, -ends, ends);
    return end_of(date_of(WallTime{std::chrono::milliseconds{at}})).time_since_epoch().count();
}

/// Puts one clock's due into its bucket.
void place_due(Buckets& buckets, const std::optional<std::int64_t>& due,
               std::optional<Verdict> verdict, std::int64_t as_of) {
    if (!due || !verdict) return;
    if (*verdict == Verdict::overdue) buckets.add(Bucket::overdue);
    if (*verdict != Verdict::running && *verdict != Verdict::in_review) return;
    const std::int64_t tonight = end_of_day(as_of);
    if (*due <= tonight) {
        if (*due >= as_of) buckets.add(Bucket::due_today);
    } else if (*due <= tonight + day_ms) {
        buckets.add(Bucket::due_tomorrow);
    }
}

/// What an open order waits for, whatever brought it to notice.
NextAction next_step(const OrderSummary& order) {
    using enum MainState;
    switch (order.main) {
        case draft:
        case registered: return {OwnerRole::home, "sync now", {"送到区中枢", "send it to the hub"}};
        case received:
            return {OwnerRole::dispatcher, "appeal triage", {"定性后派单", "classify, dispatch"}};
        case triage: return {OwnerRole::dispatcher, "appeal dispatch", {"派单", "dispatch"}};
        case need_info:
            return {OwnerRole::home, "appeal add-info", {"补充情况", "give what was asked for"}};
        case dispatched: return {OwnerRole::lead_unit, "appeal sign", {"签收", "sign for it"}};
        case return_pending:
            return {OwnerRole::dispatcher, "appeal uphold", {"裁定退单", "decide the send-back"}};
        case replied:
            return {OwnerRole::replier, "appeal review", {"审核回复", "review the reply"}};
        case visit_pending:
            if (!order.visited) {
                return {OwnerRole::visitor, "appeal visit", {"回访", "visit the requester"}};
            }
            if (order.dissatisfied) {
                return {OwnerRole::visitor, "appeal rework", {"发回重办", "send it back"}};
            }
            return {OwnerRole::visitor, "appeal close", {"办结", "close"}};
        case closed:
            return {OwnerRole::visitor,
                    "appeal visit",
                    {"抽中的就地办结，请他人回访", "drawn: somebody else visits"}};
        case suspended:
            return {OwnerRole::lead_unit, "appeal show", {"按计划推进", "go on as planned"}};
        default: break;
    }
    if (!order.unit_contacted) {
        return {OwnerRole::lead_unit, "appeal contact", {"联系诉求人", "contact the requester"}};
    }
    return {OwnerRole::lead_unit, "appeal reply", {"办理并回复", "handle it and reply"}};
}

}  // namespace

std::string_view name_of(Bucket bucket) {
    return bucket_texts[static_cast<std::size_t>(bucket)].name;
}

std::optional<Bucket> parse_bucket(std::string_view name) {
    const auto at = std::ranges::find(bucket_texts, name, &BucketText::name);
    if (at == bucket_texts.end()) return std::nullopt;
    return Bucket{static_cast<std::uint8_t>(at - bucket_texts.begin())};
}

Wording wording(Bucket bucket) { return bucket_texts[static_cast<std::size_t>(bucket)].words; }

Buckets buckets_of(const OrderSummary& order, const ScanContext& context) {
    using enum MainState;
    Buckets buckets;
    if (context.contested || order.conflict_open) buckets.add(Bucket::open_conflict);
    if (order.dissatisfied) buckets.add(Bucket::dissatisfied);
    if (order.instruction_open) buckets.add(Bucket::instruction_open);
    if (order.sample_open) buckets.add(Bucket::visit_pending);
    const bool late = order.instruction_due && *order.instruction_due < context.as_of;
    if (late) buckets.add(Bucket::instruction_overdue);
    if (order.watched) buckets.add(Bucket::watched);
    if (order.objection_pending) buckets.add(Bucket::objection_pending);
    if (!order.is_open()) return buckets;
    const bool with_unit = order.main == dispatched || order.main == in_progress;
    if (order.supervision > 0 && with_unit) buckets.add(Bucket::supervised);
    switch (order.main) {
        case registered:
        case received:
        case triage: buckets.add(Bucket::undispatched); break;
        case need_info: buckets.add(Bucket::need_info); break;
        case dispatched: buckets.add(Bucket::unsigned_order); break;
        case return_pending: buckets.add(Bucket::return_pending); break;
        case replied: buckets.add(Bucket::review_pending); break;
        case visit_pending: buckets.add(Bucket::visit_pending); break;
        default: break;
    }
    if (order.extension_pending) buckets.add(Bucket::extension_pending);
    if (context.repeated) buckets.add(Bucket::repeated);
    const bool suspended_now = order.main == suspended && order.stage_at;
    if (suspended_now && *order.stage_at < context.as_of) buckets.add(Bucket::stage_passed);
    place_due(buckets, order.citizen_due, citizen_verdict(order, context.as_of), context.as_of);
    place_due(buckets, order.unit_due, unit_verdict(order, context.as_of), context.as_of);
    if (buckets == Buckets{}) buckets.add(Bucket::in_time);
    return buckets;
}

NextAction next_action(Bucket bucket, const OrderSummary& order) {
    switch (bucket) {
        case Bucket::extension_pending:
            return {OwnerRole::dispatcher,
                    "appeal grant-extension",
                    {"批准或不批延期", "grant or refuse the extension"}};
        case Bucket::dissatisfied:
            if (order.is_open()) return next_step(order);
            return {OwnerRole::supervisor, "appeal reopen", {"复查重开", "reopen it"}};
        case Bucket::repeated:
            return {OwnerRole::dispatcher, "appeal merge", {"并单或说明", "merge or explain"}};
        case Bucket::stage_passed:
            return {OwnerRole::dispatcher,
                    "appeal resume",
                    {"复办，或再定节点", "resume, or set the next stage"}};
        case Bucket::instruction_open:
            return {OwnerRole::lead_unit,
                    "appeal instruct-done",
                    {"反馈批示办理情况", "report on the instruction"}};
        case Bucket::instruction_overdue:
            return {OwnerRole::supervisor,
                    "appeal supervise",
                    {"督促反馈批示", "press for the feedback"}};
        case Bucket::watched:
            return {OwnerRole::watch_owner,
                    "appeal watch-end",
                    {"一对一人工回访，满意或说明后移出清单",
                     "visit in person; satisfied or explained, take it off"}};
        case Bucket::supervised:
            return {OwnerRole::lead_unit, "appeal reply", {"按督办要求办理", "do as urged"}};
        case Bucket::objection_pending:
            return {OwnerRole::supervisor,
                    "appeal decide-objection",
                    {"裁定申诉", "decide the objection"}};
        case Bucket::open_conflict:
            return {OwnerRole::dispatcher,
                    "conflict list",
                    {"看两边的说法，裁定", "look at both stories and decide"}};
        case Bucket::silent_station:
            return {OwnerRole::dispatcher,
                    "station list",
                    {"打电话问站点，带 U 盘来", "call the station; carry a stick"}};
        default: return next_step(order);
    }
}

std::optional<std::int64_t> first_due(const OrderSummary& order) {
    if (!order.citizen_due || !order.unit_due) {
        return order.citizen_due ? order.citizen_due : order.unit_due;
    }
    return std::min(*order.citizen_due, *order.unit_due);
}

bool is_silent(std::int64_t last_contact, std::int64_t as_of) {
    return last_contact == 0 || (last_contact < as_of && as_of - last_contact > silent_after_ms);
}

std::size_t age_of(std::int64_t opened_at, std::int64_t as_of) {
    constexpr std::array<std::int64_t, age_names.size() - 1> last_days{1, 2, 3, 5, 7, 15, 30};
    const std::int64_t days = (end_of_day(as_of) - end_of_day(opened_at)) / day_ms;
    return static_cast<std::size_t>(std::ranges::lower_bound(last_days, days) - last_days.begin());
}

void count(OrderCounts& counts, const OrderSummary& order, std::optional<Verdict> verdict) {
    ++counts.orders;
    const bool answered = verdict == Verdict::on_time || verdict == Verdict::late;
    if (verdict == Verdict::on_time) ++counts.on_time;
    if (verdict == Verdict::late) ++counts.late;
    if (!order.is_open()) {
        ++(order.main > MainState::archived ? counts.ended : counts.closed);
        return;
    }
    ++counts.open;
    if (order.main == MainState::suspended) ++counts.suspended;
    if (answered) {
        ++counts.answered;
    } else {
        ++(verdict == Verdict::overdue ? counts.overdue : counts.in_time);
    }
}

}  // namespace jiuying::schema
