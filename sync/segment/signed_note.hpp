/// What receipts and key wraps have in common: kind, format, suite, content, signature at the end.
#pragma once

#include "sync/archive/wire.hpp"
#include "sync/crypto/sign.hpp"
#include "sync/segment/chain.hpp"
#include "sync/segment/header.hpp"

namespace jiuying::sync::detail {

inline constexpr std::uint8_t note_format = 1;

inline void write_note_start(WireWriter& out, char kind) {
    out.byte(static_cast<std::uint8_t>(kind));
    out.byte(note_format);
    out.byte(suite_1);
}

inline void read_note_start(WireReader& in, char kind) {
    if (in.byte() != static_cast<std::uint8_t>(kind)) refuse(Errc::malformed);
    if (in.byte() != note_format || in.byte() != suite_1) refuse(Errc::unsupported);
}

/// What stands before the signature.
[[nodiscard]] inline Result<View> note_content(View bytes, std::size_t bytes_max) {
    if (bytes.size() > bytes_max) return Errc::too_large;
    if (bytes.size() < Signature{}.size()) return Errc::truncated;
    return bytes.first(bytes.size() - Signature{}.size());
}

inline void sign_note(Bytes& content, const SigningKey& key, std::string_view context,
                      View district, const LogId& log) {
    append(content, key.sign(context, district, log_bytes(log), {content}));
}

[[nodiscard]] inline bool note_verifies(View bytes, const VerifyKey& key, std::string_view context,
                                        View district, const LogId& log) {
    const std::size_t content = bytes.size() - Signature{}.size();
    return key.verify(bytes.subspan(content), context, district, log_bytes(log),
                      {bytes.first(content)});
}

}  // namespace jiuying::sync::detail
