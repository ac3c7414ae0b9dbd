#include "node/http/uploads.hpp"

#include "node/cli/errors.hpp"
#include "sync/crypto/secret.hpp"

namespace jiuying::node {
namespace {

constexpr std::size_t id_bytes = 8;

/// Its bytes are wiped with the last who holds them.
std::shared_ptr<sync::Bytes> wiped_bytes(std::size_t size) {
    std::shared_ptr<sync::Bytes> bytes{new sync::Bytes, [](sync::Bytes* all) {
                                           sync::wipe(*all);
                                           delete all;
                                       }};
    bytes->reserve(size);  // Growing would leave copies behind.
    return bytes;
}

}  // namespace

std::string Uploads::begin(const std::string& user, std::string name, std::uint64_t size) {
    if (name.empty() || name.size() > name_bytes_max) {
        throw Failure{Error::bad_value, Detail::option, "name"};
    }
    if (size > file_bytes_max) {
        throw Failure{Error::import_too_large, Detail::limit,
                      std::to_string(file_bytes_max >> 20U) + " MiB"};
    }
    const Instant now = environment_.monotonic();
    const bool others = !held_.id.empty() && held_.user != user && now < held_.touched + rest;
    if (others) throw Failure{Error::work_under_way};
    const auto id = environment_.random_bytes<id_bytes>();
    held_ = {sync::hex_encode(sync::View{id}), user, std::move(name), size, now, wiped_bytes(size)};
    return held_.id;
}

Uploads::Upload& Uploads::find(const std::string& user, std::string_view id) {
    const Instant now = environment_.monotonic();
    if (now >= held_.touched + rest) held_ = {};
    if (held_.id.empty() || held_.id != id || held_.user != user) {
        throw Failure{Error::upload_gone};
    }
    held_.touched = now;
    return held_;
}

std::uint64_t Uploads::add(const std::string& user, std::string_view id, std::uint64_t offset,
                           sync::View piece) {
    Upload& upload = find(user, id);
    if (offset != upload.bytes->size() || piece.size() > upload.size - offset) {
        throw Failure{Error::upload_gone};
    }
    sync::append(*upload.bytes, piece);
    return upload.bytes->size();
}

Uploads::Whole Uploads::whole(const std::string& user, std::string_view id) {
    Upload& upload = find(user, id);
    if (upload.bytes->size() != upload.size) throw Failure{Error::upload_gone};
    return {upload.name, upload.bytes};
}

void Uploads::drop(const std::string& user, std::string_view id) {
    if (held_.id == id && held_.user == user) held_ = {};
}

}  // namespace jiuying::node
