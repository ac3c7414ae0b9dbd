#include "node/keys/credential.hpp"

#include "node/base/files.hpp"
#include "schema/utf8.hpp"

#include <array>
#include <span>

namespace jiuying::node {
namespace {

/// Reads to the end or until `into` is full, into memory that the caller wipes.
std::size_t read_secret(const std::filesystem::path& path, std::span<std::uint8_t> into) {
    const FileHandle file = FileHandle::open_to_read(path);
    std::size_t held = 0;
    while (held < into.size()) {
        const std::size_t got = file.read(into.subspan(held), path);
        if (got == 0) break;
        held += got;
    }
    return held;
}

}  // namespace

bool Passphrase::may_be_chosen() const {
    return bytes_.size() <= bytes_max &&
           schema::count_code_points(sync::as_text(bytes_)) >= characters_min;
}

Result<Passphrase> read_passphrase_file(const std::filesystem::path& path) {
    sync::Secret<Passphrase::bytes_max + 3> buffer;  // And a line break, and one byte too many.
    std::size_t size = read_secret(path, buffer.bytes());
    const auto drop = [&](char last) {
        if (size > 0 && buffer.view()[size - 1] == static_cast<std::uint8_t>(last)) {
            --size;
            return true;
        }
        return false;
    };
    if (drop('\n')) drop('\r');
    if (size > Passphrase::bytes_max) return Errc::too_large;
    return Passphrase{buffer.view().first(size)};
}

Result<KeyFile> read_key_file(const std::filesystem::path& path) {
    sync::Secret<33> buffer;
    const std::size_t size = read_secret(path, buffer.bytes());
    Result<sync::Key32> key = sync::Key32::from(buffer.view().first(size));
    if (!key) return key.error();
    return KeyFile{std::move(*key)};
}

}  // namespace jiuying::node
