/// Which C++ types go into a database and come out of it: one Cell per type that we keep.
///
/// A type without a Cell does not compile; `double` has none on purpose, because nothing of ours is
/// a fraction and a value that went through one would no longer be the same bytes. Loading checks
/// the stored type and range: a cell that holds something else is a damaged or foreign table.
///
/// Bytes are bound without copying. That is safe because a Statement runs to its end inside the
/// call that got the parameters; nothing bound is looked at afterwards. For the same reason a view
/// that was loaded lives only until the visitor returns.
#pragma once

#include "schema/ids.hpp"
#include "sync/crypto/secret.hpp"

#include <sqlite3.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace jiuying::node::sqlite {

/// `store` binds and returns SQLite's result code, `load` reads; both are given no wrong position.
template <class T>
struct Cell;

/// Throws Error (SQLITE_MISMATCH): the table holds another type than the code expects.
[[noreturn]] void throw_mismatch(sqlite3_stmt& statement, int column);

namespace detail {

inline void expect(sqlite3_stmt& statement, int column, int type) {
    if (sqlite3_column_type(&statement, column) != type) [[unlikely]] {
        throw_mismatch(statement, column);
    }
}

/// SQLite takes a null pointer for NULL; an empty text or blob is a value.
inline int store_text(sqlite3_stmt& statement, int position, std::string_view text) {
    return sqlite3_bind_text64(&statement, position, text.data() == nullptr ? "" : text.data(),
                               text.size(), SQLITE_STATIC, SQLITE_UTF8);
}
inline int store_blob(sqlite3_stmt& statement, int position, std::span<const std::uint8_t> blob) {
    const void* bytes = blob.data();
    return sqlite3_bind_blob64(&statement, position, bytes == nullptr ? "" : bytes, blob.size(),
                               SQLITE_STATIC);
}

inline std::span<const std::uint8_t> load_bytes(sqlite3_stmt& statement, int column) {
    const void* bytes = sqlite3_column_blob(&statement, column);
    const int size = sqlite3_column_bytes(&statement, column);
    return {static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)};
}
inline std::string_view load_text(sqlite3_stmt& statement, int column) {
    const auto bytes = load_bytes(statement, column);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                 !std::same_as<T, char8_t> && !std::same_as<T, char16_t> &&
                 !std::same_as<T, char32_t> && !std::same_as<T, wchar_t>;

}  // namespace detail

/// Whole numbers. A uint64 is kept as the int64 of the same 64 bits, so those above 2^63 compare
/// as negative in SQL.
template <detail::Number T>
struct Cell<T> {
    static int store(sqlite3_stmt& statement, int position, T value) {
        return sqlite3_bind_int64(&statement, position, static_cast<sqlite3_int64>(value));
    }
    static T load(sqlite3_stmt& statement, int column) {
        detail::expect(statement, column, SQLITE_INTEGER);
        const std::int64_t value = sqlite3_column_int64(&statement, column);
        if constexpr (sizeof(T) < sizeof value) {
            if (!std::in_range<T>(value)) throw_mismatch(statement, column);
        }
        return static_cast<T>(value);
    }
};

template <>
struct Cell<bool> {
    static int store(sqlite3_stmt& statement, int position, bool value) {
        return sqlite3_bind_int(&statement, position, value ? 1 : 0);
    }
    static bool load(sqlite3_stmt& statement, int column) {
        detail::expect(statement, column, SQLITE_INTEGER);
        const std::int64_t value = sqlite3_column_int64(&statement, column);
        if (value != 0 && value != 1) throw_mismatch(statement, column);
        return value == 1;
    }
};

/// Strong numbers (Hlc, EntityId, ...) as the number that they are. A number without a name in the
/// enumeration is loaded as it is.
template <class T>
requires std::is_enum_v<T>
struct Cell<T> {
    using Number = std::underlying_type_t<T>;
    static int store(sqlite3_stmt& statement, int position, T value) {
        return Cell<Number>::store(statement, position, static_cast<Number>(value));
    }
    static T load(sqlite3_stmt& statement, int column) {
        return static_cast<T>(Cell<Number>::load(statement, column));
    }
};

