/// What the tests of golden files share: the files themselves, and invented parts of their stories.
/// All of it is fixed for ever, as the files are.
#pragma once

#include "sync/segment/segment.hpp"
#include "tests/support/segments.hpp"

#include <filesystem>
#include <string>

namespace jiuying::test {

inline constexpr std::int64_t wall_ms_then = 1'795'400'000'000;  ///< 2026-11-23.

[[nodiscard]] std::filesystem::path tests_folder();
[[nodiscard]] sync::Bytes read_golden(const std::string& name);
void write_file(const std::filesystem::path& path, sync::View bytes);

/// A record made by the transaction \p dot; \p byte is all of its UUID's random bits.
[[nodiscard]] sync::TouchedRecord created(const sync::Dot& dot, std::uint16_t entity,
                                          std::uint8_t byte);
/// A transaction without changes yet, a second after the one before.
[[nodiscard]] sync::Transaction stamped(std::uint64_t txn, const std::string& actor);

/// The body of a segment, decrypted.
[[nodiscard]] sync::Bytes decrypted(sync::View bytes, const Sealer& author);
/// The header but for what depends on the version of zstd: sizes and hashes of the body.
[[nodiscard]] sync::Bytes lasting_header(sync::View bytes);

}  // namespace jiuying::test
