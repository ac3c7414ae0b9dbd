/// The budget that all sessions of a hub share.
#pragma once

#include "sync/session/budget.hpp"

#include <atomic>

namespace jiuying::node {

/// Safe from any thread: a session is used on the storage's and ends on the network's.
class HeldBytes final : public sync::Budget {
public:
    explicit HeldBytes(std::size_t most) : most_(most) {}

    [[nodiscard]] bool take(std::size_t bytes) override {
        std::size_t held = held_.load();
        do {
            if (bytes > most_ - held) return false;
        } while (!held_.compare_exchange_weak(held, held + bytes));
        return true;
    }
    void give_back(std::size_t bytes) override { held_ -= bytes; }
    [[nodiscard]] std::size_t held() const { return held_.load(); }

private:
    std::size_t most_;
    std::atomic<std::size_t> held_{0};
};

}  // namespace jiuying::node