/// Stored as TEXT. Loads TEXT and BLOB alike, as the bytes that they are; nothing checks UTF-8.
template <>
struct Cell<std::string_view> {
    static int store(sqlite3_stmt& statement, int position, std::string_view text) {
        return detail::store_text(statement, position, text);
    }
    static std::string_view load(sqlite3_stmt& statement, int column) {
        const int type = sqlite3_column_type(&statement, column);
        if (type != SQLITE_TEXT && type != SQLITE_BLOB) throw_mismatch(statement, column);
        return detail::load_text(statement, column);
    }
};
template <>
struct Cell<std::string> {
    static int store(sqlite3_stmt& statement, int position, const std::string& text) {
        return detail::store_text(statement, position, text);
    }
    static std::string load(sqlite3_stmt& statement, int column) {
        return std::string{Cell<std::string_view>::load(statement, column)};
    }
};
/// A literal as parameter.
template <std::size_t N>
struct Cell<char[N]> {
    static int store(sqlite3_stmt& statement, int position, const char (&text)[N]) {
        return detail::store_text(statement, position, std::string_view{text});
    }
};

template <>
struct Cell<std::span<const std::uint8_t>> {
    static int store(sqlite3_stmt& statement, int position, std::span<const std::uint8_t> blob) {
        return detail::store_blob(statement, position, blob);
    }
    static std::span<const std::uint8_t> load(sqlite3_stmt& statement, int column) {
        detail::expect(statement, column, SQLITE_BLOB);
        return detail::load_bytes(statement, column);
    }
};
template <>
struct Cell<std::vector<std::uint8_t>> {
    static int store(sqlite3_stmt& statement, int position, const std::vector<std::uint8_t>& blob) {
        return detail::store_blob(statement, position, blob);
    }
    static std::vector<std::uint8_t> load(sqlite3_stmt& statement, int column) {
        const auto blob = Cell<std::span<const std::uint8_t>>::load(statement, column);
        return {blob.begin(), blob.end()};
    }
};
/// Exactly N bytes.
template <std::size_t N>
struct Cell<std::array<std::uint8_t, N>> {
    static int store(sqlite3_stmt& statement, int position,
                     const std::array<std::uint8_t, N>& blob) {
        return detail::store_blob(statement, position, blob);
    }
    static std::array<std::uint8_t, N> load(sqlite3_stmt& statement, int column) {
        const auto blob = Cell<std::span<const std::uint8_t>>::load(statement, column);
        if (blob.size() != N) throw_mismatch(statement, column);
        std::array<std::uint8_t, N> fixed;
        std::memcpy(fixed.data(), blob.data(), N);
        return fixed;
    }
};
/// Likewise, for bytes that are wiped when they are done with.
template <std::size_t N>
struct Cell<sync::Secret<N>> {
    static int store(sqlite3_stmt& statement, int position, const sync::Secret<N>& secret) {
        return detail::store_blob(statement, position, secret.view());
    }
    static sync::Secret<N> load(sqlite3_stmt& statement, int column) {
        auto secret =
            sync::Secret<N>::from(Cell<std::span<const std::uint8_t>>::load(statement, column));
        if (!secret) throw_mismatch(statement, column);
        return *std::move(secret);
    }
};
template <class Tag>
struct Cell<schema::Id128<Tag>> {
    using Id = schema::Id128<Tag>;
    static int store(sqlite3_stmt& statement, int position, const Id& id) {
        return detail::store_blob(statement, position, id.bytes);
    }
    static Id load(sqlite3_stmt& statement, int column) {
        return Id{Cell<std::array<std::uint8_t, 16>>::load(statement, column)};
    }
};

/// Bytes kept in a string, stored as BLOB: `as_blob(packed_heads)`.
[[nodiscard]] inline std::span<const std::uint8_t> as_blob(std::string_view bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

/// NULL.
template <>
struct Cell<std::nullopt_t> {
    static int store(sqlite3_stmt& statement, int position, std::nullopt_t) {
        return sqlite3_bind_null(&statement, position);
    }
};
/// NULL or a value.
template <class T>
struct Cell<std::optional<T>> {
    static int store(sqlite3_stmt& statement, int position, const std::optional<T>& value) {
        return value ? Cell<T>::store(statement, position, *value)
                     : sqlite3_bind_null(&statement, position);
    }
    static std::optional<T> load(sqlite3_stmt& statement, int column) {
        if (sqlite3_column_type(&statement, column) == SQLITE_NULL) return std::nullopt;
        return Cell<T>::load(statement, column);
    }
};

/// Whatever is there: for code that compares cells without knowing what they mean (`verify`).
using AnyCell = std::variant<std::monostate, std::int64_t, std::string, std::vector<std::uint8_t>>;
template <>
struct Cell<AnyCell> {
    static int store(sqlite3_stmt& statement, int position, const AnyCell& value);
    static AnyCell load(sqlite3_stmt& statement, int column);
};

}  // namespace jiuying::node::sqlite
