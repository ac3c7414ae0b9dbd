/// Numbers among a store's single facts (table `meta`): eight bytes, little endian.
#pragma once

#include "node/store/store.hpp"
#include "sync/merge/byte_text.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jiuying::node {

/// Nothing if it was never kept.
[[nodiscard]] inline std::optional<std::uint64_t> kept_number(Store& store, std::string_view key) {
    const auto bytes = store.meta(key);
    if (!bytes || bytes->size() != 8) return std::nullopt;
    std::uint64_t number = 0;
    for (unsigned i = 0; i < 8; ++i) number |= std::uint64_t{(*bytes)[i]} << (8U * i);
    return number;
}

/// Inside a database transaction.
inline void keep_number(Store& store, std::string_view key, std::uint64_t number) {
    std::string bytes;
    sync::put_fixed64(bytes, number);
    store.set_meta(key, sqlite::as_blob(bytes));
}

}  // namespace jiuying::node
