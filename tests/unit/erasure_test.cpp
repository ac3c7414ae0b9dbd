// What has to be written anew so that an erased value can't be guessed from what is still held.
#include "sync/segment/segment.hpp"

#include "tests/support/segments.hpp"
#include "tests/support/transactions.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace jiuying;
using namespace jiuying::sync;
using test::log_named;
using test::Sealer;

namespace {

/// A hub that holds one author's log in pieces of 100, and may write them anew.
struct Holder {
    Holder() {
        test::TransactionSource source{there, log, 11};
        const std::vector<Transaction> written = source.next(600);
        for (const Sealed& sealed : author.seal(log, there, written, 100)) {
            held.push_back(sealed.bytes);
        }
    }
    [[nodiscard]] OpenedSegment open(std::size_t piece) {
        const bool anew = peek(held[piece])->restated.has_value();
        const Key32& key = anew ? hub.content_key() : author.content_key();
        auto opened = sync::open(held[piece], author.verify_key(), key, as_view(Sealer::district),
                                 there, &hub.verify_key());
        REQUIRE(opened.has_value());
        return std::move(*opened);
    }
    void write_anew(std::size_t piece, const std::vector<Cut>& erased) {
        held[piece] = restate(held[piece], open(piece), erased, there, hub.keys(), {});
    }
    /// Whether the salt of \p seq follows from what is held: as it is, or from its block's seed.
    [[nodiscard]] bool can_derive(const Salt& salt, std::uint64_t seq) {
        for (std::size_t piece = 0; piece < held.size(); ++piece) {
            const OpenedSegment opened = open(piece);
            const std::uint64_t first_block = salt_block(opened.header.first);
            const std::uint64_t place = salt_block(seq) - first_block;
            const bool has_seed =
                salt_block(seq) >= first_block && place < opened.proof.seeds.size();
            if (has_seed && Salts{opened.header.first, opened.proof.seeds}.at(seq) == salt) {
                return true;
            }
            for (const auto& one : opened.proof.each) {
                if (const Salt* kept = std::get_if<Salt>(&one); kept && *kept == salt) return true;
            }
        }
        return false;
    }

    LogId log = log_named(7);
    Authors there;
    Sealer author, hub{80};
    std::vector<Bytes> held;
};

}  // namespace

TEST_CASE("after an erasure the salt is gone once all segments of its block are restated",
          "[segment]") {
    Holder holder;
    // Transaction 150; its block is 1 to 256, in the pieces 0, 1 and 2.
    constexpr std::uint64_t seq = 150;
    const OpenedSegment before = holder.open(1);
    const Salt salt = Salts{before.header.first, before.proof.seeds}.at(seq);
    const Position end = holder.open(5).header.after();
    REQUIRE(holder.can_derive(salt, seq));

    holder.write_anew(1, {{seq - before.header.first}});
    CHECK(holder.open(1).is_redacted(seq - before.header.first));
    CHECK(holder.can_derive(salt, seq));  // The neighbours still hold the seed of the block.
    holder.write_anew(0, {});
    CHECK(holder.can_derive(salt, seq));
    holder.write_anew(2, {});
    CHECK_FALSE(holder.can_derive(salt, seq));

    // Nothing else was lost: the chain goes from start to end, the other values are there.
    Position reached = log_start(holder.log, {});
    for (std::size_t piece = 0; piece < holder.held.size(); ++piece) {
        const OpenedSegment opened = holder.open(piece);
        CHECK(opened.header.before() == reached);
        reached = opened.header.after();
        for (std::size_t i = 0; i < opened.transactions.size(); ++i) {
            CHECK(opened.is_redacted(i) == (opened.header.first + i == seq));
        }
    }
    CHECK(reached == end);
    // Pieces 3 to 5 have other blocks and stayed as their author made them.
    CHECK_FALSE(holder.open(3).header.restated.has_value());
}

TEST_CASE("of an erased transaction values may be left, on the word of who wrote it anew",
          "[segment]") {
    Holder holder;
    const OpenedSegment before = holder.open(0);
    const auto many = std::ranges::find_if(
        before.transactions, [](const Transaction& tx) { return tx.changes.size() > 1; });
    REQUIRE(many != before.transactions.end());
    const auto index = static_cast<std::size_t>(many - before.transactions.begin());
    const Position end = before.header.after();

    holder.write_anew(0, {{index, {1}}});
    const OpenedSegment part = holder.open(0);
    CHECK(part.header.after() == end);
    CHECK(part.is_redacted_in_part(index));
    CHECK_FALSE(part.is_redacted(index));
    CHECK(schema::empty(part.transactions[index].changes[1].value));
    CHECK(part.transactions[index].changes[0].value == many->changes[0].value);

    SECTION("a program that does not know of it keeps the segment unread") {
        Authors authors;
        const auto old =
            sync::open(holder.held[0], holder.author.verify_key(), holder.hub.content_key(),
                       as_view(Sealer::district), authors, &holder.hub.verify_key(), must_restated);
        CHECK(old.error() == Errc::unsupported);
    }
    SECTION("what is left goes later, too, and what went never comes back") {
        holder.write_anew(0, {{index}});
        const OpenedSegment whole = holder.open(0);
        CHECK(whole.is_redacted(index));
        CHECK((whole.header.must_understand & must_part) == 0);
        holder.write_anew(0, {{index, {0}}});
        CHECK(holder.open(0).is_redacted(index));
    }
    SECTION("more of it goes in the same way") {
        holder.write_anew(0, {{index, {0}}});
        CHECK(holder.open(0).is_redacted_in_part(index));
        CHECK(schema::empty(holder.open(0).transactions[index].changes[0].value));
        CHECK(holder.open(0).header.after() == end);
    }
}
