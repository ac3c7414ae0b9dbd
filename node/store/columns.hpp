/// What the columns of a record's row show. Most are empty, so only those that are not are held.
#pragma once

#include "schema/value.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace jiuying::node {

class Columns {
public:
    /// Of column \p at, counted as in entity->fields; empty where there is none.
    [[nodiscard]] const schema::Value& operator[](std::size_t at) const {
        static const schema::Value none;
        const auto there = std::ranges::lower_bound(held_, at, {}, &Held::first);
        return there != held_.end() && there->first == at ? there->second : none;
    }

    void set(std::size_t at, schema::Value value) {
        const auto there = std::ranges::lower_bound(held_, at, {}, &Held::first);
        if (there != held_.end() && there->first == at) {
            there->second = std::move(value);
        } else if (!schema::empty(value)) {
            held_.emplace(there, at, std::move(value));
        }
    }

    /// Room for so many that are not empty.
    void reserve(std::size_t count) { held_.reserve(count); }
    /// Whether all are empty.
    [[nodiscard]] bool empty() const { return held_.empty(); }
    void clear() { held_.clear(); }

private:
    using Held = std::pair<std::size_t, schema::Value>;
    std::vector<Held> held_;
};

}  // namespace jiuying::node
