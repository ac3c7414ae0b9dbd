/// Where an import reads from: a file, memory (tests, fuzzing), either of them gzipped or not.
///
/// Not thread-safe. A failing disk is a filesystem_error; damaged input is a Result.
#pragma once

#include "node/base/files.hpp"
#include "schema/result.hpp"

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace jiuying::node {

class ByteSource {
public:
    virtual ~ByteSource() = default;
    /// Fills a part of \p into, at least one byte, and returns how many; 0 only at the end.
    [[nodiscard]] virtual Result<std::size_t> read(std::span<std::uint8_t> into) = 0;
};

class MemorySource final : public ByteSource {
public:
    /// \p bytes must live longer; \p piece_max cuts them up, as a pipe would.
    explicit MemorySource(sync::View bytes, std::size_t piece_max = SIZE_MAX)
        : rest_(bytes), piece_max_(piece_max) {}
    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> into) override;

private:
    sync::View rest_;
    std::size_t piece_max_;
};

class FileSource final : public ByteSource {
public:
    explicit FileSource(std::filesystem::path path);
    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> into) override;

private:
    std::filesystem::path path_;
    FileHandle file_;
};

/// Passes bytes on, unzipped if they begin as gzip does (RFC 1952); several members in a row are
/// one text. Errc::malformed where the gzip is damaged, Errc::truncated where it ends too early;
/// what came before was right but for the checksum of its own member.
class MaybeGunzip final : public ByteSource {
public:
    explicit MaybeGunzip(ByteSource& packed) : packed_(packed) {}
    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> into) override;

private:
    struct End {
        void operator()(z_stream* stream) const;
    };
    enum class Mode : std::uint8_t { unknown, plain, gzip, padding };

    /// Gets more of `packed_` if all was used; false at its end.
    Result<bool> fill();
    Result<void> recognise();
    std::size_t inflate_into(std::span<std::uint8_t> into);
    /// One call of inflate. False when it gave no more.
    bool inflate_some();
    /// After the end of a member: another one, or zeros up to the end.
    Result<void> next_member();

    ByteSource& packed_;
    Mode mode_ = Mode::unknown;
    std::optional<Errc> failed_;  ///< Told once the good bytes before it are out.
    std::vector<std::uint8_t> held_;
    std::size_t used_ = 0;
    std::unique_ptr<z_stream, End> stream_;
};

}  // namespace jiuying::node
