#include "node/http/role.hpp"

#include "schema/workflow_table.hpp"

#include <algorithm>
#include <array>

namespace jiuying::node {
namespace {

using enum Role;
using schema::Who;

constexpr std::array entries{
    RoleEntry{recorder, "recorder", {"录入员", "recorder"}},
    RoleEntry{handler, "handler", {"办理员", "handler"}},
    RoleEntry{dispatcher, "dispatcher", {"派单员", "dispatcher"}},
    RoleEntry{supervisor, "supervisor", {"督办员", "supervisor"}},
    RoleEntry{visitor, "visitor", {"回访员", "visitor"}},
    RoleEntry{leader, "leader", {"领导", "leader"}},
    RoleEntry{system_admin, "system_admin", {"系统管理员", "system administrator"}},
    RoleEntry{security_admin, "security_admin", {"安全管理员", "security administrator"}},
    RoleEntry{audit_admin, "audit_admin", {"审计管理员", "audit administrator"}},
};

constexpr Roles workers = roles(recorder, handler, dispatcher, supervisor, visitor, leader);
constexpr Roles administrators = roles(system_admin, security_admin, audit_admin);
constexpr Roles everybody{static_cast<std::uint16_t>(workers.bits | administrators.bits)};

constexpr std::array actions{
    ActionEntry{
        Action::see_own, "see_own", everybody, {"看自己和本机的情况", "see oneself and the node"}},
    ActionEntry{
        Action::see_lists, "see_lists", everybody, {"查代码表", "see the lists to choose from"}},
    ActionEntry{Action::read_appeals, "read_appeals", workers, {"看诉求", "read appeals"}},
    ActionEntry{Action::record,
                "record",
                roles(recorder, handler, dispatcher, leader),
                {"登记", "record appeals and meetings"}},
    ActionEntry{Action::edit,
                "edit",
                roles(recorder, handler, dispatcher, visitor),
                {"修改和补记", "edit and add notes"}},
    ActionEntry{Action::reveal,
                "reveal",
                roles(recorder, handler, dispatcher, supervisor, visitor),
                {"查看完整个人信息(留痕)", "see personal data in full (on record)"}},
    ActionEntry{Action::settle,
                "settle",
                roles(recorder, handler, dispatcher, supervisor, visitor),
                {"裁决冲突", "settle conflicts"}},
    ActionEntry{Action::act, "act", workers, {"办理工单", "act on orders"}},
    ActionEntry{Action::sync,
                "sync",
                roles(recorder, handler, dispatcher, supervisor, visitor, leader, system_admin),
                {"立即同步", "sync now"}},
    ActionEntry{Action::take_files,
                "take_files",
                roles(recorder, dispatcher),
                {"导入渠道文件", "import files of channels"}},
    ActionEntry{Action::carry,
                "carry",
                roles(recorder, handler, dispatcher, supervisor, leader, system_admin),
                {"用 U 盘交换", "exchange by stick"}},
    ActionEntry{Action::count, "count", workers, {"看板和统计", "board and counts"}},
    ActionEntry{Action::oversee,
                "oversee",
                roles(dispatcher, supervisor, leader),
                {"管难办点和清单", "keep hard cases and work lists"}},
    ActionEntry{Action::see_stations,
                "see_stations",
                roles(dispatcher, supervisor, leader, system_admin),
                {"看各站点情况", "see the stations"}},
    ActionEntry{Action::manage_stations,
                "manage_stations",
                roles(system_admin),
                {"邀请站点", "invite stations"}},
    ActionEntry{Action::manage_rules,
                "manage_rules",
                roles(system_admin),
                {"维护规则", "keep rules and lists"}},
    ActionEntry{
        Action::manage_users, "manage_users", roles(security_admin), {"管理用户", "manage users"}},
    ActionEntry{
        Action::read_audit, "read_audit", roles(audit_admin), {"看审计日志", "read the audit log"}},
};

consteval bool in_order() {
    for (std::size_t at = 0; at < actions.size(); ++at) {
        if (static_cast<std::size_t>(actions[at].action) != at) return false;
    }
    return actions.size() == static_cast<std::size_t>(Action::last_of_list) + 1;
}
static_assert(in_order(), "an action without its row");

/// Which roles stand for those of whom the life cycle asks posts or units.
constexpr Roles roles_for(Who who) {
    switch (who) {
        case Who::home: return roles(recorder, handler, dispatcher);
        case Who::lead_unit:
        case Who::handling:
        case Who::co_unit: return roles(handler);
        case Who::feedback: return roles(handler, supervisor);
        case Who::dispatcher: return roles(dispatcher);
        case Who::supervisor: return roles(supervisor);
        case Who::overseer: return roles(dispatcher, supervisor);
        case Who::reviewer: return roles(dispatcher);
        case Who::visitor: return roles(visitor);
        case Who::leader: return roles(leader);
        case Who::resumer: return roles(leader, dispatcher);
        case Who::authority: return roles(dispatcher, supervisor, leader);
        case Who::watcher: return roles(dispatcher, visitor, supervisor, leader);
        case Who::archivist: return roles(recorder, dispatcher);
        case Who::program: return {};
    }
    return {};
}

bool is_gap(std::string_view text, std::size_t at, std::size_t& size) {
    for (const std::string_view gap : {",", ";", " ", "，", "、", "；"}) {
        if (text.substr(at).starts_with(gap)) {
            size = gap.size();
            return true;
        }
    }
    return false;
}

const RoleEntry* role_named(std::string_view word) {
    const auto found = std::ranges::find_if(entries, [&](const RoleEntry& entry) {
        return entry.name == word || entry.words.zh == word;
    });
    return found == entries.end() ? nullptr : &*found;
}

}  // namespace

std::span<const RoleEntry> role_entries() { return entries; }
std::span<const ActionEntry> action_entries() { return actions; }

std::optional<Roles> parse_roles(std::string_view text) {
    Roles all;
    std::string word;
    bool sound = true;
    const auto finish = [&] {
        if (word.empty()) return;
        const RoleEntry* entry = role_named(word);
        sound = sound && entry != nullptr;
        if (entry != nullptr) all.bits |= static_cast<std::uint16_t>(entry->role);
        word.clear();
    };
    for (std::size_t at = 0; at < text.size();) {
        std::size_t size = 1;
        if (is_gap(text, at, size)) {
            finish();
        } else {
            word.append(text.substr(at, size));
        }
        at += size;
    }
    finish();
    if (!sound) return std::nullopt;
    return all;
}

std::vector<std::string> names_of(Roles of) {
    std::vector<std::string> names;
    for (const RoleEntry& entry : entries) {
        if (of.has(entry.role)) names.emplace_back(entry.name);
    }
    return names;
}

bool may_stand_together(Roles of) {
    const bool administers = of.meets(administrators);
    const bool alone = (of.bits & (of.bits - 1U)) == 0;
    return of.bits != 0 && (!administers || alone);
}

Roles first_roles(bool at_hub) {
    return at_hub ? roles(recorder, dispatcher, supervisor, visitor) : roles(recorder, handler);
}

std::string_view name_of(Action action) { return actions[static_cast<std::size_t>(action)].name; }

bool may(Roles who, Action action) {
    return actions[static_cast<std::size_t>(action)].who.meets(who);
}

bool may_act(Roles who, schema::EventKind kind) {
    return std::ranges::any_of(schema::transitions(), [&](const schema::Transition& row) {
        return row.kind == kind && roles_for(row.who).meets(who);
    });
}

bool own_unit_only(Roles who) { return !who.meets(roles(dispatcher, supervisor, visitor, leader)); }

}  // namespace jiuying::node
