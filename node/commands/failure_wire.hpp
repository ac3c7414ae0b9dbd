/// A Failure as JSON and back, so that it passes the local socket unchanged.
#pragma once

#include "node/cli/errors.hpp"

#include <boost/json.hpp>

namespace jiuying::node {

/// A Failure that tells scripts more than its catalogue entry: members added to the JSON document
/// beside "error" (a conflict's new id and values).
class TellingFailure : public Failure {
public:
    TellingFailure(Failure failure, boost::json::object more)
        : Failure(std::move(failure)), more_(std::move(more)) {}
    [[nodiscard]] const boost::json::object& more() const { return more_; }

private:
    boost::json::object more_;
};

/// {"error":number,"details":[[kind,text]...],"more":{...}}
[[nodiscard]] boost::json::object to_wire(const Failure& failure);

/// Throws the Failure that \p wire describes; `unexpected` if it describes none.
[[noreturn]] void throw_from_wire(const boost::json::value& wire);

/// The error document of --json: Failure::json and what a TellingFailure adds.
[[nodiscard]] boost::json::object error_document(const Failure& failure, Lang lang,
                                                 std::string_view program);

}  // namespace jiuying::node
