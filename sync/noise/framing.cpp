#include "sync/noise/framing.hpp"

#include "schema/assert.hpp"

#include <algorithm>
#include <utility>

namespace jiuying::sync::noise {
namespace {

constexpr std::uint8_t last_piece = 1;

/// Every piece costs its length, its flags and its tag.
constexpr std::size_t piece_overhead = frame_header_size + 1 + tag_size;

std::size_t piece_count(std::size_t message_size) {
    return std::max<std::size_t>(1, (message_size + piece_size_max - 1) / piece_size_max);
}

}  // namespace

Result<void> FrameReader::feed(View chunk) {
    if (failed_) return Errc::malformed;
    if (buffered() >= frame_header_size + frame_size_max) return Errc::exhausted;
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(start_));
    start_ = 0;
    append(buffer_, chunk);
    return {};
}

Result<std::optional<Bytes>> FrameReader::next() {
    if (failed_) return Errc::malformed;
    const View rest = View{buffer_}.subspan(start_);
    if (rest.size() < frame_header_size) return std::optional<Bytes>{};
    const std::size_t size = static_cast<std::size_t>(rest[0]) << 8 | rest[1];
    if (size < frame_size_min) {
        failed_ = true;
        buffer_.clear();
        start_ = 0;
        return Errc::malformed;
    }
    if (rest.size() - frame_header_size < size) return std::optional<Bytes>{};
    const View frame = rest.subspan(frame_header_size, size);
    start_ += frame_header_size + size;
    return std::optional<Bytes>{Bytes(frame.begin(), frame.end())};
}

Result<std::optional<Bytes>> MessageJoiner::refuse(Errc why) {
    refused_ = why;
    message_ = Bytes{};
    return why;
}

Result<std::optional<Bytes>> MessageJoiner::add(View piece) {
    if (refused_) return *refused_;
    if (piece.empty()) return refuse(Errc::truncated);
    const std::uint8_t flags = piece.front();
    const View part = piece.subspan(1);
    if ((flags & ~last_piece) != 0) return refuse(Errc::unsupported);
    const bool last = flags == last_piece;
    // Endless empty pieces would be work for nothing; an empty message is one empty last piece.
    if (part.empty() && !(last && message_.empty())) return refuse(Errc::malformed);
    if (part.size() > cap_ - message_.size()) return refuse(Errc::too_large);
    const std::size_t needed = message_.size() + part.size();
    // Doubling keeps copies few, and the cap holds for the memory as for the size.
    if (needed > message_.capacity() && !last) {
        message_.reserve(std::min(cap_, std::max(needed, 2 * message_.capacity())));
    } else if (needed > message_.capacity()) {
        message_.reserve(needed);
    }
    append(message_, part);
    if (!last) return std::optional<Bytes>{};
    return std::optional<Bytes>{std::exchange(message_, Bytes{})};
}

void FrameWriter::add_frame(View noise_message) {
    const std::size_t size = noise_message.size();
    JY_ASSERT(size >= frame_size_min && size <= frame_size_max);
    out_.push_back(static_cast<std::uint8_t>(size >> 8));
    out_.push_back(static_cast<std::uint8_t>(size & 0xff));
    append(out_, noise_message);
}

Result<void> FrameWriter::add_message(Transport& transport, View message) {
    if (message.size() > cap_) return Errc::too_large;
    out_.reserve(out_.size() + framed_size(message.size()));
    View rest = message;
    for (std::size_t left = piece_count(message.size()); left > 0; --left) {
        const View part = rest.first(std::min(rest.size(), piece_size_max));
        rest = rest.subspan(part.size());
        Bytes piece;
        piece.reserve(1 + part.size());
        piece.push_back(left == 1 ? last_piece : std::uint8_t{0});
        append(piece, part);
        const Result<Bytes> sealed = transport.encrypt(piece);
        if (!sealed) return sealed.error();
        add_frame(*sealed);
    }
    JY_ASSERT(rest.empty());
    return {};
}

Bytes FrameWriter::take() { return std::exchange(out_, Bytes{}); }

std::size_t framed_size(std::size_t message_size) {
    return message_size + piece_count(message_size) * piece_overhead;
}

}  // namespace jiuying::sync::noise
