#include "node/commands/boundary.hpp"
#include "node/commands/failure_wire.hpp"
#include "node/store/sqlite.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <new>

using namespace jiuying::node;

namespace {

template <class Thrown>
Error mapped(const Thrown& thrown) {
    try {
        within_boundary([&]() -> int { throw thrown; });
    } catch (const Failure& failure) {
        return failure.error();
    }
    FAIL("nothing was thrown");
    return {};
}

std::filesystem::filesystem_error file_error(std::errc code) {
    return {"reading", "some/file", std::make_error_code(code)};
}

}  // namespace

TEST_CASE("a failure passes the local socket unchanged") {
    Failure failure{Error::value_too_long, Detail::field, "title"};
    failure.with(Detail::limit, "200").with(Detail::row, "7");
    try {
        throw_from_wire(boost::json::parse(boost::json::serialize(to_wire(failure))));
    } catch (const Failure& back) {
        CHECK(back.error() == failure.error());
        CHECK(back.details() == failure.details());
        CHECK(back.text(Lang::zh) == failure.text(Lang::zh));
    }
}

TEST_CASE("what a failure tells scripts beside its code passes too") {
    const TellingFailure failure{Failure{Error::conflict_changed}, {{"conflict", {{"id", "ab"}}}}};
    try {
        throw_from_wire(to_wire(failure));
    } catch (const Failure& back) {
        const auto document = error_document(back, Lang::zh, "jiuying");
        CHECK(document.at("error").at("code").as_string() == "JY-0501");
        CHECK(document.at("conflict").at("id").as_string() == "ab");
    }
}

TEST_CASE("nonsense on the local socket is an unexpected error, not a crash") {
    for (const char* text : {"null", "{}", "[1]", R"({"error":"x"})", R"({"error":99999})",
                             R"({"error":901,"details":[[99,"x"],["a"],1]})"}) {
        INFO(text);
        try {
            throw_from_wire(boost::json::parse(text));
        } catch (const Failure& failure) {
            CHECK(failure.error() == Error::unexpected);
            CHECK(failure.details().empty());
        }
    }
}

TEST_CASE("each way in which disk and database fail has its own error") {
    using jiuying::node::sqlite::TooNew;
    CHECK(mapped(sqlite::Error{SQLITE_FULL, 0, "saving"}) == Error::disk_full);
    CHECK(mapped(sqlite::Error{SQLITE_CORRUPT, 0, "reading"}) == Error::database_damaged);
    CHECK(mapped(sqlite::Error{SQLITE_NOTADB, 0, "reading"}) == Error::database_damaged);
    CHECK(mapped(sqlite::Error{SQLITE_BUSY, 0, "saving"}) == Error::database_busy);
    CHECK(mapped(sqlite::Error{SQLITE_READONLY, 0, "saving"}) == Error::no_permission);
    CHECK(mapped(sqlite::Error{SQLITE_MISUSE, 0, "saving"}) == Error::unexpected);
    CHECK(mapped(TooNew{9, 1}) == Error::newer_version);
    CHECK(mapped(file_error(std::errc::no_space_on_device)) == Error::disk_full);
    CHECK(mapped(file_error(std::errc::permission_denied)) == Error::no_permission);
    CHECK(mapped(file_error(std::errc::io_error)) == Error::disk_failing);
    CHECK(mapped(std::bad_alloc{}) == Error::out_of_memory);
    CHECK(mapped(std::runtime_error{"recorded text"}) == Error::unexpected);
    CHECK(mapped(Failure{Error::bad_date}) == Error::bad_date);
}

TEST_CASE("an unexpected exception's text goes nowhere: it may hold what was recorded") {
    try {
        within_boundary([]() -> int { throw std::runtime_error{"13800005678"}; });
    } catch (const Failure& failure) {
        CHECK(failure.text(Lang::zh).find("138") == std::string::npos);
        CHECK(failure.details().empty());
    }
}
