/// A number of bytes that many sessions share: what they hold of segments that are not stored yet.
#pragma once

#include <cstddef>

namespace jiuying::sync {

/// Sessions take and give back as bytes come and go.
class Budget {
public:
    virtual ~Budget() = default;
    /// False, and nothing is taken, if that is more than what is left.
    [[nodiscard]] virtual bool take(std::size_t bytes) = 0;
    virtual void give_back(std::size_t bytes) = 0;
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
