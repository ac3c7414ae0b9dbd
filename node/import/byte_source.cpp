#include "node/import/byte_source.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

namespace jiuying::node {
namespace {

constexpr std::size_t piece_size = 64 * 1024;
constexpr std::uint8_t magic_1 = 0x1F;
constexpr std::uint8_t magic_2 = 0x8B;

}  // namespace

Result<std::size_t> MemorySource::read(std::span<std::uint8_t> into) {
    const std::size_t size = std::min({rest_.size(), piece_max_, into.size()});
    std::ranges::copy(rest_.first(size), into.begin());
    rest_ = rest_.subspan(size);
    return size;
}

FileSource::FileSource(std::filesystem::path path)
    : path_(std::move(path)), file_(FileHandle::open_to_read(path_)) {}

Result<std::size_t> FileSource::read(std::span<std::uint8_t> into) {
    return file_.read(into, path_);
}

void MaybeGunzip::End::operator()(z_stream* stream) const {
    inflateEnd(stream);
    delete stream;
}

Result<bool> MaybeGunzip::fill() {
    if (used_ < held_.size()) return true;
    held_.resize(piece_size);
    used_ = 0;
    const Result<std::size_t> size = packed_.read(held_);
    held_.resize(size ? *size : 0);
    if (!size) return size.error();
    return *size > 0;
}

Result<void> MaybeGunzip::recognise() {
    mode_ = Mode::plain;
    const Result<bool> more = fill();
    if (!more) return more.error();
    while (held_.size() == 1) {  // A pipe may hand over a single byte.
        std::uint8_t second = 0;
        const Result<std::size_t> size = packed_.read({&second, 1});
        if (!size) return size.error();
        if (*size == 0) break;
        held_.push_back(second);
    }
    if (held_.size() < 2 || held_[0] != magic_1 || held_[1] != magic_2) return {};
    mode_ = Mode::gzip;
    auto fresh = std::make_unique<z_stream>();
    constexpr int gzip_only = MAX_WBITS + 16;
    if (inflateInit2(fresh.get(), gzip_only) != Z_OK) throw std::bad_alloc{};
    stream_.reset(fresh.release());
    return {};
}

Result<std::size_t> MaybeGunzip::read(std::span<std::uint8_t> into) {
    JY_ASSERT(!into.empty());
    if (mode_ == Mode::unknown) {
        const Result<void> known = recognise();
        if (!known) return known.error();
    }
    if (mode_ == Mode::plain) {
        const Result<bool> more = fill();
        if (!more) return more.error();
        const std::size_t size = std::min(into.size(), held_.size() - used_);
        std::copy_n(held_.begin() + static_cast<std::ptrdiff_t>(used_), size, into.begin());
        used_ += size;
        return size;
    }
    const std::size_t made = inflate_into(into);
    if (made == 0 && failed_) return *failed_;
    return made;
}

std::size_t MaybeGunzip::inflate_into(std::span<std::uint8_t> into) {
    constexpr std::size_t room_max = std::numeric_limits<unsigned>::max();
    const auto room = static_cast<unsigned>(std::min(into.size(), room_max));
    stream_->next_out = into.data();
    stream_->avail_out = room;
    while (stream_->avail_out == room && inflate_some()) {
    }
    return room - stream_->avail_out;
}

bool MaybeGunzip::inflate_some() {
    if (failed_ || mode_ == Mode::padding) return false;
    const Result<bool> more = fill();
    if (!more || !*more) {
        failed_ = more ? Errc::truncated : more.error();
        return false;
    }
    stream_->next_in = held_.data() + used_;
    stream_->avail_in = static_cast<unsigned>(held_.size() - used_);
    const int result = inflate(stream_.get(), Z_NO_FLUSH);
    used_ = held_.size() - stream_->avail_in;
    if (result == Z_MEM_ERROR) throw std::bad_alloc{};
    if (result == Z_STREAM_END) {
        const Result<void> next = next_member();
        if (!next) failed_ = next.error();
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
        failed_ = Errc::malformed;
    }
    return true;
}

Result<void> MaybeGunzip::next_member() {
    const Result<bool> more = fill();
    if (!more) return more.error();
    if (*more && held_[used_] == magic_1) {
        if (inflateReset(stream_.get()) != Z_OK) return Errc::malformed;
        return {};
    }
    mode_ = Mode::padding;
    for (;;) {
        const Result<bool> rest = fill();
        if (!rest) return rest.error();
        if (!*rest) return {};
        const auto begin = held_.begin() + static_cast<std::ptrdiff_t>(used_);
        if (std::any_of(begin, held_.end(), [](std::uint8_t byte) { return byte != 0; })) {
            return Errc::malformed;
        }
        used_ = held_.size();
    }
}

}  // namespace jiuying::node
