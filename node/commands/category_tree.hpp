/// The categories as a tree: what lies below a code, and what a code's second level is.
#pragma once

#include "node/commands/command.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace jiuying::node {

/// Read once; categories written later are not in it.
class CategoryTree {
public:
    struct Category {
        std::string name;
        std::string parent;
    };

    explicit CategoryTree(CommandContext& context);

    /// \p code and all codes below it; empty if there is no such category, or no list at all.
    [[nodiscard]] std::vector<std::string> below(const std::string& code) const;
    /// The ancestor of \p category, `code@version`, on the second level; the code itself if it is
    /// above that or unknown.
    [[nodiscard]] std::string second_level(const std::string& category) const;
    [[nodiscard]] const std::map<std::string, Category>& all() const { return all_; }
    /// From the first level down to \p code.
    [[nodiscard]] std::vector<std::string> path(std::string_view code) const;

private:
    std::map<std::string, Category> all_;
    std::multimap<std::string, std::string> children_;
};

}  // namespace jiuying::node
