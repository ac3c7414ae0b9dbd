/// The life cycle as one table: from where, by which event, to where, by whom, under which guard.
///
/// The fold, the commands' question beforehand (may) and the reference page are loops over it.
#pragma once

#include "schema/workflow_state.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jiuying::schema {

/// A set of main states.
struct States {
    std::uint32_t bits = 0;
    [[nodiscard]] constexpr bool has(MainState state) const {
        return (bits >> static_cast<unsigned>(state) & 1U) != 0;
    }
};

/// Where a transition leads.
enum class Leads : std::uint8_t {
    to,    ///< To the state that stands beside it.
    stay,  ///< A side record: the main state is as it was.
    back,  ///< To the state the order was merged in.
    unit,  ///< To in_progress; to triage where no unit has had the order.
};

/// Who may do it. Persons and units are compared, as the directory has them at that time.
enum class Who : std::uint8_t {
    home,        ///< Staff of the unit that registered it, or a dispatcher.
    lead_unit,   ///< Staff of the lead unit.
    handling,    ///< Staff of the lead unit or of a co-unit with an open task.
    co_unit,     ///< Staff of a co-unit.
    feedback,    ///< Staff of the lead unit, or a supervisor.
    dispatcher,  ///< From here on holders of posts.
    supervisor,
    overseer,  ///< Dispatcher or supervisor.
    reviewer,  ///< Replier or dispatcher.
    visitor,
    leader,
    resumer,    ///< Leader or dispatcher.
    authority,  ///< Dispatcher, supervisor or leader.
    archivist,  ///< Recorder or dispatcher.
    watcher,    ///< The named owner of the watch, or a leader.
    program,    ///< No person: the program at the lead unit's station, judged by the hub's rights.
};

/// What a guard may look at. References: alive during one judgement.
struct Judged {
    const OrderState& state;
    const WorkOrderEvent& event;
    const Directory& directory;
    const WorkSettings& settings;
    std::string_view unit;  ///< The actor's, at the time of recording.
};
using Guard = std::optional<GuardFailure> (*)(const Judged&);

struct Transition {
    std::uint8_t row = 0;  ///< Of domain B2's table; 0 for side records that have none there.
    EventKind kind{};
    States from;
    Leads leads = Leads::to;
    MainState to{};
    Who who{};
    Guard guard = nullptr;
    bool at_station = false;  ///< A station may write it, with no link.
    std::string_view zh;      ///< What is done.
    std::string_view guard_en;
};

[[nodiscard]] std::span<const Transition> transitions();

/// The transition that \p kind is in \p from; null if there is none.
[[nodiscard]] const Transition* find_transition(EventKind kind, MainState from);

/// docs/reference/domain.md: states, diagram and table as Markdown.
[[nodiscard]] std::string workflow_page();

}  // namespace jiuying::schema
