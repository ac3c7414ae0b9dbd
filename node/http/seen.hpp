/// What somebody had before his eyes when he began to edit.
///
/// Two people at pages of one node may have the same record open. The first saves; what the second
/// saves then would cover, unseen, what he never saw. So each field is shown with a mark of its
/// value, an edit sends the marks of the fields that it changes, and one that is no longer right is
/// refused. Marks are keyed by a secret of this process: that of a masked telephone tells nothing.
#pragma once

#include "node/base/clock.hpp"
#include "sync/crypto/secret.hpp"

#include <boost/json.hpp>

#include <string>

namespace jiuying::node {

class SeenMarks {
public:
    explicit SeenMarks(Environment& environment) : key_(environment.random_bytes<32>()) {}

    /// {field: mark} of the fields of record \p id, as a command shows them.
    [[nodiscard]] boost::json::object of(const std::string& id,
                                         const boost::json::object& fields) const;
    /// Failure record_changed if a field of \p set was seen otherwise than it is in \p fields.
    /// A set of words is added to and taken from, and covers nothing: it is not asked.
    void check(const boost::json::object& set, const boost::json::value& seen,
               const std::string& id, const boost::json::object& fields) const;

private:
    [[nodiscard]] std::string mark(const std::string& id, const std::string& field,
                                   const boost::json::value& value) const;

    sync::Key32 key_;
};

}  // namespace jiuying::node
