/// The acts on a work order as commands: each verb with its event and the facts it takes.
///
/// Options, help and the call are loops over this table; who may do what, and when, is the guards'
/// to say (schema/workflow_table.cpp).
#pragma once

#include "node/cli/command_spec.hpp"
#include "schema/workflow_event.hpp"

#include <span>
#include <string_view>

namespace jiuying::node {

/// One fact of an event as an option.
struct FactOption {
    std::string_view option;  ///< `--due`
    std::string_view field;   ///< Of entity work_order_event: `due_at`.
    std::string_view value;   ///< Placeholder; empty: a switch that says yes.
    Wording about;
};

struct OrderVerb {
    std::string_view name;  ///< `dispatch`
    schema::EventKind kind{};
    Wording about;
    std::string_view facts;  ///< Options, divided by blanks: `--unit --co-units`.
};

[[nodiscard]] std::span<const OrderVerb> order_verbs();
/// The option of that name; there always is one.
[[nodiscard]] const FactOption& fact_option(std::string_view name);

}  // namespace jiuying::node
