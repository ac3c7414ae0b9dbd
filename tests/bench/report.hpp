/// What came out: ratios with their targets, and the raw figures behind them.
#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace jiuying::bench {

enum class Wanted { at_least, at_most };

class Report {
public:
    /// A figure that has a target.
    void ratio(std::string_view name, double value, Wanted wanted, double target);
    /// One that stands behind the ratios; \p group and \p name are its place in the JSON.
    void figure(std::string_view group, std::string_view name, double value);
    void text(std::string_view group, std::string_view name, std::string_view value);

    [[nodiscard]] boost::json::object to_json() const;
    /// Lines for people.
    [[nodiscard]] std::string table() const;

private:
    struct Ratio {
        std::string name;
        double value = 0;
        Wanted wanted = Wanted::at_least;
        double target = 0;
        [[nodiscard]] bool met() const {
            return wanted == Wanted::at_least ? value >= target : value <= target;
        }
    };
    boost::json::object& group_of(std::string_view group);

    std::vector<Ratio> ratios_;
    boost::json::object figures_;
};

}  // namespace jiuying::bench
