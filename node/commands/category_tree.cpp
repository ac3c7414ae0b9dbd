#include "node/commands/category_tree.hpp"

#include "node/commands/lookup.hpp"

#include <algorithm>

namespace jiuying::node {
namespace {

constexpr std::size_t categories_max = 100'000;
constexpr std::size_t depth_max = 16;  ///< What is deeper runs in a circle.

}  // namespace

CategoryTree::CategoryTree(CommandContext& context) {
    namespace fields = schema::category;
    for (const RecordView& record :
         context.replica.all(schema::EntityId::category, categories_max)) {
        const std::string code = text_of_field(record, fields::code);
        const std::string parent = text_of_field(record, fields::parent);
        all_[code] = {text_of_field(record, fields::name), parent};
        if (!parent.empty()) children_.emplace(parent, code);
    }
}

std::vector<std::string> CategoryTree::below(const std::string& code) const {
    std::vector<std::string> found;
    if (!all_.contains(code)) return found;
    found.push_back(code);
    for (std::size_t at = 0; at < found.size(); ++at) {
        const auto [first, last] = children_.equal_range(found[at]);
        for (auto child = first; child != last; ++child) {
            if (std::ranges::find(found, child->second) == found.end()) {
                found.push_back(child->second);
            }
        }
    }
    return found;
}

std::vector<std::string> CategoryTree::path(std::string_view code) const {
    std::vector<std::string> path;
    for (std::string at{code}; !at.empty() && path.size() < depth_max;) {
        path.insert(path.begin(), at);
        const auto known = all_.find(at);
        at = known == all_.end() ? std::string{} : known->second.parent;
    }
    return path;
}

std::string CategoryTree::second_level(const std::string& category) const {
    const std::string code = category.substr(0, category.find('@'));
    const std::vector<std::string> whole = path(code);
    return whole.size() >= 2 ? whole[1] : code;
}

}  // namespace jiuying::node
