/// cereal archives in our own alphabet (sync/archive/wire.hpp), safe to read from strangers.
///
/// A type is described once, by the usual cereal `serialize(Archive&)`; `encode` and `decode` do
/// the rest. cereal's stock archives allocate what the input claims; this one checks each size
/// against the bytes left and a falling budget first, limits depth, refuses bytes left over, and
/// has one spelling for each value. Allowed: bool, integers, enums, strings, arrays, vectors,
/// optionals and structures of these. Floating point and pointers don't compile (the latter by
/// cereal's own assertion; never include cereal/types/memory.hpp or polymorphic.hpp).
///
///     struct Greeting {
///         std::string name;  std::uint64_t epoch;  std::vector<Item> items;
///         template <class Archive> void serialize(Archive& archive) {
///             archive(text(name, 64), fixed64(epoch), at_most(items, 100));
///         }
///     };
///     Bytes bytes = encode(greeting);
///     Result<Greeting> read = decode<Greeting>(bytes);
///
/// Spelling: u8 and bool one byte; other unsigned LEB128; signed zigzag LEB128; std::array<u8, N>
/// its N bytes; strings and vectors a count, then the elements; optional 0, or 1 and the value.
/// Errors: Errc::truncated, too_large, not_utf8, malformed. Not thread-safe.
#pragma once

#include "schema/ids.hpp"
#include "schema/utf8.hpp"
#include "sync/archive/wire.hpp"
#include "sync/types.hpp"

#include <cereal/cereal.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace jiuying::sync {

/// Objects inside objects (vectors and wrappers count). Only recursive types could reach it.
inline constexpr unsigned archive_depth_max = 16;

class BoundedOutput : public cereal::OutputArchive<BoundedOutput> {
public:
    explicit BoundedOutput(Bytes& out) : OutputArchive(this), wire(out) {}
    WireWriter wire;
};

class BoundedInput : public cereal::InputArchive<BoundedInput> {
public:
    explicit BoundedInput(WireReader& reader) : InputArchive(this), wire(reader) {}
    WireReader& wire;
    unsigned depth = 0;
};

}  // namespace jiuying::sync

CEREAL_SETUP_ARCHIVE_TRAITS(jiuying::sync::BoundedInput, jiuying::sync::BoundedOutput)

