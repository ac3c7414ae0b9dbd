/// How one page of a database, and one frame of its write-ahead log, lie on the disk.
///
/// SQLite leaves the last 40 bytes of every page to us: nonce and tag of the AEAD over the other
/// 4,056. A page is bound to its number, a frame to its place in the log and to its whole header:
/// page number, whether it commits, salts of the log, and SQLite's running checksum of all frames
/// before it. That checksum is taken over clear text, so it is masked by a keyed hash of the nonce.
/// Pages and frames have keys of their own, made of the data key.
///
/// Format: docs/reference/database-format.md. Pure; safe from any thread. What is not covered: a
/// whole page, or the whole file, put back to an older state (`verify` and the hub find that).
#pragma once

#include "node/base/locked.hpp"
#include "sync/crypto/bytes.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace jiuying::node::cipher {

inline constexpr std::size_t page_size = 4096;
inline constexpr std::size_t nonce_size = 24;
inline constexpr std::size_t tag_size = 16;
inline constexpr std::size_t reserved_size = nonce_size + tag_size;
inline constexpr std::size_t content_size = page_size - reserved_size;

inline constexpr std::size_t log_header_size = 32;
inline constexpr std::size_t frame_header_size = 24;
inline constexpr std::size_t frame_size = frame_header_size + page_size;

using Nonce = sync::Array<nonce_size>;
using PageBytes = std::span<std::uint8_t, page_size>;
using PageView = std::span<const std::uint8_t, page_size>;
using FrameBytes = std::span<std::uint8_t, frame_size>;
using FrameView = std::span<const std::uint8_t, frame_size>;
using FrameHeader = std::span<const std::uint8_t, frame_header_size>;

[[nodiscard]] std::uint32_t big_endian(sync::View four_bytes);

/// What stands in a frame's header. \p frame may be encrypted: this part never is.
[[nodiscard]] inline std::uint32_t page_of(sync::View frame) { return big_endian(frame); }
[[nodiscard]] inline bool commits(sync::View frame) { return big_endian(frame.subspan(4)) != 0; }
[[nodiscard]] inline sync::View salts_of(sync::View frame) { return frame.subspan(8, 8); }

/// The first frame of the transaction that a stored frame belongs to, as its nonce tells: all
/// frames before that one were durable when this one was written. Believe it of a frame that opens.
[[nodiscard]] std::uint32_t first_of_transaction(FrameView stored);

/// Whether the reserved bytes are as SQLite leaves them: zero. Others could not be kept.
[[nodiscard]] bool reserve_is_clear(PageView plain);

/// Whether page 1 is of a database as ours are: 4,096 bytes a page, 40 reserved, write-ahead log.
[[nodiscard]] bool first_page_fits(PageView plain);

/// The same of a database that is only being made: SQLite writes its first page once before the
/// write-ahead log is switched on.
[[nodiscard]] bool unfinished_page_fits(PageView plain);

/// The first 100 bytes of every database of ours, as far as they never change; the rest zeros.
[[nodiscard]] sync::Array<100> constant_header();

/// Whether a file begins as a database that is not encrypted.
[[nodiscard]] bool looks_plain(sync::View start);

class PageKeys {
public:
    explicit PageKeys(const sync::Key32& data_key);

    /// \p out may be \p plain.
    void seal_page(PageView plain, std::uint32_t number, const Nonce& nonce, PageBytes out) const;
    /// False when it is not authentic; then \p out says nothing. The reserved bytes come as zeros.
    [[nodiscard]] bool open_page(PageView stored, std::uint32_t number, PageBytes out) const;

    /// \p index counts frames from 1. \p first is that of first_of_transaction, \p random fills the
    /// rest of the nonce.
    void seal_frame(FrameView plain, std::uint32_t index, std::uint32_t first,
                    const sync::Array<20>& random, FrameBytes out) const;
    [[nodiscard]] bool open_frame(FrameView stored, std::uint32_t index, FrameBytes out) const;

private:
    struct Keys {
        sync::Key32 page, frame, mask;
    };
    [[nodiscard]] sync::Array<8> mask(sync::View nonce) const;

    Locked<Keys> keys_;
};

/// SQLite's checksum of a log (its file format, section 4.4), which runs on from frame to frame.
struct LogSums {
    bool big_endian = false;  ///< How words are read; the log's magic number says it.
    std::uint32_t first = 0;
    std::uint32_t second = 0;

    void add(sync::View bytes);
    /// Whether \p eight_bytes, as they stand in a header, say the same.
    [[nodiscard]] bool match(sync::View eight_bytes) const;
};

}  // namespace jiuying::node::cipher
