// How many appeals each category has.
#include "node/commands/category_tree.hpp"
#include "node/commands/handlers.hpp"

#include <map>

namespace jiuying::node::commands {

json::object category_count(CommandContext& context, const json::object&) {
    const CategoryTree tree{context};
    std::map<std::string, std::uint64_t> sums;
    std::uint64_t total = 0;
    std::uint64_t other = 0;
    for (const auto& [category, count] : context.replica.count_categories()) {
        total += count;
        const std::string code = category.substr(0, category.find('@'));
        if (!tree.all().contains(code)) {
            other += count;
            continue;
        }
        for (const std::string& above : tree.path(code)) sums[above] += count;
    }
    json::array rows;
    for (const auto& [code, category] : tree.all()) {
        const auto sum = sums.find(code);
        rows.push_back(json::object{{"code", code},
                                    {"name", category.name},
                                    {"level", tree.path(code).size()},
                                    {"appeals", sum == sums.end() ? 0 : sum->second}});
    }
    return {{"total", total}, {"unclassified", other}, {"rows", std::move(rows)}};
}

}  // namespace jiuying::node::commands
