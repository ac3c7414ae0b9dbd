// docs/reference/domain.md, printed from the table.
#include "schema/workflow_table.hpp"
#include "schema/workflow_words.hpp"

namespace jiuying::schema {
namespace {

constexpr auto state_count = static_cast<std::uint8_t>(MainState::last_of_list) + 1;

std::string_view words_of(Who who) {
    switch (who) {
        case Who::home: return "registering unit, dispatcher";
        case Who::lead_unit: return "lead unit";
        case Who::handling: return "lead unit, co-unit";
        case Who::co_unit: return "co-unit";
        case Who::feedback: return "lead unit, supervisor";
        case Who::dispatcher: return "dispatcher";
        case Who::supervisor: return "supervisor";
        case Who::overseer: return "dispatcher, supervisor";
        case Who::reviewer: return "replier, dispatcher";
        case Who::visitor: return "visitor";
        case Who::leader: return "leader";
        case Who::resumer: return "leader, dispatcher";
        case Who::authority: return "dispatcher, supervisor, leader";
        case Who::archivist: return "recorder, dispatcher";
        case Who::watcher: return "owner of the watch, leader";
        case Who::program: return "program: the hub's, or that at the lead unit's station";
    }
    return "";
}

std::string words_of(const States& states) {
    std::string text;
    int count = 0;
    for (std::uint8_t i = 0; i < state_count; ++i) {
        if (!states.has(MainState{i})) continue;
        text.append(text.empty() ? "" : ", ").append(name_of(MainState{i}));
        ++count;
    }
    // From every state but the draft and the void one.
    return count == state_count - 2 ? "any" : text;
}

std::string target_of(const Transition& row) {
    switch (row.leads) {
        case Leads::to: return std::string{name_of(row.to)};
        case Leads::stay: return "stays";
        case Leads::back: return "the state before";
        case Leads::unit: return std::string{name_of(row.to)} + " (triage if no unit had it)";
    }
    return {};
}

void add_states(std::string& page) {
    page += "\n## States\n\n| state | 中文 | English | open |\n|---|---|---|---|\n";
    for (std::uint8_t i = 0; i < state_count; ++i) {
        OrderState state;
        state.main = MainState{i};
        const Wording words = wording(state.main);
        page.append("| `").append(name_of(state.main)).append("` | ").append(words.zh);
        page.append(" | ").append(words.en).append(state.is_open() ? " | yes |\n" : " | |\n");
    }
}

void add_arrow(std::string& page, MainState from, MainState to, std::string_view what) {
    page.append("    ").append(name_of(from)).append(" --> ").append(name_of(to));
    page.append(": ").append(what).append("\n");
}

/// Voiding is possible everywhere: drawn, it would hide the rest.
void add_diagram(std::string& page) {
    page +=
        "\n## Diagram\n\nWithout voiding, which is possible from everywhere, and without side "
        "records.\n\n```mermaid\nstateDiagram-v2\n    [*] --> registered: 登记\n"
        "    registered --> received: 入库\n";
    for (const Transition& row : transitions()) {
        if (row.to == MainState::voided || row.leads == Leads::stay) continue;
        for (std::uint8_t i = 0; i < state_count; ++i) {
            const MainState from{i};
            if (!row.from.has(from) || from == row.to) continue;
            add_arrow(page, from, row.leads == Leads::back ? MainState::received : row.to, row.zh);
            if (row.leads == Leads::to) continue;
            add_arrow(page, from, MainState::triage, row.zh);
        }
    }
    page += "```\n";
}

void add_table(std::string& page) {
    page +=
        "\n## Transitions\n\n"
        "`row` is the line of the district's table of transitions. `offline`: a station may "
        "write the\nevent with no link; all others are the hub's.\n\n"
        "| row | event | 中文 | from | to | who | guard | offline |\n"
        "|---|---|---|---|---|---|---|---|\n"
        "| 1 | (creation of the appeal) | 登记 | draft | registered | station | required fields "
        "| yes |\n"
        "| 3 | (receipt of the hub) | 入库 | registered | received | hub | package valid | |\n";
    for (const Transition& row : transitions()) {
        const std::string number = row.row == 0 ? "" : std::to_string(row.row);
        page.append("| ").append(number).append(" | `").append(name_of(row.kind)).append("` | ");
        page.append(row.zh).append(" | ").append(words_of(row.from)).append(" | ");
        page.append(target_of(row)).append(" | ").append(words_of(row.who)).append(" | ");
        page.append(row.guard_en).append(row.at_station ? " | yes |\n" : " | |\n");
    }
}

void add_failures(std::string& page) {
    page +=
        "\n## Refusals\n\nEvery refused step says which guard failed and what to do.\n\n"
        "| name | what | next | 中文 |\n|---|---|---|---|\n";
    for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(GuardFailure::last_of_list); ++i) {
        const GuardText& text = guard_text(GuardFailure{i});
        page.append("| `").append(text.name).append("` | ").append(text.what_en).append(" | ");
        page.append(text.next_en).append(" | ").append(text.what_zh).append("。");
        page.append(text.next_zh).append("。 |\n");
    }
}

}  // namespace

std::string workflow_page() {
    std::string page =
        "# The life cycle of a work order\n\n"
        "This page is printed by `jiuying generate workflow` from the table by which the programs\n"
        "judge; a test compares the two.\n\n"
        "A work order is a fold over its events: nobody stores a state, everybody who knows the\n"
        "same events computes the same one. Events stand in an order in which what precedes a\n"
        "decision of the hub is exactly what the hub knew. An event whose guard no longer holds\n"
        "when its turn comes (signed for after a reassignment, say) changes nothing. It is kept,\n"
        "marked, and listed as a conflict at station and hub until a person rules on it\n"
        "(`event_ruling`): it stays as history, or it is void.\n\n"
        "- Who acts is looked up in the staff register for the time at which the event was\n"
        "  recorded. A post given or taken later changes nothing that was decided before. Staff "
        "of\n"
        "  a unit that took over from a retired one act for it.\n"
        "- Every event has the time at which it happened beside the one at which it was recorded.\n"
        "  More than a day earlier, and it is shown as a late entry (补录). Earlier than the\n"
        "  order's registration, or than the step it stands on (to the minute), or in the future,\n"
        "  and it is refused.\n"
        "- The facts of the intake that guards look at are fixed by the first dispatch, or by a\n"
        "  closing on the spot: the event carries them, and no later edit undoes a step. They are\n"
        "  corrected by a step (`facts_corrected`); an archived order is read-only.\n"
        "- White space is no text: who is asked for words gives words.\n"
        "- Visits are never overwritten. Of several in one round the worse one counts until a\n"
        "  person decides which does.\n"
        "- A suspended order is still open. A merged order keeps its own history, and its\n"
        "  requester still gets an answer and a visit.\n"
        "- Two upheld send-backs, or one that was refused, fix the lead unit. Who asked for\n"
        "  something does not decide on it.\n"
        "- Nobody visits of a unit whose people signed, contacted or replied, in whatever round.\n"
        "- What sends the order to its lead unit (dispatch, reassignment, rework, reopening) is "
        "on its\n"
        "  way until the program at the unit's station notes by itself that it arrived "
        "(`arrived`, 到站).\n"
        "  That is a fact in any state, even void, and changes none; the hub takes it from that "
        "station\n"
        "  only. Of the time in transit: [deadlines](deadlines.md).\n";
    add_states(page);
    add_diagram(page);
    add_table(page);
    add_failures(page);
    return page;
}

}  // namespace jiuying::schema
