/// Replicas for tests: a hub and stations in a temporary folder, with a clock and chance of their
/// own, exchanging through the replica's interface without a session between.
#pragma once

#include "node/replica/replica.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace jiuying::tests {

/// Time stands still unless a test moves it; chance comes from a seed.
class TestEnvironment final : public node::Environment {
public:
    explicit TestEnvironment(std::uint64_t seed) : state_(seed * 2 + 1) {}
    std::int64_t now_ms() override { return now; }
    node::Instant monotonic() override { return since_boot() - std::chrono::milliseconds(asleep); }
    node::Instant since_boot() override {
        return node::Instant{std::chrono::milliseconds(now - stepped)};
    }
    void random(std::span<std::uint8_t> out) override;
    std::array<std::uint8_t, 16> file_identity(const std::string&) override { return identity; }
    bool has_room(const std::string&) override { return room; }

    std::array<std::uint8_t, 16> identity{1};  ///< Of the database's file; changes in a copy.
    std::int64_t now = 1'795'400'000'000;      ///< 2026-11-23.
    std::int64_t stepped = 0;                  ///< Of that, the wall clock was set forward.
    std::int64_t asleep = 0;                   ///< Of that, the machine was suspended.
    bool room = true;                          ///< On the disk, for records.

private:
    std::uint64_t state_;
};

/// A folder that goes when the test ends.
class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const {
        return (path_ / name).string();
    }

private:
    std::filesystem::path path_;
};

/// One node: its environment, keys and replica. `reopen` is what a restart does.
struct TestNode {
    std::unique_ptr<TestEnvironment> environment;
    node::NodeSecrets secrets;
    std::string path;
    const char* vfs = nullptr;  ///< Null: the system's.
    schema::Registry registry =
        schema::registry();  ///< Of its program, and the bits that it knows.
    std::uint32_t understood = sync::must_known;
    std::unique_ptr<node::Replica> replica;

    void reopen();
    node::Replica& operator*() const { return *replica; }
    node::Replica* operator->() const { return replica.get(); }
};

[[nodiscard]] TestNode make_hub(const TempFolder& folder, std::uint64_t seed = 1,
                                schema::Registry registry = schema::registry());
/// Made from an invitation of \p hub, enrolled without a session. \p machine tells several of one
/// station apart; \p vfs: of a disk that a test breaks.
[[nodiscard]] TestNode make_station(const TempFolder& folder, TestNode& hub,
                                    const std::string& code, const std::string& machine = "",
                                    const char* vfs = nullptr,
                                    schema::Registry registry = schema::registry());

/// Everything each side has for the other, receipts included. False if a segment was refused.
bool exchange(TestNode& station, TestNode& hub);

/// Registers an appeal and gives its id.
schema::RecordId add_appeal(TestNode& node, const std::string& title, const std::string& text,
                            const std::string& phone = "");
/// Edits one text field.
void edit(TestNode& node, const schema::RecordId& record, schema::FieldId field,
          const std::string& value);
/// What the node shows in a text field.
[[nodiscard]] std::string shown(TestNode& node, const schema::RecordId& record,
                                schema::FieldId field);

}  // namespace jiuying::tests
