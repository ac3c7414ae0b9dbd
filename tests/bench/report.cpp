#include "tests/bench/report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cmath>
#include <cstdio>

namespace jiuying::bench {
namespace {

/// Four digits tell more than the machine's noise allows.
double rounded(double value) {
    if (value == 0 || !std::isfinite(value)) return 0;
    const double digits = std::pow(10.0, 4 - std::ceil(std::log10(std::fabs(value))));
    return value >= 10'000 ? std::round(value) : std::round(value * digits) / digits;
}

std::string line(const char* format, auto... values) {
    std::array<char, 160> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, values...);
    return std::string{buffer.data()} + "\n";
}

}  // namespace

void Report::ratio(std::string_view name, double value, Wanted wanted, double target) {
    ratios_.push_back({std::string{name}, value, wanted, target});
}

boost::json::object& Report::group_of(std::string_view group) {
    return figures_.emplace(group, boost::json::object{}).first->value().as_object();
}

void Report::figure(std::string_view group, std::string_view name, double value) {
    group_of(group)[name] = rounded(value);
}

void Report::text(std::string_view group, std::string_view name, std::string_view value) {
    group_of(group)[name] = value;
}

boost::json::object Report::to_json() const {
    boost::json::array ratios;
    bool all_met = true;
    for (const Ratio& one : ratios_) {
        all_met = all_met && one.met();
        ratios.push_back(
            boost::json::object{{"name", one.name},
                                {"value", rounded(one.value)},
                                {"target", one.target},
                                {"wanted", one.wanted == Wanted::at_least ? "at_least" : "at_most"},
                                {"column", "first"},
                                {"met", one.met()}});
    }
    return {{"benchmark", "appeals-sync"},
            {"ratios", std::move(ratios)},
            {"all_met", all_met},
            {"figures", figures_}};
}

std::string Report::table() const {
    std::string table = line("%-44s %12s    %12s  %s", "ratio", "value", "first", "");
    for (const Ratio& one : ratios_) {
        table += line("%-44s %12.6g %s %12.6g  %s", one.name.c_str(), rounded(one.value),
                      one.wanted == Wanted::at_least ? ">=" : "<=", one.target,
                      one.met() ? "met" : "MISSED");
    }
    for (const auto& group : figures_) {
        table += std::string{group.key()} + ": " + boost::json::serialize(group.value()) + "\n";
    }
    return table;
}

}  // namespace jiuying::bench
