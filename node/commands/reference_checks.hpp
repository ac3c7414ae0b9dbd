/// Whether rows of reference data speak of what there is: codes of other lists, no circles, periods
/// that end after they begin. Asked row by row; what a row of the same call makes is there.
#pragma once

#include "node/cli/errors.hpp"
#include "node/commands/command.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jiuying::node {

/// Why a row is refused.
struct ReferenceFault {
    Error error{};
    std::string field;
    std::string limit;
};

class ReferenceChecks {
public:
    ReferenceChecks(CommandContext& context, const schema::Entity& entity)
        : context_(context), entity_(entity) {}

    /// Says that a row of this call has that code and those values: later rows may name it, and
    /// earlier ones.
    void note(const std::string& code, const std::vector<FieldValue>& values);
    [[nodiscard]] std::optional<ReferenceFault> fault(const std::string& code,
                                                      const std::vector<FieldValue>& values);

private:
    [[nodiscard]] bool is_known(schema::EntityId entity, const std::string& code);
    /// What the record of \p code says in \p field once all rows are in.
    [[nodiscard]] std::string text_after(const std::string& code, schema::FieldId field);
    [[nodiscard]] bool leads_back(const std::string& code, schema::FieldId field);
    [[nodiscard]] bool ends_too_early(const std::string& code,
                                      const std::vector<FieldValue>& values);

    CommandContext& context_;
    const schema::Entity& entity_;
    std::map<std::string, std::map<schema::FieldId, std::string>> told_;  ///< Of this call.
};

}  // namespace jiuying::node
