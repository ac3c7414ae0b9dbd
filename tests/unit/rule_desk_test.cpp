// The hub's program at work on the rules: who is one firm, what is one matter, whom it names.
#include "schema/uscc.hpp"
#include "tests/support/order_people.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::tests;

using schema::EntityId;
using schema::EventKind;
using schema::RecordId;
using schema::Trigger;
using schema::WorkOrderEvent;

namespace {

constexpr std::int64_t day = 86'400'000;
constexpr std::int64_t enterprise_kind = 2;
constexpr std::int64_t same_matter = 3;
constexpr std::int64_t confirmed = 1;

std::string value_of(const RecordId& id) { return {id.bytes.begin(), id.bytes.end()}; }

std::string credit_code() {
    const std::string first17 = "91340207000000010";
    return first17 + *schema::uscc_check_character(first17);
}

WorkOrderEvent event_of(EventKind kind) {
    WorkOrderEvent event;
    event.kind = kind;
    event.reason = "reason";
    event.words = "说明";
    return event;
}

struct Firms {
    RecordId appeal(std::vector<node::FieldValue> of) {
        town.hub.environment->now += 60'000;
        of.push_back({schema::appeal::type, std::int64_t{3}});
        of.push_back({schema::appeal::requester_kind, enterprise_kind});
        of.push_back({schema::appeal::title, std::string("用电报装慢")});
        const auto made = town.hub->register_appeal("PD1", of);
        REQUIRE(made.has_value());
        return made->records.front();
    }
    RecordId by_code() { return appeal({{schema::appeal::uscc, credit_code()}}); }
    RecordId by_record(const RecordId& firm) {
        return appeal({{schema::appeal::enterprise, value_of(firm)}});
    }
    RecordId firm(std::vector<node::FieldValue> values) {
        values.push_back({schema::enterprise::name, std::string("江北机械厂")});
        node::Draft draft;
        draft.actor = "PD1";
        draft.records.push_back({EntityId::enterprise, std::move(values)});
        const auto made = town.hub->commit(draft);
        REQUIRE(made.has_value());
        return made->records.front();
    }
    void confirm(const RecordId& one, const RecordId& other) {
        town.hub.environment->now += 60'000;
        node::Draft draft;
        draft.actor = "PD1";
        draft.scope = town.hub->show(one, false)->scope;
        draft.records.push_back({EntityId::appeal_link,
                                 {{schema::appeal_link::order, value_of(one)},
                                  {schema::appeal_link::other, value_of(other)},
                                  {schema::appeal_link::kind, same_matter},
                                  {schema::appeal_link::decision, confirmed}}});
        REQUIRE(town.hub->commit(draft).has_value());
    }
    void act(const std::string& actor, const RecordId& order, const WorkOrderEvent& event) {
        town.hub.environment->now += 60'000;
        town.at_hub(actor, order, event);
    }
    void make_void(const RecordId& order) {
        act("DB1", order, event_of(EventKind::void_proposed));
        act("PD1", order, event_of(EventKind::voided));
    }
    bool has(const RecordId& order, Trigger trigger) {
        return town.hub->order(order)->state.has_trigger(trigger);
    }
    bool is_one_matter(const RecordId& one, const RecordId& other) {
        const bool carried = has(one, Trigger::repeated);
        CHECK_FALSE(has(other, Trigger::repeated));  // The earliest open one carries it.
        return carried;
    }

    TempFolder folder;
    OrderTown town{folder};
};

}  // namespace

TEST_CASE("two appeals are of one firm by code, by record, and by the record's code", "[rules]") {
    Firms firms;
    SECTION("by the code that both give") {
        const RecordId first = firms.by_code();
        const RecordId second = firms.by_code();
        firms.confirm(second, first);
        CHECK(firms.is_one_matter(first, second));
    }
    SECTION("by the record of a firm without a code") {
        const RecordId firm = firms.firm({});
        const RecordId first = firms.by_record(firm);
        const RecordId second = firms.by_record(firm);
        firms.confirm(second, first);
        CHECK(firms.is_one_matter(first, second));
    }
    SECTION("one by the record, the other by the code that stands in it") {
        const RecordId firm = firms.firm({{schema::enterprise::uscc, credit_code()}});
        const RecordId first = firms.by_record(firm);
        const RecordId second = firms.by_code();
        firms.confirm(second, first);
        CHECK(firms.is_one_matter(first, second));
    }
    SECTION("a firm that is known later makes it one matter then, on the earlier appeal") {
        const RecordId first = firms.by_code();
        const RecordId second = firms.appeal({});
        firms.confirm(second, first);
        CHECK_FALSE(firms.is_one_matter(first, second));
        node::Draft draft;
        draft.actor = "PD1";
        draft.edits.push_back({second, {{schema::appeal::uscc, credit_code()}}});
        REQUIRE(firms.town.hub->commit(draft).has_value());
        CHECK(firms.is_one_matter(first, second));
    }
}

