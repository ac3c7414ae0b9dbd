/// What all commands about the keyring share: each change stands in the audit log before it is
/// made, and what opens the node is shown at its end.
#pragma once

#include "node/cli/desk.hpp"
#include "node/keys/keyring.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace jiuying::node {

/// What opens the node is not changed before the audit log has it. If that fails then, another row
/// says so.
void audited(Desk& desk, const UnlockedKeys& keys, std::string_view action, std::string target,
             const std::function<void()>& work);

/// Runs a change of the keyring under its lock; what it can't do has the names of the catalogue.
void change_keyring(Desk& desk, const UnlockedKeys& keys, std::string_view action,
                    std::string target, const std::function<Result<void>(Keyring&)>& change);

/// Answers with what opens the node, below \p prose; \p document may say more.
void answer_listing(Desk& desk, const Keyring& keyring, std::string prose = {},
                    json::object document = {});

}  // namespace jiuying::node