namespace jiuying::sync {

// --- Wrappers that tighten what a member may hold -----------------------------------------------

/// A string that must be UTF-8, or any string or vector, of at most `max` bytes or elements.
template <class T, bool is_text>
struct Limited {
    T& value;
    std::size_t max;
};
template <class T>
[[nodiscard]] Limited<T, true> text(T& value, std::size_t bytes_max) {
    return {value, bytes_max};
}
template <class T>
[[nodiscard]] Limited<T, false> at_most(T& value, std::size_t max) {
    return {value, max};
}

/// An integer or enum that must lie between two others, both included.
template <class T>
struct Between {
    T& value;
    std::remove_const_t<T> least;
    std::remove_const_t<T> most;
};
template <class T>
[[nodiscard]] Between<T> between(T& value, std::type_identity_t<std::remove_const_t<T>> least,
                                 std::type_identity_t<std::remove_const_t<T>> most) {
    return {value, least, most};
}

/// Sixty-four bits as eight bytes: random numbers only grow as varints.
template <class T>
struct Fixed64 {
    T& value;
};
template <class T>
[[nodiscard]] Fixed64<T> fixed64(T& value) {
    static_assert(sizeof(T) == 8);
    return {value};
}

// --- Depth --------------------------------------------------------------------------------------

template <class T>
requires std::is_class_v<T>
void prologue(BoundedInput& archive, const T&) {
    if (++archive.depth > archive_depth_max) detail::refuse(Errc::too_large);
}
template <class T>
requires std::is_class_v<T>
void epilogue(BoundedInput& archive, const T&) { --archive.depth; }

// --- Numbers ------------------------------------------------------------------------------------

template <class T>
requires std::is_arithmetic_v<T>
void CEREAL_SAVE_FUNCTION_NAME(BoundedOutput& archive, const T& number) {
    static_assert(std::is_integral_v<T>, "floating point has no place in our formats");
    if constexpr (sizeof(T) == 1) {
        archive.wire.byte(static_cast<std::uint8_t>(number));
    } else if constexpr (std::is_signed_v<T>) {
        archive.wire.signed_varint(number);
    } else {
        archive.wire.varint(number);
    }
}

template <class T>
requires std::is_arithmetic_v<T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, T& number) {
    static_assert(std::is_integral_v<T>, "floating point has no place in our formats");
    if constexpr (std::is_same_v<T, bool>) {
        number = archive.wire.boolean();
    } else if constexpr (sizeof(T) == 1) {
        number = static_cast<T>(archive.wire.byte());
    } else if constexpr (std::is_signed_v<T>) {
        const std::int64_t wide = archive.wire.signed_varint();
        if (!std::in_range<T>(wide)) detail::refuse(Errc::too_large);
        number = static_cast<T>(wide);
    } else {
        number = archive.wire.varint_as<T>();
    }
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(BoundedOutput& archive, const Between<T>& member) {
    archive(member.value);
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, Between<T>& member) {
    archive(member.value);
    if (member.value < member.least || member.most < member.value) {
        detail::refuse(Errc::malformed);
    }
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(BoundedOutput& archive, const Fixed64<T>& member) {
    archive.wire.fixed64(static_cast<std::uint64_t>(member.value));
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, Fixed64<T>& member) {
    member.value = static_cast<T>(archive.wire.fixed64());
}

// --- Runs ---------------------------------------------------------------------------------------

namespace detail {

/// Types that travel as they lie in memory.
template <class T>
inline constexpr bool is_byte = std::is_same_v<T, std::uint8_t> || std::is_same_v<T, char>;

template <class T>
void save_run(BoundedOutput& archive, const T& run) {
    using Element = typename T::value_type;
    static_assert(!std::is_same_v<Element, bool>, "std::vector<bool> has no elements to name");
    archive.wire.varint(run.size());
    if constexpr (is_byte<Element>) {
        archive.wire.raw({reinterpret_cast<const std::uint8_t*>(run.data()), run.size()});
    } else {
        for (const Element& element : run) archive(element);
    }
}

/// Every element takes at least one byte on the wire, so the count is checked against the bytes
/// left; what it takes in memory is charged to the budget. Both before the allocation.
template <class T>
void load_run(BoundedInput& archive, T& run, std::size_t max) {
    using Element = typename T::value_type;
    static_assert(!std::is_same_v<Element, bool>, "std::vector<bool> has no elements to name");
    const std::size_t size = archive.wire.count(1, max);
    archive.wire.charge(size * sizeof(Element));
    if constexpr (is_byte<Element>) {
        const View bytes = archive.wire.raw(size);
        run.assign(bytes.begin(), bytes.end());
    } else {
        run.clear();
        run.resize(size);
        if constexpr (std::is_same_v<Element, std::uint64_t>) {
            archive.wire.varints(run);
        } else {
            for (Element& element : run) archive(element);
        }
    }
}

}  // namespace detail

inline void CEREAL_SAVE_FUNCTION_NAME(BoundedOutput& archive, const std::string& bytes) {
    detail::save_run(archive, bytes);
}
inline void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, std::string& bytes) {
    detail::load_run(archive, bytes, std::numeric_limits<std::size_t>::max());
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(BoundedOutput& archive, const std::vector<T>& elements) {
    detail::save_run(archive, elements);
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, std::vector<T>& elements) {
    detail::load_run(archive, elements, std::numeric_limits<std::size_t>::max());
}

template <class T, bool is_text>
void CEREAL_SAVE_FUNCTION_NAME(BoundedOutput& archive, const Limited<T, is_text>& member) {
    detail::save_run(archive, member.value);
}
template <class T, bool is_text>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, Limited<T, is_text>& member) {
    detail::load_run(archive, member.value, member.max);
    if constexpr (is_text) {
        if (!schema::is_utf8(member.value)) detail::refuse(Errc::not_utf8);
    }
}

template <class T, std::size_t N>
void CEREAL_SAVE_FUNCTION_NAME(BoundedOutput& archive, const std::array<T, N>& elements) {
    if constexpr (detail::is_byte<T>) {
        archive.wire.raw(elements);
    } else {
        for (const T& element : elements) archive(element);
    }
}
template <class T, std::size_t N>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, std::array<T, N>& elements) {
    if constexpr (detail::is_byte<T>) {
        elements = archive.wire.fixed<N>();
    } else {
        for (T& element : elements) archive(element);
    }
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(BoundedOutput& archive, const std::optional<T>& value) {
    archive(value.has_value());
    if (value) archive(*value);
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, std::optional<T>& value) {
    value.reset();
    if (archive.wire.boolean()) archive(value.emplace());
}

// --- Our own names ------------------------------------------------------------------------------

template <class Tag>
void CEREAL_SAVE_FUNCTION_NAME(BoundedOutput& archive, const schema::Id128<Tag>& id) {
    archive.wire.raw(id.bytes);
}
template <class Tag>
void CEREAL_LOAD_FUNCTION_NAME(BoundedInput& archive, schema::Id128<Tag>& id) {
    id.bytes = archive.wire.fixed<16>();
}

template <class Archive>
void serialize(Archive& archive, Author& author) {
    archive(author.node, fixed64(author.epoch));
}
template <class Archive>
void serialize(Archive& archive, LogId& log) {
    archive(log.author, between(log.stream, Stream::station, Stream::hub), log.scope);
}

// --- The two calls ------------------------------------------------------------------------------

template <class T>
void encode_into(Bytes& out, const T& value) {
    BoundedOutput archive{out};
    archive(value);
}

template <class T>
[[nodiscard]] Bytes encode(const T& value) {
    Bytes out;
    encode_into(out, value);
    return out;
}

/// \p budget bounds the memory that the value takes beside itself.
template <class T>
[[nodiscard]] Result<T> decode(View bytes, std::size_t budget) {
    return decoding(bytes, budget, [](WireReader& reader) {
        BoundedInput archive{reader};
        T value{};
        archive(value);
        return value;
    });
}
template <class T>
[[nodiscard]] Result<T> decode(View bytes) {
    return decode<T>(bytes, default_budget(bytes.size()));
}

}  // namespace jiuying::sync
