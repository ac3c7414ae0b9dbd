/// Records, versions and conflicts as `--json` shows them.
#pragma once

#include "node/commands/command.hpp"

namespace jiuying::node {

/// {field: value}; fields that this program does not know stand under "field_N" in hex.
[[nodiscard]] json::object fields_json(const RecordView& record);
/// {"field","value","station","actor","time","current","lost","rejected","suspect_clock"}
[[nodiscard]] json::object version_json(const schema::Entity& entity, const VersionView& version);
/// As the contract has it; "values" in the order that `--take` counts.
[[nodiscard]] json::object conflict_json(const ConflictView& conflict);

}  // namespace jiuying::node
