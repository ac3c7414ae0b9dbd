/// Who is who: what the guards ask about persons, posts and units.
///
/// Guards compare persons and units and never believe a role that the caller names. Every question
/// is asked for an instant, the one at which the event was recorded: a post that is given or taken
/// later changes nothing that was decided before.
#pragma once

#include "schema/workflow_event.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::schema {

class Directory {
public:
    virtual ~Directory() = default;
    /// The unit of staff member \p person at \p at; empty if there is no such member in service.
    [[nodiscard]] virtual std::string_view unit_of(std::string_view person,
                                                   std::int64_t at) const = 0;
    [[nodiscard]] virtual bool holds(std::string_view person, Post post, std::int64_t at) const = 0;
    /// Whether there is or was such a unit.
    [[nodiscard]] virtual bool knows_unit(std::string_view unit) const = 0;
    /// Whether there is such a unit and it is in use at \p at.
    [[nodiscard]] virtual bool is_active(std::string_view unit, std::int64_t at) const = 0;
    /// The unit that took over from a retired one; empty if none did.
    [[nodiscard]] virtual std::string_view successor_of(std::string_view unit) const = 0;
    /// Whether \p unit may close appeals of \p category on the spot (A09). A category may carry its
    /// version, `code@version`.
    [[nodiscard]] virtual bool is_delegated(std::string_view unit, std::string_view category,
                                            std::int64_t at) const = 0;
};

/// From the first instant to the last, the last excluded. Open ended by default.
struct Period {
    std::int64_t from = INT64_MIN;
    std::int64_t to = INT64_MAX;
    [[nodiscard]] bool holds(std::int64_t at) const { return from <= at && at < to; }
};

/// A directory in memory, filled from reference data. sort() once after filling, then read from any
/// thread.
class StaffBook final : public Directory {
public:
    void add_staff(std::string person, std::string unit, Period period = {});
    void add_post(std::string person, Post post, Period period = {});
    void add_unit(std::string unit, Period period = {}, std::string successor = {});
    void add_delegation(std::string unit, std::string category, Period period = {});
    void sort();

    [[nodiscard]] std::string_view unit_of(std::string_view person, std::int64_t at) const override;
    [[nodiscard]] bool holds(std::string_view person, Post post, std::int64_t at) const override;
    [[nodiscard]] bool knows_unit(std::string_view unit) const override;
    [[nodiscard]] bool is_active(std::string_view unit, std::int64_t at) const override;
    [[nodiscard]] std::string_view successor_of(std::string_view unit) const override;
    [[nodiscard]] bool is_delegated(std::string_view unit, std::string_view category,
                                    std::int64_t at) const override;

    /// Who is in service at \p at and holds \p post; by code, each once.
    [[nodiscard]] std::vector<std::string> holders_of(Post post, std::int64_t at) const;
    /// Who is in service at \p at in \p unit; by code, each once.
    [[nodiscard]] std::vector<std::string> staff_of(std::string_view unit, std::int64_t at) const;

private:
    /// `first` is the key; what `second` is depends on the table.
    struct Row {
        std::string first;
        std::string second;
        Post post = Post::none;
        Period period;
    };
    using Table = std::vector<Row>;
    template <class Fits>
    static const Row* find(const Table& table, std::string_view first, Fits fits);

    Table staff_;
    Table posts_;
    Table units_;
    Table delegations_;
};

}  // namespace jiuying::schema
