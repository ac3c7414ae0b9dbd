// How an event is stored, named, worded and printed.
#include "schema/workflow_event.hpp"
#include "schema/workflow_words.hpp"
#include "tests/support/dice.hpp"
#include "tests/support/order_story.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <fstream>
#include <set>
#include <sstream>

using namespace jiuying;
using namespace jiuying::schema;
using namespace jiuying::test;

namespace {

Result<void> read_all(WorkOrderEvent& event, const std::vector<EventField>& fields) {
    for (const EventField& one : fields) {
        if (const auto read = read_field(event, one.field, one.value); !read) return read;
    }
    return {};
}

const Field& field_of(FieldId id) {
    return *find_field(*find_entity(registry(), EntityId::work_order_event), id);
}

}  // namespace

TEST_CASE("every fact of an event survives its storage", "[workflow]") {
    Dice dice{11};
    for (int i = 0; i < 2'000; ++i) {
        WorkOrderEvent event = random_event(dice, 1'790'000'000'000);
        if (event_kind(name_of(event.kind)) != event.kind) event.kind = EventKind::replied;
        std::erase(event.co_units, "");
        event.category = "0101@2026";
        event.policy = "1235@2026";
        const auto fields = fields_of(event);
        REQUIRE(fields.has_value());
        WorkOrderEvent read;
        read.id = event.id;
        read.actor = event.actor;
        read.at_hub = event.at_hub;
        read.recorded_at = event.recorded_at;
        read.happened_at = event.recorded_at;
        REQUIRE(read_all(read, *fields).has_value());
        REQUIRE(read == event);
        for (std::size_t k = 1; k < fields->size(); ++k) {
            REQUIRE((*fields)[k - 1].field < (*fields)[k].field);
        }
    }
}

TEST_CASE("what does not fit the registry is not stored", "[workflow]") {
    WorkOrderEvent event;
    event.unit.assign(33, 'x');
    CHECK(fields_of(event).error() == Errc::out_of_bounds);
    event.unit = "WATER";
    event.co_units = {"a,b"};
    CHECK(fields_of(event).error() == Errc::malformed);
    event.co_units.assign(WorkOrderEvent::co_units_max + 1, "x");
    CHECK(fields_of(event).error() == Errc::out_of_bounds);
    event.co_units.assign(WorkOrderEvent::co_units_max, "x");
    CHECK(fields_of(event).has_value());
    event.words = "\xFF";
    CHECK(fields_of(event).error() == Errc::not_utf8);
}

