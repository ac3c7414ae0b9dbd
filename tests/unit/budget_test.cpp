// What sessions may hold together.
#include "node/net/held_bytes.hpp"

#include <catch2/catch.hpp>

using jiuying::node::HeldBytes;
using jiuying::sync::Share;

TEST_CASE("shares of a budget never add up to more than it, and come back at the end") {
    HeldBytes budget{100};
    {
        Share first{&budget};
        Share second{&budget};
        CHECK(first.take(60));
        CHECK_FALSE(second.take(41));
        CHECK(second.take(40));
        first.give_back(10);
        CHECK(second.take(10));
        CHECK(budget.held() == 100);
    }
    CHECK(budget.held() == 0);
}

TEST_CASE("without a budget there is no end") {
    Share share{nullptr};
    CHECK(share.take(1U << 30U));
}
