/// Who may do what at the page: roles, actions, and the one table that joins them.
///
/// Whatever the table does not say is refused. What it allows is asked once more of the guards of
/// the life cycle, which know persons, units and posts (schema/workflow_table.cpp): a role opens a
/// door of the page, it does not stand in for a post. Pure.
#pragma once

#include "node/cli/errors.hpp"
#include "schema/workflow_event.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// Bits of a set. The last three administer and never read an appeal; who has one of them has no
/// other role.
enum class Role : std::uint16_t {
    recorder = 1,
    handler = 2,
    dispatcher = 4,
    supervisor = 8,
    visitor = 16,
    leader = 32,
    system_admin = 64,
    security_admin = 128,
    audit_admin = 256,
};

struct Roles {
    std::uint16_t bits = 0;
    [[nodiscard]] constexpr bool has(Role role) const {
        return (bits & static_cast<std::uint16_t>(role)) != 0;
    }
    [[nodiscard]] constexpr bool meets(Roles others) const { return (bits & others.bits) != 0; }
    bool operator==(const Roles&) const = default;
};
template <class... Of>
[[nodiscard]] constexpr Roles roles(Of... of) {
    return {static_cast<std::uint16_t>((static_cast<unsigned>(of) | ... | 0U))};
}

struct RoleEntry {
    Role role;
    std::string_view name;
    Wording words;
};
[[nodiscard]] std::span<const RoleEntry> role_entries();

/// Names divided by commas, semicolons, 、 or blanks, also in Chinese; nothing if one is unknown.
[[nodiscard]] std::optional<Roles> parse_roles(std::string_view text);
[[nodiscard]] std::vector<std::string> names_of(Roles roles);
/// At least one, and an administrator's alone.
[[nodiscard]] bool may_stand_together(Roles roles);

/// Of the first person of a node, who is to work at once.
[[nodiscard]] Roles first_roles(bool at_hub);

/// What is done through the page. Acts of the life cycle are one each: their table says who.
enum class Action : std::uint8_t {
    see_own,       ///< Who I am, how the node and its sync stand: everybody who is signed in.
    see_lists,     ///< Units, regions, categories, channels ... to choose from.
    read_appeals,  ///< Lists, one appeal, today, conflicts, meetings.
    record,        ///< Register an appeal, a meeting, a draft.
    edit,          ///< Change or add to what is registered.
    reveal,        ///< See personal data in full, with a reason.
    settle,        ///< Decide a conflict.
    act,           ///< Any act of the life cycle: each is asked for by may_act, too.
    sync,          ///< Meet the hub now.
    take_files,    ///< Import a file of a channel.
    carry,         ///< Bundles to and from a stick.
    count,         ///< The board, scans and reports.
    oversee,       ///< Keep hard cases and work lists.
    see_stations,
    manage_stations,  ///< Invite.
    manage_rules,     ///< Settings, reasons, channels.
    manage_users,
    read_audit,
    last_of_list = read_audit
};

struct ActionEntry {
    Action action;
    std::string_view name;
    Roles who;
    Wording words;
};
/// The table, in the order of Action.
[[nodiscard]] std::span<const ActionEntry> action_entries();

[[nodiscard]] std::string_view name_of(Action action);
[[nodiscard]] bool may(Roles who, Action action);
/// Whether one of the roles may write an event of that kind, in some state of an order.
[[nodiscard]] bool may_act(Roles who, schema::EventKind kind);
/// Whether of the orders only those of the own unit are theirs to see (at a hub): all their roles
/// are a handler's or a recorder's.
[[nodiscard]] bool own_unit_only(Roles who);

}  // namespace jiuying::node