TEST_CASE("what another program wrote is read as far as it is known", "[workflow]") {
    WorkOrderEvent event;
    CHECK(read_field(event, 60'000, std::string("newer")).has_value());
    CHECK(read_field(event, work_order_event::kind, std::int64_t{200}).has_value());
    CHECK(event.kind == EventKind::unknown);
    CHECK(read_field(event, work_order_event::grade, std::int64_t{99}).has_value());
    CHECK(event.grade == Grade::none);
    CHECK(read_field(event, work_order_event::unit, std::int64_t{1}).error() == Errc::malformed);
    CHECK(read_field(event, work_order_event::target, std::string("short")).error() ==
          Errc::malformed);
    CHECK(read_field(event, work_order_event::level, std::int64_t{300}).error() ==
          Errc::out_of_bounds);
    CHECK(read_field(event, work_order_event::co_units, std::string(",,A,,B,")).has_value());
    CHECK(event.co_units == std::vector<std::string>{"A", "B"});
    CHECK(event == [] {
        WorkOrderEvent known;
        known.co_units = {"A", "B"};
        return known;
    }());
}

TEST_CASE("the program's names and the registry's choices are the same", "[workflow]") {
    CHECK(field_of(work_order_event::kind).choices.size() ==
          static_cast<std::size_t>(EventKind::last_of_list));
    const auto named = [](FieldId field, auto choice) {
        return choice_name(field_of(field), static_cast<std::int64_t>(choice));
    };
    CHECK(name_of(EventKind::signed_for) == "signed");
    CHECK(name_of(EventKind::unmerged) == "unmerged");
    CHECK(name_of(EventKind::closed) == "closed");
    CHECK(name_of(EventKind::reassigned) == "reassigned");
    CHECK(name_of(EventKind::event_ruling) == "event_ruling");
    CHECK(name_of(EventKind::assigned) == "assigned");
    CHECK(name_of(EventKind::arrived) == "arrived");
    CHECK(name_of(EventKind::unknown) == "unknown");
    CHECK(event_kind("no_such_event") == EventKind::unknown);
    CHECK(name_of(Post::recorder) == "recorder");
    CHECK(named(work_order_event::method, ContactMethod::robot) == "robot");
    CHECK(named(work_order_event::grade, Grade::very_dissatisfied) == "very_dissatisfied");
    CHECK(named(work_order_event::ground, Ground::waived) == "waived");
    CHECK(named(work_order_event::ruling, Ruling::counts) == "counts");
    CHECK(named(work_order_event::type, AppealType::praise) == "praise");
    CHECK(named(work_order_event::complexity, Complexity::complex) == "complex");
    CHECK(main_state("visit_pending") == MainState::visit_pending);
    CHECK_FALSE(main_state("no_such_state"));
}

TEST_CASE("every event that is written has a transition, and every refusal its own words",
          "[workflow]") {
    for (std::uint8_t i = 3; i <= static_cast<std::uint8_t>(EventKind::last_of_list); ++i) {
        INFO(name_of(EventKind{i}));
        bool found = false;
        for (const Transition& row : transitions()) found = found || row.kind == EventKind{i};
        CHECK(found);
        CHECK_FALSE(wording(EventKind{i}).zh.empty());
    }
    std::set<std::string_view> names;
    std::set<std::string_view> words;
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(GuardFailure::last_of_list); ++i) {
        const GuardText& text = guard_text(GuardFailure{i});
        CHECK(names.insert(text.name).second);
        CHECK(words.insert(text.what_zh).second);
        CHECK_FALSE(text.next_zh.empty());
        CHECK_FALSE(text.what_en.empty());
        CHECK_FALSE(text.next_en.empty());
    }
    CHECK(guard_text(GuardFailure::handler_visits).name == "handler_visits");
    CHECK(guard_text(GuardFailure::not_a_holder).name == "not_a_holder");
    CHECK(wording(MainState::visit_pending).zh == "待回访");
    CHECK(wording(EventKind::unit_added).zh == "加派");
    CHECK(wording(EventKind::assigned).zh == "定岗");
    CHECK(wording(EventKind::arrived).zh == "到站");
}

TEST_CASE("all 22 rows of the district's table are in ours", "[workflow]") {
    std::set<int> rows{1, 3};  // The creation of the appeal and the hub's receipt.
    for (const Transition& row : transitions()) {
        if (row.row != 0) rows.insert(row.row);
    }
    CHECK(rows.size() == 22);
    CHECK(*rows.rbegin() == 22);
}

TEST_CASE("the reference page of the life cycle is what the table says", "[workflow]") {
    std::ifstream file(JIUYING_SOURCE_DIR "/docs/reference/domain.md", std::ios::binary);
    REQUIRE(file.good());
    std::ostringstream page;
    page << file.rdbuf();
    const bool equal = page.str() == workflow_page();
    INFO("after a change to the table: jiuying generate workflow > docs/reference/domain.md");
    CHECK(equal);
}

TEST_CASE("a directory answers for an instant", "[workflow]") {
    StaffBook book;
    book.add_staff("a", "X", {0, 10});
    book.add_staff("a", "Y", {10, 20});
    book.add_post("a", Post::visitor, {5, 10});
    book.add_unit("X", {0, 10}, "Y");
    book.add_unit("Y", {5, INT64_MAX});
    book.add_delegation("X", "01", {0, 10});
    book.sort();
    CHECK(book.unit_of("a", 9) == "X");
    CHECK(book.unit_of("a", 10) == "Y");
    CHECK(book.unit_of("a", 20).empty());
    CHECK(book.unit_of("b", 5).empty());
    CHECK(book.holds("a", Post::visitor, 5));
    CHECK_FALSE(book.holds("a", Post::visitor, 10));
    CHECK_FALSE(book.holds("a", Post::leader, 5));
    CHECK_FALSE(book.is_active("X", 10));
    CHECK(book.successor_of("X") == "Y");
    CHECK(book.successor_of("Y").empty());
    CHECK(book.is_delegated("X", "01@2026", 9));
    CHECK_FALSE(book.is_delegated("X", "01", 10));
    CHECK_FALSE(book.is_delegated("X", "", 5));
    CHECK_FALSE(book.is_delegated("X", "@2026", 5));
}
