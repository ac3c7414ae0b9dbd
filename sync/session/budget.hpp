/// A number of bytes that many sessions share: what they hold of segments that are not stored yet.
///
/// Sessions take and give back as bytes come and go. Safe from any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace jiuying::sync {

class Budget {
public:
    explicit Budget(std::size_t most) : most_(most) {}
    Budget(const Budget&) = delete;
    Budget& operator=(const Budget&) = delete;

    /// False, and nothing is taken, if that is more than what is left.
    [[nodiscard]] bool take(std::size_t bytes) {
        std::size_t held = held_.load();
        do {
            if (bytes > most_ - held) return false;
        } while (!held_.compare_exchange_weak(held, held + bytes));
        return true;
    }
    void give_back(std::size_t bytes) { held_ -= bytes; }
    [[nodiscard]] std::size_t held() const { return held_.load(); }

private:
    std::size_t most_;
    std::atomic<std::size_t> held_{0};
};

/// One session's part of a Budget, given back at its end. Without a budget everything goes.
class Share {
public:
    explicit Share(Budget* budget) : budget_(budget) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { give_back(held_); }

    [[nodiscard]] bool take(std::size_t bytes) {
        if (budget_ != nullptr && !budget_->take(bytes)) return false;
        held_ += bytes;
        return true;
    }
    void give_back(std::size_t bytes) {
        held_ -= bytes;
        if (budget_ != nullptr) budget_->give_back(bytes);
    }

private:
    Budget* budget_;
    std::size_t held_ = 0;
};

}  // namespace jiuying::sync
