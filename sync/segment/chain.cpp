#include "sync/segment/chain.hpp"

#include "schema/assert.hpp"

#include <algorithm>

namespace jiuying::sync {
namespace {

// First byte of what is hashed: no two kinds of hash share their input.
constexpr std::uint8_t tag_inner = 1, tag_leaf = 2, tag_link = 3, tag_salts = 4, tag_seed = 5;

constexpr std::uint64_t salts_a_hash = 4;

}  // namespace

Array<log_bytes_size> log_bytes(const LogId& log) {
    Array<log_bytes_size> bytes{};
    auto out = std::ranges::copy(log.author.node.bytes, bytes.begin()).out;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        *out++ = static_cast<std::uint8_t>(log.author.epoch >> shift);
    }
    *out++ = static_cast<std::uint8_t>(log.stream);
    std::ranges::copy(log.scope.bytes, out);
    return bytes;
}

Position log_start(const LogId& log, const std::optional<Predecessor>& predecessor) {
    const Predecessor before = predecessor.value_or(Predecessor{});
    Hasher hasher;
    hasher.add("jy chain v1").add(log_bytes(log)).add_u64(before.epoch).add_u64(before.seq);
    return {0, hasher.add(before.chain).finish_as<32>()};
}

std::uint64_t branch_epoch(std::uint64_t epoch, const Hash32& chain_there) {
    Hasher hasher;
    const Hash32 name = hasher.add("jy branch v1").add_u64(epoch).add(chain_there).finish_as<32>();
    std::uint64_t number = 0;
    for (unsigned i = 0; i < 8; ++i) number |= std::uint64_t{name[i]} << (8U * i);
    return number;
}

Hash32 inner_hash(const Salt& salt, View private_part) {
    return Hasher{}.add_byte(tag_inner).add(salt).add(private_part).finish_as<32>();
}

Hash32 leaf_hash(const Hash32& inner, View public_part) {
    return Hasher{}.add_byte(tag_leaf).add(inner).add(public_part).finish_as<32>();
}

Hash32 chain_link(const Hash32& before, const Hash32& leaf) {
    return Hasher{}.add_byte(tag_link).add(before).add(leaf).finish_as<32>();
}

BlockSeed block_seed(const Key32& epoch_salt, const LogId& log, std::uint64_t block) {
    Hasher hasher{16, epoch_salt.view()};
    return hasher.add_byte(tag_seed).add(log_bytes(log)).add_u64(block).finish_as<16>();
}

Salt Salts::at(std::uint64_t seq) {
    const std::uint64_t quad = (seq - 1) / salts_a_hash;
    if (quad != quad_) {
        const std::uint64_t block = salt_block(seq) - first_block_;
        JY_ASSERT(block < seeds_.size());
        Hasher hasher{64};
        hasher.add_byte(tag_salts).add(seeds_[block]).add_u64(quad).finish_into(four_);
        quad_ = quad;
    }
    Salt salt{};
    const auto from = four_.begin() + static_cast<std::ptrdiff_t>((seq - 1) % salts_a_hash * 16);
    std::copy_n(from, salt.size(), salt.begin());
    return salt;
}

}  // namespace jiuying::sync
