/// What travels over the local socket between a command and the running `serve`.
///
///     frame      u32 length, most significant byte first; then that many bytes of JSON
///     greeting   serve:  {"control":1,"challenge":hex}          32 random bytes
///                caller: {"proof":hex,"challenge":hex}
///                serve:  {"proof":hex}, or {"error":...} and the end
///     then, any number of times
///     request    caller: {"name":s,"args":{...}}
///     answer     serve:  {"progress":{...}} any number of times, then {"result":{...}} or
///                        {"error":wire}, as node/commands/failure_wire.hpp has it
///     goodbye    serve:  {"bye":true}, between two answers: a request that it has not answered
///                        was not begun
///
/// Both sides prove that they know the control key (Keyring::control_key) over both challenges and
/// their role, so no proof is of use elsewhere. Pure; not thread-safe.
#pragma once

#include "schema/result.hpp"
#include "sync/crypto/bytes.hpp"
#include "sync/crypto/hash.hpp"
#include "sync/crypto/secret.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstdint>
#include <optional>

namespace jiuying::node::control {

inline constexpr std::int64_t version = 1;
/// Of a request. An import sends its rows in portions below it.
inline constexpr std::size_t request_bytes_max = 8U << 20U;
/// Of an answer: long lists are whole, and `serve` is trusted once it has proved itself.
inline constexpr std::size_t answer_bytes_max = 256U << 20U;
/// Before the caller has proved itself.
inline constexpr std::size_t greeting_bytes_max = 4096;

using Challenge = std::array<std::uint8_t, 32>;

/// The frame of \p document. Errc::too_large above \p size_max.
[[nodiscard]] Result<sync::Bytes> to_frame(const boost::json::object& document,
                                           std::size_t size_max);

/// Puts frames together from a stream.
class FrameReader {
public:
    explicit FrameReader(std::size_t size_max) : size_max_(size_max) {}
    void allow(std::size_t size_max) { size_max_ = size_max; }

    /// Holds at most one frame and what came with its end: call `next` until it is empty.
    void feed(sync::View bytes) { sync::append(buffer_, bytes); }
    /// The next document, or nothing until more is fed. Errc::too_large, checked before memory is
    /// taken; Errc::malformed for what is not a JSON object. The stream is lost then.
    [[nodiscard]] Result<std::optional<boost::json::object>> next();

private:
    std::size_t size_max_;
    sync::Bytes buffer_;
};

enum class Side : std::uint8_t { serve, caller };

/// What \p side shows to prove that it knows \p key.
[[nodiscard]] sync::Hash32 proof_of(Side side, const sync::Key32& key, const Challenge& of_serve,
                                    const Challenge& of_caller);

[[nodiscard]] std::string to_hex(sync::View bytes);
/// The 32 bytes that the member \p key of \p document spells; nothing if it doesn't.
[[nodiscard]] std::optional<std::array<std::uint8_t, 32>> hex_in(
    const boost::json::object& document, std::string_view key);

}  // namespace jiuying::node::control