TEST_CASE("a matter is what people confirmed or merged, void appeals apart, and triggers once",
          "[rules]") {
    Firms firms;
    const RecordId first = firms.by_code();
    const RecordId second = firms.by_code();
    SECTION("merged into one order") {
        WorkOrderEvent merged = event_of(EventKind::merged);
        merged.target = first;
        firms.act("PD1", second, merged);
        CHECK(firms.is_one_matter(first, second));
    }
    SECTION("a void one is none") {
        firms.make_void(second);
        firms.confirm(second, first);
        CHECK_FALSE(firms.is_one_matter(first, second));
    }
    SECTION("once, also when the order that carries it has ended") {
        firms.confirm(second, first);
        REQUIRE(firms.is_one_matter(first, second));
        WorkOrderEvent refused = event_of(EventKind::not_accepted);
        refused.basis = "走信访途径";
        refused.told = true;
        firms.act("PD1", first, refused);
        firms.act("PD1", second, triaged());
        CHECK_FALSE(firms.has(second, Trigger::repeated));
    }
}

TEST_CASE("the owner of a watch is somebody who still has the post", "[rules]") {
    Firms firms;
    const RecordId order = firms.by_code();
    const RecordId other = firms.by_code();
    firms.act("PD1", order, triaged());
    WorkOrderEvent named = event_of(EventKind::assigned);
    named.person = "DB1";
    named.post = schema::Post::supervisor;
    firms.act("PD1", order, named);
    SECTION("who was named for that order") {
        firms.confirm(other, order);
        CHECK(firms.town.hub->order(order)->state.watch_owner == "DB1");
    }
    SECTION("another one, if that person has it no more") {
        node::Draft draft;
        draft.actor = "PD1";
        firms.town.hub.environment->now += 60'000;  // The appointment was one when it was made.
        draft.edits.push_back(
            {firms.town.person("DB1"), {{schema::staff::posts, std::string("visitor")}}});
        REQUIRE(firms.town.hub->commit(draft).has_value());
        using schema::Post;
        REQUIRE(firms.town.hub->order(order)->state.holders[std::size_t(Post::supervisor)] ==
                "DB1");
        firms.confirm(other, order);
        const std::string owner = firms.town.hub->order(order)->state.watch_owner;
        CHECK(owner != "DB1");
        CHECK_FALSE(owner.empty());
    }
}

TEST_CASE("time brings T3, which tells of an extension, and the ladder, copied to a leader",
          "[rules]") {
    Firms firms;
    const RecordId untouched = firms.by_code();
    const RecordId order = firms.by_code();
    firms.act("PD1", order, triaged());
    firms.act("PD1", order, dispatched("JS"));
    firms.act("J1", order, event_of(EventKind::signed_for));
    WorkOrderEvent asked = event_of(EventKind::extension_asked);
    const auto due = firms.town.hub->open_dues().at(order).unit;
    REQUIRE(due.has_value());
    asked.due_at = *due + day;
    firms.act("J1", order, asked);
    WorkOrderEvent granted = event_of(EventKind::extension_granted);
    granted.told = true;
    firms.act("PD1", order, granted);
    const RecordId citizens = add_appeal(firms.town.hub, "路灯不亮", "三组村口");
    firms.act("PD1", citizens, triaged());
    firms.act("PD1", citizens, dispatched("JS"));
    firms.town.hub.environment->now += 20 * day;
    CHECK(firms.town.hub->run_rules() > 0);
    CHECK(firms.town.hub->run_rules() == 0);
    CHECK(firms.has(untouched, Trigger::open_long));
    const auto state = firms.town.hub->order(order)->state;
    REQUIRE(state.triggers.size() == 1);
    CHECK(state.triggers.front().extended);
    CHECK_FALSE(firms.town.hub->order(untouched)->state.triggers.front().extended);
    const auto events = firms.town.hub->order(order)->events;
    const auto notice = std::ranges::find_if(events, [](const node::OrderEventView& shown) {
        return shown.event.kind == EventKind::ladder_step && shown.event.level == 2;
    });
    REQUIRE(notice != events.end());
    CHECK(notice->event.person == "LD1");
    CHECK(notice->event.unit == "JS");
    CHECK(firms.town.hub->order(citizens)->state.supervision == 2);
    CHECK_FALSE(firms.town.hub->order(citizens)->state.watched);
}
