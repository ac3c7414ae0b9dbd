/// The fronts: for each family of commands its options, its call and its prose.
///
/// A front turns what was typed into the arguments of a command of node/commands, and that
/// command's answer into sentences. No rule about data stands here.
#pragma once

#include "node/cli/desk.hpp"

#include <vector>

namespace jiuying::node {

using CommandSpecs = std::vector<CommandSpec>;

[[nodiscard]] CommandSpecs founding_commands(Program program);  ///< init, invite, rejoin, serve
[[nodiscard]] CommandSpecs appeal_commands(Program program);    ///< add, list, show, edit, note
[[nodiscard]] CommandSpec appeal_import_command(Program program);
[[nodiscard]] CommandSpec intake_command();
[[nodiscard]] CommandSpec mapping_save_command();
[[nodiscard]] CommandSpec appeal_show_command();
[[nodiscard]] CommandSpecs order_commands(Program program);  ///< appeal triage, dispatch ...
[[nodiscard]] CommandSpec order_batch_command();             ///< appeal act
[[nodiscard]] CommandSpecs scan_commands();                  ///< scan, scan gate ...
[[nodiscard]] CommandSpecs report_commands();                ///< report ledger, totals ...
[[nodiscard]] CommandSpecs meeting_commands();
[[nodiscard]] CommandSpecs firm_commands(Program program);    ///< enterprise, case, worklist
[[nodiscard]] CommandSpecs watch_commands(Program program);   ///< watch, rule, further reports
[[nodiscard]] CommandSpecs intake_commands(Program program);  ///< channel, mapping, query, repeat
[[nodiscard]] CommandSpecs reference_commands(Program program);  ///< region, unit, staff ...
[[nodiscard]] CommandSpecs bundle_commands(Program program);     ///< export, import, carried
[[nodiscard]] CommandSpecs sync_commands();                      ///< sync now, sync status
[[nodiscard]] CommandSpecs health_commands(Program program);     ///< status, digest, verify
[[nodiscard]] CommandSpecs keyring_commands();   ///< keyring show, passphrase, rotate ...
[[nodiscard]] CommandSpecs recovery_commands();  ///< keyring recover, recovery-drill ...
[[nodiscard]] CommandSpecs audit_commands();     ///< audit list, audit verify
[[nodiscard]] CommandSpecs user_commands();      ///< user list, invite ...
[[nodiscard]] CommandSpecs backup_commands();    ///< backup, restore
[[nodiscard]] CommandSpec doctor_command();
[[nodiscard]] CommandSpecs conflict_commands();
[[nodiscard]] CommandSpecs snapshot_commands(Program program);  ///< snapshot (hub), prune (station)
[[nodiscard]] CommandSpecs calendar_commands(Program program);  ///< calendar, policy
[[nodiscard]] CommandSpecs rules_commands(Program program);     ///< setting, reason, duty, alarm
[[nodiscard]] CommandSpecs erasure_commands(Program program);
[[nodiscard]] CommandSpecs roster_commands(Program program);  ///< roster, quarantine
[[nodiscard]] CommandSpec deadline_command();
[[nodiscard]] CommandSpecs tool_commands(Program program);  ///< explain, help, demo ...

/// An option whose texts stand in the source.
[[nodiscard]] inline OptionSpec option(std::string name, std::string value, std::string_view zh,
                                       std::string_view en) {
    return {std::move(name), std::move(value), {zh, en}};
}
[[nodiscard]] inline OptionSpec required_option(std::string name, std::string value,
                                                std::string_view zh, std::string_view en) {
    return {std::move(name), std::move(value), {zh, en}, true};
}

/// The JSON, one object or an array, of `--from -` or `--from FILE`. Failure missing_file,
/// bad_json_input.
[[nodiscard]] json::value read_input(const std::string& from);

/// Text of a member of an answer; empty if it is absent, null or no text.
[[nodiscard]] std::string text_at(const json::object& object, std::string_view key);
[[nodiscard]] std::int64_t number_at(const json::object& object, std::string_view key);
[[nodiscard]] bool flag_at(const json::object& object, std::string_view key);
[[nodiscard]] const json::array& array_at(const json::object& object, std::string_view key);

/// A value of a field for a screen: words for choices, short times, no control characters; personal
/// data masked unless \p reveal.
[[nodiscard]] std::string shown_value(Lang lang, std::string_view field, const json::value& value,
                                      bool reveal);
/// The words of a deadline's verdict, by its identifier.
[[nodiscard]] std::string verdict_words(Lang lang, std::string_view name);
/// The label of a field of \p entity.
[[nodiscard]] std::string field_label(Lang lang, std::string_view entity, std::string_view field);
/// Person and place: `SHG01 W01`, or the place alone.
[[nodiscard]] std::string who(const json::object& version);

}  // namespace jiuying::node
