/// The bytes of a file in memory, in blocks that copies share until one of them writes.
///
/// A simulated disk is copied thousands of times and hardly changed in between. Not thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace jiuying::test {

class Blocks {
public:
    [[nodiscard]] std::uint64_t size() const { return size_; }

    /// New bytes are zero.
    void resize(std::uint64_t size) {
        // What lies behind the end is zero at all times, so that growing has nothing to clear.
        if (size < size_ && size % block_size != 0) {
            Block& last = own(size / block_size);
            std::fill(last.begin() + static_cast<std::ptrdiff_t>(size % block_size), last.end(),
                      std::uint8_t{0});
        }
        blocks_.resize((size + block_size - 1) / block_size);
        size_ = size;
    }

    /// Grows as far as is needed.
    void write(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
        if (size_ < offset + bytes.size()) resize(offset + bytes.size());
        while (!bytes.empty()) {
            const std::uint64_t within = offset % block_size;
            const std::size_t part = std::min<std::size_t>(bytes.size(), block_size - within);
            Block& block = own(offset / block_size);
            std::copy_n(bytes.begin(), part, block.begin() + static_cast<std::ptrdiff_t>(within));
            bytes = bytes.subspan(part);
            offset += part;
        }
    }

    /// As much as there is; returns how much that was.
    std::size_t read(std::uint64_t offset, std::span<std::uint8_t> into) const {
        if (offset >= size_) return 0;
        into = into.first(std::min<std::uint64_t>(into.size(), size_ - offset));
        const std::size_t all = into.size();
        while (!into.empty()) {
            const std::uint64_t within = offset % block_size;
            const std::size_t part = std::min<std::size_t>(into.size(), block_size - within);
            const auto& block = blocks_[offset / block_size];
            if (block) {
                std::copy_n(block->begin() + static_cast<std::ptrdiff_t>(within), part,
                            into.begin());
            } else {
                std::fill_n(into.begin(), part, std::uint8_t{0});
            }
            into = into.subspan(part);
            offset += part;
        }
        return all;
    }

    [[nodiscard]] std::vector<std::uint8_t> bytes() const {
        std::vector<std::uint8_t> all(size_);
        (void)read(0, all);
        return all;
    }

private:
    static constexpr std::uint64_t block_size = 4096;
    using Block = std::array<std::uint8_t, block_size>;

    Block& own(std::uint64_t index) {
        auto& block = blocks_[index];
        if (!block) {
            block = std::make_shared<Block>();
        } else if (block.use_count() > 1) {
            block = std::make_shared<Block>(*block);
        }
        return *block;
    }

    std::uint64_t size_ = 0;
    std::vector<std::shared_ptr<Block>> blocks_;  ///< Null: zeros.
};

}  // namespace jiuying::test
