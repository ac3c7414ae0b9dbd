#include "node/storage/cipher_page.hpp"

#include "sync/crypto/hash.hpp"

#include <sodium/crypto_aead_xchacha20poly1305.h>

#include <algorithm>
#include <string_view>

namespace jiuying::node::cipher {
namespace {

using sync::Array;
using sync::View;

constexpr std::string_view page_context = "jiuying database page 1";
constexpr std::string_view frame_context = "jiuying database frame 1";
constexpr std::string_view mask_context = "jiuying database mask 1";
constexpr std::string_view plain_magic{"SQLite format 3\0", 16};

sync::Key32 derived(const sync::Key32& data_key, std::string_view context) {
    sync::Key32 key;
    sync::Hasher{key.size, data_key.view()}.add(context).finish_into(key.bytes());
    return key;
}

void put_big_endian(std::uint32_t number, std::span<std::uint8_t> into) {
    for (std::size_t i = 0; i < 4; ++i) {
        into[i] = static_cast<std::uint8_t>(number >> (24U - 8U * i));
    }
}

/// Seals the content where it stands and puts nonce and tag behind it.
void seal_content(const sync::Key32& key, PageView plain, View bound, View nonce, PageBytes out) {
    const auto reserve = out.subspan<content_size>();
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
        out.data(), reserve.data() + nonce_size, nullptr, plain.data(), content_size, bound.data(),
        bound.size(), nullptr, nonce.data(), key.data());
    std::ranges::copy(nonce, reserve.begin());
}

bool open_content(const sync::Key32& key, PageView stored, View bound, PageBytes out) {
    const auto reserve = stored.subspan<content_size>();
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
        out.data(), nullptr, stored.data(), content_size, reserve.data() + nonce_size, bound.data(),
        bound.size(), reserve.data(), key.data());
    if (failed != 0) return false;
    std::ranges::fill(out.subspan<content_size>(), std::uint8_t{0});
    return true;
}

Array<8> page_binding(std::uint32_t number) {
    Array<8> bound{'j', 'y', 'p', '1'};
    put_big_endian(number, std::span{bound}.subspan(4));
    return bound;
}

/// \p header with its checksum in clear.
Array<32> frame_binding(std::uint32_t index, FrameHeader header) {
    Array<32> bound{'j', 'y', 'f', '1'};
    put_big_endian(index, std::span{bound}.subspan(4));
    std::ranges::copy(header, bound.begin() + 8);
    return bound;
}

}  // namespace

std::uint32_t big_endian(View four_bytes) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = (number << 8U) | four_bytes[i];
    return number;
}

std::uint32_t first_of_transaction(FrameView stored) {
    return big_endian(stored.subspan<frame_header_size + content_size, 4>());
}

bool reserve_is_clear(PageView plain) {
    return std::ranges::all_of(plain.subspan<content_size>(), [](auto byte) { return byte == 0; });
}

bool first_page_fits(PageView plain) {
    const auto constants = constant_header();
    return std::ranges::equal(plain.first<24>(), std::span{constants}.first<24>());
}

bool unfinished_page_fits(PageView plain) {
    Array<page_size> finished{};
    std::ranges::copy(plain.first<24>(), finished.begin());
    const bool journal = finished[18] == 1 && finished[19] == 1;
    finished[18] = finished[19] = 2;
    return journal && first_page_fits(finished);
}

Array<100> constant_header() {
    Array<100> header{};
    std::ranges::copy(sync::as_view(plain_magic), header.begin());
    // Page size, both versions (2: write-ahead log), reserved bytes, payload fractions.
    constexpr Array<8> constants{0x10, 0x00, 2, 2, reserved_size, 64, 32, 32};
    std::ranges::copy(constants, header.begin() + 16);
    return header;
}

bool looks_plain(View start) {
    return start.size() >= plain_magic.size() &&
           std::ranges::equal(start.first(plain_magic.size()), sync::as_view(plain_magic));
}

PageKeys::PageKeys(const sync::Key32& data_key) : keys_(make_locked<Keys>()) {
    keys_->page = derived(data_key, page_context);
    keys_->frame = derived(data_key, frame_context);
    keys_->mask = derived(data_key, mask_context);
}

void PageKeys::seal_page(PageView plain, std::uint32_t number, const Nonce& nonce,
                         PageBytes out) const {
    seal_content(keys_->page, plain, page_binding(number), nonce, out);
}

bool PageKeys::open_page(PageView stored, std::uint32_t number, PageBytes out) const {
    return open_content(keys_->page, stored, page_binding(number), out);
}

Array<8> PageKeys::mask(View nonce) const {
    const auto hash = sync::Hasher{16, keys_->mask.view()}.add(nonce).finish_as<16>();
    Array<8> mask{};
    std::copy_n(hash.begin(), mask.size(), mask.begin());
    return mask;
}

void PageKeys::seal_frame(FrameView plain, std::uint32_t index, std::uint32_t first,
                          const Array<20>& random, FrameBytes out) const {
    Nonce nonce{};
    put_big_endian(first, std::span{nonce}.first<4>());
    std::ranges::copy(random, nonce.begin() + 4);
    const auto header = plain.first<frame_header_size>();
    seal_content(keys_->frame, plain.subspan<frame_header_size>(), frame_binding(index, header),
                 nonce, out.subspan<frame_header_size>());
    const auto hidden = mask(nonce);
    std::ranges::copy(header, out.begin());
    for (std::size_t i = 0; i < hidden.size(); ++i) out[16 + i] ^= hidden[i];
}

bool PageKeys::open_frame(FrameView stored, std::uint32_t index, FrameBytes out) const {
    const auto hidden = mask(stored.subspan<frame_header_size + content_size, nonce_size>());
    std::ranges::copy(stored.first<frame_header_size>(), out.begin());
    for (std::size_t i = 0; i < hidden.size(); ++i) out[16 + i] ^= hidden[i];
    const FrameHeader header = out.first<frame_header_size>();
    return open_content(keys_->frame, stored.subspan<frame_header_size>(),
                        frame_binding(index, header), out.subspan<frame_header_size>());
}

void LogSums::add(View bytes) {
    const auto word = [&](std::size_t at) {
        const std::uint32_t number = cipher::big_endian(bytes.subspan(at));
        return big_endian ? number : __builtin_bswap32(number);
    };
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
        first += word(at) + second;
        second += word(at + 4) + first;
    }
}

bool LogSums::match(View eight_bytes) const {
    return cipher::big_endian(eight_bytes) == first &&
           cipher::big_endian(eight_bytes.subspan(4)) == second;
}

}  // namespace jiuying::node::cipher
