/// What people have begun to write at this node's page (accounts.hpp), as far as it is of a record
/// whose personal data are to be gone. docs/decisions/0030.
#pragma once

#include "node/store/store.hpp"

#include <set>
#include <string_view>

namespace jiuying::node {

/// Beginnings of the keys of `meta` under which drafts are kept.
inline constexpr std::string_view draft_prefix = "account_draft/";

/// Takes out what names \p target, by its id or an appeal's number, or says what it says: its
/// draft, left over where a browser died after saving. Of a meeting's grid single rows. Inside the
/// caller's transaction, before the values of \p target go.
void forget_drafts_of(Store& store, const schema::RecordId& target);

/// Whether the id of one of \p records stands in \p text.
[[nodiscard]] bool names_one_of(std::string_view text, const std::set<schema::RecordId>& records);

}  // namespace jiuying::node
